import { resolve } from "node:path";
import type { MailDefinition, MailProduct } from "../../model/mail.js";
import type { Command, Script } from "../host-firewall/shell.js";
import { withoutRunners } from "../host-firewall/shell-within.js";
import type { Concerns } from "../shell-items.js";
import { courier } from "./courier.js";
import { dovecot } from "./dovecot.js";
import { exchange } from "./exchange.js";
import { exim } from "./exim.js";
import { haraka } from "./haraka.js";
import { maddy } from "./maddy.js";
import { opensmtpd } from "./opensmtpd.js";
import { type Edits, postconfEdits } from "./postconf.js";
import { postfix } from "./postfix.js";
import { sendmail } from "./sendmail.js";
import type { MailSource } from "./source.js";
import { stalwart } from "./stalwart.js";
import { namedHere, namedTables } from "./tables.js";
import { type FileTree, treeOnDisk } from "./tree.js";

/** One line a server. */
const servers: Readonly<Record<MailProduct, MailSource>> = {
  ...{ postfix, dovecot, haraka, maddy, exim, opensmtpd, courier, sendmail, exchange, stalwart },
};

const mainFiles: ReadonlySet<string> = new Set(Object.values(servers).flatMap(({ main }) => main));

/** Whether a file of this name may be one that tells a configuration; what it holds is not looked at. */
export function mayTell(name: string): boolean {
  return mainFiles.has(name) || Object.values(servers).some(({ marks }) => marks?.test(name) === true);
}

/** What changes files once they are there. */
export interface Commands {
  /** Where else a program may write or change this server's files. */
  readonly missing?: ((touches: Concerns) => readonly string[]) | undefined;
  /** The commands that run once the files are there. */
  readonly script?: ((touches: Concerns) => Script) | undefined;
}

/** Whose files these are, and what their definitions are called. */
export interface Carrier extends Pick<MailDefinition, "origin" | "hostedBy">, Commands {
  /** The id of the definition that begins at this directory of the tree (`""`: the tree itself). */
  readonly idOf: (root: string) => string;
}

/**
 * Every mail server's configuration in a tree of files, sorted by place.
 * @throws InputError for a file of one that cannot be read.
 */
export function mailDefinitionsIn(tree: FileTree, carrier: Carrier): MailDefinition[] {
  return rootsIn(tree).map(([product, root]) => definitionAt(root, product, tree, carrier));
}

/** Which server's configuration a file or directory is: of those below it, only one at its top counts. */
export async function recognisesMail(path: string): Promise<MailProduct | undefined> {
  // The files that tell a configuration lie in its directory or one level below.
  return rootsIn(treeOnDisk(path, 1, mainFiles)).find(([, root]) => root === "")?.[0];
}

/** @throws InputError for a file that cannot be read. */
export async function readMail(path: string): Promise<MailDefinition[]> {
  const id = path.replace(/(?<=.)\/+$/, "");
  const carrier = { origin: "planned", idOf: () => id } as const;
  const tree = treeOnDisk(path, undefined, mainFiles);
  return rootsIn(tree)
    .filter(([, root]) => root === "")
    .map(([product, root]) => definitionAt(root, product, tree, carrier))
    .map((each) => onMachine(each, path));
}

/** With whether this machine has the files that it names, where its server reads it here. */
function onMachine(definition: MailDefinition, path: string): MailDefinition {
  const { homes = [] } = servers[definition.product as MailProduct];
  if (!homes.includes(resolve(path))) return definition;
  return { ...definition, onMachine: namedHere(Object.values(definition.files).map(({ text }) => text)) };
}

/** A script or cloud-config that says this may write a mail server's files. */
export function mentionsMailFiles(text: string): boolean {
  return Object.values(servers).some(({ traces }) => traces.files.test(text));
}

/** By their flags as few expressions as will do: a script has many lines, and most name no server. */
const everyTrace = grouped(Object.values(servers).flatMap(({ traces }) => [traces.files, traces.commands]));

