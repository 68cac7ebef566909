import { InputError } from "../../model/errors.js";
import type { MailDefinition } from "../../model/mail.js";
import { type Listener, readListener } from "./listener.js";
import { type Match, readMatch } from "./match.js";
import { declareOnce, readOther } from "./others.js";
import { Reader, type Table } from "./reader.js";
import { pathOf, type Statement, statementsOf } from "./statements.js";
import { readTableFile } from "./table-file.js";

/** What smtpd.conf says of listeners and of who may send where. */
export interface Configuration {
  readonly listeners: readonly Listener[];
  readonly matches: readonly Match[];
  /** Actions by name: does the action hand messages to other servers? */
  readonly relays: ReadonlyMap<string, boolean>;
}

const methods = ["mbox", "maildir", "lmtp", "mda", "forward-only", "expand-only", "relay"];
/** How rules began until 6.3. */
const old = ["accept", "reject", "expire", "limit"];

/**
 * Reads the grammar of OpenSMTPD 6.4 and later.
 * @throws InputError with `file:line` for the grammar of earlier releases, and for what smtpd refuses.
 */
export function readConfiguration(definition: MailDefinition): Configuration {
  const statements = statementsOf(definition);
  const before = statements.find(({ tokens: [first] }) => first && first.kind !== "string" && old.includes(first.text));
  if (before)
    throw new InputError(
      before.at,
      "this is the grammar of OpenSMTPD 6.3 and earlier, which is not read",
      'Write "action" and "match" as 6.4 and later have them (smtpd.conf(5)).',
    );
  const tables = new Map<string, Table>();
  const relays = new Map<string, boolean>();
  const keys = new Set<string>();
  const listeners: Listener[] = [];
  const matches: Match[] = [];
  const names = new Map<string, string>();
  for (const statement of statements) {
    const reader = new Reader(statement, tables);
    if (reader.takes("listen")) listeners.push(...readListener(reader, keys, names, definition.version));
    else if (reader.takes("match")) matches.push(readMatch(reader, relays));
    else if (reader.takes("action")) readAction(reader, relays, names);
    else if (reader.takes("table")) readTable(reader, definition, tables, names);
    else if (reader.takes("pki")) keys.add(reader.text("the name of a pki").toLowerCase());
    else if (!readOther(reader, names)) throw reader.refuses("no statement begins like this");
  }
  if (matches.length === 0) throw noRules(statements[0], definition.id);
  return { listeners, matches, relays };
}

function noRules(first: Statement | undefined, id: string): InputError {
  return new InputError(first?.at ?? id, "there is no match: smtpd refuses to start", "Add a match.");
}

function readAction(reader: Reader, relays: Map<string, boolean>, names: Map<string, string>): void {
  const name = reader.text("an action's name");
  declareOnce(reader, names, "action", name);
  const method = methods.find((each) => reader.takes(each));
  if (!method) throw reader.refuses("an action has no method");
  relays.set(name, method === "relay");
}

function readTable(
  reader: Reader,
  { files }: MailDefinition,
  tables: Map<string, Table>,
  names: Map<string, string>,
): void {
  const name = reader.text("a table's name");
  declareOnce(reader, names, "table", name);
  if (reader.takes("{")) {
    tables.set(name, reader.inline(name));
    reader.end();
    return;
  }
  const source = reader.text("a table's file");
  reader.end();
  const [, kind = "file", path = "/"] = source.startsWith("/")
    ? [source, "file", source]
    : (/^([^:]*):(.*)$/.exec(source) ?? []);
  if (!path.startsWith("/")) throw reader.refuses("a table's path is not absolute");
  // The file's own place below /etc comes before the place that an include of this name would have.
  const file =
    kind === "file" ? (files[path] ?? files[path.replace(/^\/etc\//, "")] ?? files[pathOf(path)]) : undefined;
  tables.set(name, file ? readTableFile(name, file) : { name: source, entries: undefined, isMapping: false });
}
