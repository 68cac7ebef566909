import type { MailSource } from "./source.js";
import { directoriesWith } from "./tree.js";

const daemons = ["esmtpd", "esmtpd-msa", "esmtpd-ssl"];

/** A directory that holds `esmtpd-msa` or `esmtpd-ssl`, or `esmtpd` beside its access files; the start scripts have the same names. */
export const courier: MailSource = {
  rootsIn: (tree) => {
    const below = (root: string, name: string) => (root === "" ? name : `${root}/${name}`);
    const isScript = (path: string) => /(^|\/)s?bin\//.test(path);
    return directoriesWith(tree, daemons).filter((root) => !isScript(below(root, "")));
  },
  main: ["esmtpd-msa", "esmtpd-ssl"],
  marks: /^esmtpd$/,
  homes: ["/etc/courier"],
  belongs: (path) => /^(esmtpd(-msa|-ssl)?|smtpaccess[^/]*(\/[^/]+)?)$/.test(path),
  namesTables: (text) =>
    [...text.matchAll(/^[ \t]*ACCESSFILE=["']?([^\s"';]+)/gm)].map(([, path]) => `${path} ${path}/*`).join("\n"),
  traces: { files: /\/courier\/(esmtpd|smtpaccess)|\besmtpd-(msa|ssl)\b/, commands: /\bmakesmtpaccess\b/ },
};