function grouped(expressions: readonly RegExp[]): RegExp[] {
  const flags = [...new Set(expressions.map((each) => each.flags))];
  return flags.map((own) => {
    const alike = expressions.filter((each) => each.flags === own);
    return new RegExp(alike.map(({ source }) => source).join("|"), own);
  });
}

/** Whether a script names the files or programs of any server. */
export function touchesServers(text: string): boolean {
  return everyTrace.some((each) => each.test(text));
}

/** The servers whose files or programs a script names. */
export function touchedBy(text: string): MailProduct[] {
  return Object.entries(servers).flatMap(([product, { traces }]) =>
    traces.files.test(text) || traces.commands.test(text) ? [product as MailProduct] : [],
  );
}

function rootsIn(tree: FileTree): [MailProduct, string][] {
  return Object.entries(servers).flatMap(([product, source]) =>
    source.rootsIn(tree).map((root): [MailProduct, string] => [product as MailProduct, root]),
  );
}

function definitionAt(root: string, product: MailProduct, tree: FileTree, carrier: Carrier): MailDefinition {
  const { idOf, missing, script, ...rest } = carrier;
  const { belongs, namesTables } = servers[product];
  const below = root === "" ? "" : `${root}/`;
  const files: Record<string, MailDefinition["files"][string]> = {};
  const unread: string[] = [];
  for (const path of tree.paths) {
    const name = path.slice(below.length);
    if (!path.startsWith(below) || !belongs(name)) continue;
    const text = tree.text(path);
    if (text === undefined) unread.push(tree.at(path));
    else files[name] = { at: tree.at(path), text };
  }
  const isRead = (path: string) => path.startsWith(below) && belongs(path.slice(below.length));
  const tables = (texts: readonly string[]) =>
    namesTables ? namedTables(namesTables(texts.join("\n")), root, tree, isRead) : {};
  Object.assign(files, tables(Object.values(files).map(({ text }) => text)));
  const definition = { id: idOf(root), product, ...rest, files, missing: unread };
  const changed = afterCommands(definition, { missing, script });
  const set = (changed.changes ?? []).map(({ name, value }) => `${name} = ${value}`);
  return { ...changed, files: { ...files, ...tables(set) } };
}

/** A server's files once commands have run over them. */
export function afterCommands(definition: MailDefinition, { missing, script }: Commands): MailDefinition {
  const { product } = definition;
  // A service of a cloud has no files.
  if (product === "mail-manager") return definition;
  const { traces, belongs } = servers[product];
  const tables = Object.keys(definition.files).filter((path) => !belongs(path));
  const touches = (text: string) =>
    traces.files.test(text) || traces.commands.test(text) || tables.some((path) => text.includes(path));
  const { changes, unread } = editsOf(product, script?.(touches));
  const changedBy = [...new Set([...(missing?.(touches) ?? []), ...unread])].sort();
  return {
    ...definition,
    missing: [...new Set([...changedBy, ...definition.missing])].sort(),
    ...(changes.length > 0 ? { changes } : {}),
    ...(changedBy.length > 0 ? { changedBy } : {}),
  };
}

/** Programs that leave what the files say as it is. */
const harmless: readonly string[] = ["chown", "chgrp", "chmod", "mkdir"];

/** Whether a command leaves the files that it names as they are. */
export function isHarmless({ words, output }: Command): boolean {
  return output === undefined && harmless.includes(withoutRunners(words)[0] ?? "");
}

/** Postfix alone has a program that edits its files. */
function editsOf(product: MailProduct, { commands, unread }: Script = { commands: [], unread: [] }): Edits {
  const editing = commands.filter((command) => !isHarmless(command));
  if (product === "postfix") return postconfEdits({ commands: editing, unread });
  return { changes: [], unread: [...unread, ...editing.map(({ at }) => at)] };
}
