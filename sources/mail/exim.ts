import type { MailSource } from "./source.js";
import { directoriesWith } from "./tree.js";

const whole = ["exim4.conf", "exim.conf"];
const parts = ["update-exim4.conf.conf", "exim4.conf.template", "exim4.conf.localmacros"];

/** A directory with a whole configuration, or with what Debian's update-exim4.conf(8) builds one from. */
export const exim: MailSource = {
  rootsIn: (tree) => directoriesWith(tree, [...whole, ...parts]),
  // What may be included goes by many names; keys, passwords and address lists are never read.
  main: [...whole, ...parts],
  belongs: (path) =>
    path.startsWith("conf.d/") || parts.includes(path) || /\.(conf|inc|include|acl|macros|local)$/.test(path),
  traces: {
    files: /\bexim4?\.conf\b|update-exim4\.conf\.conf|exim4\.conf\.(localmacros|template)|\/etc\/exim4?\//,
    commands: /\bupdate-exim4\.conf\b/,
  },
};
