import type { MailSource } from "./source.js";
import { directoriesWith } from "./tree.js";

/** A directory that holds `sendmail.cf` or `sendmail.mc`; the class files and the text of the access map lie beside them. */
export const sendmail: MailSource = {
  rootsIn: (tree) => directoriesWith(tree, ["sendmail.cf", "sendmail.mc"]),
  main: ["sendmail.cf", "sendmail.mc"],
  homes: ["/etc/mail"],
  belongs: (path) =>
    /^(sendmail\.(cf|mc)|access|relay-domains|local-host-names|m4\/[^/]+\.m4|[^/]+\.m4|sasl\/Sendmail\.conf(\.2)?)$/.test(
      path,
    ),
  // Where the class R, the class w and the access map are read from.
  namesTables: (text) =>
    text.match(/^(?:F[Rw]|Kaccess\b|.*(?:RELAY_DOMAIN_FILE|confC[RW]_FILE|access_db)\b).*$/gm)?.join("\n") ?? "",
  traces: { files: /\bsendmail\.(cf|mc)\b|\/etc\/mail\/(access|relay-domains)\b/, commands: /\bsendmailconfig\b/ },
};
