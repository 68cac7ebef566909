import { posix } from "node:path";
import type { MailSource } from "./source.js";
import { directoriesWith, directoryOf } from "./tree.js";

const read = new Set([
  ...["plugins", "smtp.ini", "smtp.json", "smtp.yaml", "connection.ini", "tls.ini", "me", "relay.ini"],
  ...["relay_acl_allow", "relay_dest_domains.ini", "host_list", "host_list_regex"],
  ...["auth_flat_file.ini", "auth_vpopmaild.ini"],
]);

/** The lists of the plugin `access`. */
const access =
  /^(?:access\.domains|helo\.checks\.regexps|(?:connect\.rdns_access|mail_from\.access|rcpt_to\.access)\.(?:black|white)list(?:_regex)?)$/;

/** A directory with `config/smtp.ini` or `config/plugins`, or the `config` directory alone (Haraka's README, "Configure Haraka"). */
export const haraka: MailSource = {
  rootsIn: (tree) => {
    const paths = new Set(tree.paths);
    const holds = (directory: string, name: string) => paths.has(posix.join(directory, name));
    const beside = ["connection.ini", "tls.ini", "host_list", "auth_flat_file.ini"];
    const found = directoriesWith(tree, ["smtp.ini", "plugins"]).filter(
      (each) => holds(each, "smtp.ini") || beside.some((name) => holds(each, name)),
    );
    return [...new Set(found.map((each) => (posix.basename(each) === "config" ? directoryOf(each) : each)))].sort();
  },
  main: ["smtp.ini"],
  marks: /^plugins$/,
  belongs: (path) =>
    read.has(path.replace(/^config\//, "")) ||
    access.test(path.replace(/^config\//, "")) ||
    /^plugins\/[^/]+(?:\/[^/]+)?\.js$/.test(path),
  traces: { files: /\b(?:smtp\.ini|auth_flat_file\.ini)\b/, commands: /\bharaka\b/i },
};
