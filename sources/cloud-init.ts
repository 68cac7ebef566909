import type { MailDefinition } from "../model/mail.js";
import type { Script } from "./host-firewall/shell.js";
import { mailDefinitionsIn, mentionsMailFiles } from "./mail/index.js";
import { overPackage } from "./mail/packaged.js";
import { treeOf } from "./mail/tree.js";
import { isTemplate, type Part } from "./mime.js";
import { type Concerns, itemOf, joined, shellScript, textOf } from "./shell-items.js";
import { type Config, type Configs, configsOf, filesOf, list, partsIn } from "./user-data.js";
import { WrittenScripts } from "./written-scripts.js";

/** A command that edits Postfix's files. */
const postconf = /\bpostconf\s+-\w*[eXMP]|\bpostconf\s+['"]?\w+\s*=|["']?postconf["']?\s*,/;

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
  const editsPackage = parts.some((part) => postconf.test(part.text));
  if (!editsPackage && !parts.some((part) => mentionsMailFiles(part.text))) return [];
  const found = configsOf(parts, at);
  const { configs, merging } = found;
  const written = filesOf(found, at);
  const texts = new Map([...written].map(([path, text]) => [path, { text, at: `${at}:/${path}` }]));
  const missing = (touches: Concerns) => [
    ...(merging ? [`${at}:merge_how`] : []),
    ...bootcmd(configs, new WrittenScripts(texts, touches), at),
    ...(parts.some((part) => part.kind === "cloud-config" && isTemplate(part.text)) ? [`${at}:template`] : []),
  ];
  const script = (touches: Concerns) => scriptAfterFiles(parts, found, at, new WrittenScripts(texts, touches));
  const definitions = mailDefinitionsIn(
    treeOf(written, (path) => `${at}:/${path}`),
    { ...carrier, idOf: (root) => `${at}:/${root}`, missing, script },
  );
  const isPackaged = editsPackage && !definitions.some(({ product }) => product === "postfix");
  return isPackaged ? [...definitions, { ...carrier, id: `${at}:/etc/postfix`, ...overPackage(at) }] : definitions;
}

/** What runs at every boot, before the files are written and again with them. */
function bootcmd(configs: readonly Config[], scripts: WrittenScripts, at: string): string[] {
  const isNamed = configs.some((config) => scripts.concerns([config.bootcmd].flat().map(textOf).join("\n")));
  return [...(isNamed ? [`${at}:bootcmd`] : []), ...scripts.runByItself()];
}

/** `runcmd`, then the scripts; a line that is not simple shell is named by the whole. */
function scriptAfterFiles(parts: readonly Part[], { configs }: Configs, at: string, written: WrittenScripts): Script {
  const { concerns } = written;
  const runcmd = configs.map((config) => config.runcmd).findLast((value) => value !== undefined);
  const scripts = parts.filter(({ kind, text }) => kind === "other" && concerns(text));
  const read = [
    ...list(runcmd)
      .filter((item) => concerns(textOf(item)))
      .map((item) => itemOf(item, `${at}:runcmd`, concerns)),
    ...scripts.map(({ text }) => shellScript(text, () => `${at}:script`, `${at}:script`, concerns)),
  ];
  return written.within(joined(read, concerns));
}
