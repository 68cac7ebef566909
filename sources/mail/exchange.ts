import { posix } from "node:path";
import type { MailSource } from "./source.js";
import { directoryOf } from "./tree.js";

/** Files named for what they are, `receive-connectors.json` or `Get-ReceiveConnector EX01.csv`: their content has no mark of its own. */
const named = /receive[-_ ]?connectors?[^/]*\.(?:json|csv)$/i;

/** A directory that holds what `Get-ReceiveConnector` wrote, as JSON or CSV. */
export const exchange: MailSource = {
  rootsIn: (tree) =>
    [...new Set(tree.paths.filter((path) => named.test(posix.basename(path))).map(directoryOf))].sort(),
  main: ["receive-connectors.json", "receive-connectors.csv"],
  marks: named,
  belongs: (path) => !path.includes("/") && named.test(path),
  traces: { files: named, commands: /\b(?:New|Set|Remove)-ReceiveConnector\b/i },
};
