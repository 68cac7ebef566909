import type { MailDefinition } from "../model/mail.js";
import { mailDefinitionsIn, mentionsMailFiles } from "./mail/index.js";
import { treeOf } from "./mail/tree.js";
import { isTemplate } from "./mime.js";
import { configsOf, filesOf, partsIn } from "./user-data.js";

/** Where user data stands (`URN#userData`) and what it belongs to. */
export interface Carrier extends Pick<MailDefinition, "origin" | "hostedBy"> {
  readonly at: string;
}

/**
 * The mail servers' configurations that user data writes with cloud-init's `write_files`, one a directory. User data may
 * be plain, base64, gzip or a MIME archive; its scripts are not read, but where one touches a server its definition says so.
 * @throws InputError when it writes mail files but cannot be read; the message never quotes the content.
 */
export function mailDefinitionsInUserData(data: string | Uint8Array, { at, ...carrier }: Carrier): MailDefinition[] {
  const parts = partsIn(data, at);
  if (!parts.some((part) => mentionsMailFiles(part.text))) return [];
  const found = configsOf(parts, at);
  const { configs, merging } = found;
  const missing = (touches: (text: string) => boolean) => [
    ...(merging ? [`${at}:merge_how`] : []),
    ...["bootcmd", "runcmd"]
      .filter((key) => configs.some((config) => touches(JSON.stringify(config[key] ?? ""))))
      .map((key) => `${at}:${key}`),
    ...(parts.some((part) => part.kind === "cloud-config" && isTemplate(part.text)) ? [`${at}:template`] : []),
    ...(parts.some((part) => part.kind === "other" && touches(part.text)) ? [`${at}:script`] : []),
  ];
  return mailDefinitionsIn(
    treeOf(filesOf(found, at), (path) => `${at}:/${path}`),
    { ...carrier, idOf: (root) => `${at}:/${root}`, missing },
  );
}
