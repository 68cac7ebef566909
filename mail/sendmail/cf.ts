import type { MailDefinition } from "../../model/mail.js";
import { isSince } from "../releases.js";
import { readClassFile } from "./class-file.js";
import { type AccessSource, Configuration, refusal } from "./configuration.js";
import { isOption, program } from "./option-names.js";
import { judgeRules, type Rule } from "./rules.js";

/** A line of text and its place. */
export interface Line {
  readonly text: string;
  readonly at: string;
}

/** The options that decide something here, by the names of sendmail.cf. */
export const optionNames = [
  ...["DaemonPortOptions", "PrivacyOptions", "AuthMechanisms", "AuthOptions", "ServerCertFile", "ServerKeyFile"],
  ...["CACertFile", "CACertPath", "TLSSrvOptions", "ServerSSLOptions", "CipherList", "InputMailFilters"],
  "UseCompressedIPv6Addresses",
] as const;

/** Options of one letter, as files of old had them. */
const letters: ReadonlyMap<string, string> = new Map([
  ["p", "PrivacyOptions"],
  ["O", "DaemonPortOptions"],
]);
const kinds = "RSDHCTFMOPQVKEXL";

/**
 * Reads `sendmail.cf`, the file that the daemon reads (readcf.c of Sendmail 8.17).
 * @throws InputError with `file:line` for a line that Sendmail does not start with.
 */
export function readCf(definition: MailDefinition, file: Line, origin: string): Configuration {
  const configuration = new Configuration(definition, file.at, origin);
  const texts = file.text.split(/\r?\n/);
  const lines = texts.flatMap((text, i) => {
    // Most lines are empty or comments, which end where no other continues them.
    const isNothing = (text === "" || text.startsWith("#")) && !/^[ \t]/.test(texts[i + 1] ?? "");
    return isNothing ? [] : [{ text, at: `${file.at}:${i + 1}` }];
  });
  const rules = readLines(configuration, lines);
  judgeRules(configuration, rules);
  return configuration;
}

/**
 * Reads lines of sendmail.cf into a configuration.
 * @returns the rules of each ruleset, by its name in lower case.
 * @throws InputError with `file:line` for a line that Sendmail does not start with.
 */
export function readLines(configuration: Configuration, lines: readonly Line[]): Map<string, Rule[]> {
  const rules = new Map<string, Rule[]>();
  let current: Rule[] | undefined;
  const marked = lines.find(({ text }) => text.startsWith("\uFEFF"));
  if (marked) throw refusal(marked.at, "a line begins with a byte order mark");
  for (const line of foldedLines(lines)) {
    const { text, at } = line;
    const kind = text[0] ?? "#";
    if (kind === "#" || text.trim() === "") continue;
    if (!kinds.includes(kind)) throw refusal(at, "a line begins with no letter that is known");
    if (kind === "S") {
      const name = (text.slice(1).trim().split(/[\s=]/)[0] ?? "").toLowerCase();
      current = rules.get(name) ?? [];
      rules.set(name, current);
    } else if (kind === "R") {
      if (!current) throw refusal(at, "a rule stands before every ruleset");
      current.push(ruleOf(line));
    } else readLine(configuration, kind, line);
  }
  return rules;
}

/** Lines with those that continue them, without comments. */
function foldedLines(lines: readonly Line[]): Line[] {
  const folded: Line[] = [];
  let parts: string[] = [];
  let first = "";
  const end = () => {
    const joined = parts.join("\n");
    if (parts.length > 0) folded.push({ text: joined.startsWith("#") ? "#" : uncommented(joined), at: first });
  };
  for (const { text, at } of lines) {
    if (/^[ \t]/.test(text) && parts.length > 0) parts.push(text);
    else {
      end();
      parts = [text];
      first = at;
    }
  }
  end();
  return folded;
}

/** A comment runs from `#` to the line's end; `$#` and `\#` are none. */
function uncommented(text: string): string {
  if (!text.includes("#")) return text.trimEnd();
  return text
    .replace(/([\s\S])#[^\n]*/g, (found, before: string) =>
      before === "$" ? keepMailer(found) : before === "\\" ? `#${found.slice(2)}` : before,
    )
    .trimEnd();
}

/** After `$#` another comment may follow. */
function keepMailer(found: string): string {
  const comment = found.slice(2).search(/(?<![$\\])#/);
  return comment < 0 ? found : found.slice(0, comment + 2);
}

function ruleOf({ text, at }: Line): Rule {
  const [, lhs, rhs = ""] = /^R([^\t]*)\t+([^\t]*)/.exec(text) ?? [];
  if (lhs === undefined) throw refusal(at, "a rule has no tab between its sides");
  return { lhs, rhs, at };
}

function readLine(configuration: Configuration, kind: string, { text, at }: Line): void {
  const rest = text.slice(1);
  if (kind === "O") readOption(configuration, rest, at);
  else if (kind === "C" || kind === "F") {
    const [, name, words = ""] = /^(?:\{([^}]*)\}|.)([\s\S]*)$/.exec(rest) ?? [];
    const which = name ?? rest[0];
    if (which !== "R" && which !== "w") return;
    if (kind === "F") readClassFile(configuration, which, words, at);
    else
      for (const value of words.split(/\s+/).filter((word) => word !== ""))
        if (value.startsWith("$=")) configuration.doubt("gates", `the class that is relayed for in ${at}`, at);
        else configuration.enter(which, { value, at });
  } else if (kind === "K") {
    const [name, type = "", ...words] = rest.trim().split(/\s+/);
    if (name !== "access") return;
    configuration.access = accessOf(type, words, at);
  }
}

function readOption(configuration: Configuration, rest: string, at: string): void {
  const isLong = rest.startsWith(" ");
  const equals = rest.indexOf("=");
  const end = isLong ? (equals < 0 ? rest.length : equals) : 1;
  const written = rest.slice(0, end).trim();
  const value = isLong ? rest.slice(end + 1).trimStart() : rest.slice(1);
  if (isLong && written === "") throw refusal(at, "an option has no name");
  if (isLong) configuration.written.push({ name: written, value, at });
  if (isLong && !isOption(written)) strange(configuration, written, at);
  const name = isLong ? optionNames.find((each) => each.toLowerCase() === written.toLowerCase()) : letters.get(written);
  if (name) configuration.add(name, value, at);
  else if (isLong && optionNames.some((each) => each.toLowerCase().startsWith(written.toLowerCase())))
    configuration.doubt("all", `the option that is abbreviated in ${at}`, at);
}

/** Sendmail does not start with an option that it does not know; a later release than that of the names may know it. */
function strange(configuration: Configuration, name: string, at: string): void {
  if (isSince(configuration.definition.version, "8.18") === false)
    throw refusal(at, `${name} is no option of ${program}`);
  configuration.doubt("all", `whether the installed Sendmail knows the option ${name} (${at})`, at);
}

/** The map is compiled from the text beside it; flags that change how keys are looked up leave it open. */
export function accessOf(type: string, words: readonly string[], at: string): AccessSource {
  const isPlain = /^(hash|btree|dbm|cdb)$/.test(type) && words.every((word) => /^-[ToON]|^[^-]/.test(word));
  const path = words.find((word) => !word.startsWith("-"));
  return { path: isPlain ? path?.replace(/\.db$/, "") : undefined, at };
}
