import type { MailDefinition } from "../model/mail.js";
import type { Script } from "./host-firewall/shell.js";
import { mailDefinitionsIn, mentionsMailFiles } from "./mail/index.js";
import { treeOf } from "./mail/tree.js";
import { isTemplate, type Part } from "./mime.js";
import { itemOf, joined, shellScript } from "./shell-items.js";
import { type Configs, configsOf, filesOf, list, partsIn } from "./user-data.js";

/** Where user data stands (`URN#userData`) and what it belongs to. */
export interface Carrier extends Pick<MailDefinition, "origin" | "hostedBy"> {
  readonly at: string;
}

/**
 * The mail servers' configurations that user data writes with cloud-init's `write_files`, one a directory. User data may
 * be plain, base64, gzip or a MIME archive; of its commands those of postconf are worked out, and where another touches a server its definition says so.
 * @throws InputError when it writes mail files but cannot be read; the message never quotes the content.
 */
export function mailDefinitionsInUserData(data: string | Uint8Array, { at, ...carrier }: Carrier): MailDefinition[] {
  const parts = partsIn(data, at);
  if (!parts.some((part) => mentionsMailFiles(part.text))) return [];
  const found = configsOf(parts, at);
  const { configs, merging } = found;
  const missing = (touches: (text: string) => boolean) => [
    ...(merging ? [`${at}:merge_how`] : []),
    ...(configs.some((config) => touches(JSON.stringify(config.bootcmd ?? ""))) ? [`${at}:bootcmd`] : []),
    ...(parts.some((part) => part.kind === "cloud-config" && isTemplate(part.text)) ? [`${at}:template`] : []),
  ];
  const script = (touches: (text: string) => boolean) => scriptAfterFiles(parts, found, at, touches);
  return mailDefinitionsIn(
    treeOf(filesOf(found, at), (path) => `${at}:/${path}`),
    { ...carrier, idOf: (root) => `${at}:/${root}`, missing, script },
  );
}

/** `runcmd`, then the scripts; a line that is not simple shell is named by the whole. */
function scriptAfterFiles(
  parts: readonly Part[],
  { configs }: Configs,
  at: string,
  touches: (text: string) => boolean,
): Script {
  const runcmd = configs.map((config) => config.runcmd).findLast((value) => value !== undefined);
  const scripts = parts.filter(({ kind, text }) => kind === "other" && touches(text));
  const read = [
    ...list(runcmd)
      .filter((item) => touches(JSON.stringify(item)))
      .map((item) => itemOf(item, `${at}:runcmd`, touches)),
    ...scripts.map(({ text }) => shellScript(text, () => `${at}:script`, `${at}:script`, touches)),
  ];
  return joined(read, touches);
}
