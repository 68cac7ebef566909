import type { Kind } from "./setting-names-24.js";

const passdbResults = ["return-ok", "return", "return-fail", "continue", "continue-ok", "continue-fail"];

/** What the settings take that take one of a few words (`doveconf` refuses others); for those missing here any word is let pass. */
const words: Readonly<Record<string, readonly string[]>> = {
  ssl: ["yes", "no", "required"],
  ssl_server_prefer_ciphers: ["client", "server"],
  submission_relay_ssl: ["no", "smtps", "starttls"],
  submission_ssl: ["no", "smtps", "submissions", "starttls"],
  passdb_skip: ["never", "authenticated", "unauthenticated"],
  userdb_skip: ["never", "authenticated", "unauthenticated"],
  passdb_result_success: passdbResults,
  passdb_result_failure: passdbResults,
  passdb_result_internalfail: passdbResults,
  userdb_result_success: passdbResults,
  userdb_result_failure: passdbResults,
  userdb_result_internalfail: passdbResults,
};

const units = ["secs", "seconds", "mins", "minutes", "hours", "days", "weeks"];
const milliseconds = ["msecs", "mseconds", "millisecs", "milliseconds"];

/** What Dovecot 2.4 says of a value that a setting of this kind does not take; undefined for one that it takes. */
export function refused(name: string, kind: Kind, value: string): string | undefined {
  if (value.includes("%{")) return undefined;
  switch (kind) {
    case "boolean":
      return /^(?:yes|y|no|1)$/i.test(value) ? undefined : "is neither yes nor no";
    case "number":
      return isUnlimited(value) || /^\d{1,20}$/.test(value) ? undefined : "is no number";
    case "time":
      return isUnlimited(value) || isTime(value) ? undefined : "is no time with its unit";
    case "size":
      return isUnlimited(value) || /^\d{1,19} *(?:B|[KMGT]I?B?)?$/i.test(value) ? undefined : "is no size";
    case "port":
      return /^\d{1,5}$/.test(value) && Number(value) <= 65535 ? undefined : "is no port";
    case "word":
      return (words[name]?.includes(value) ?? true) ? undefined : `is none of ${words[name]?.join(", ")}`;
    case "block":
    case "blocks":
      return "is no setting but a block";
    case "map":
      return value === "" ? undefined : "is a block of lines";
    default:
      return undefined;
  }
}

function isUnlimited(value: string): boolean {
  return value === "unlimited" || value === "infinite";
}

function isTime(value: string): boolean {
  const [, number, unit = ""] = /^(\d{1,10}) *([a-z]*)$/i.exec(value) ?? [];
  if (number === undefined) return false;
  if (unit === "") return Number(number) === 0;
  return [...units, ...milliseconds].some((each) => each.startsWith(unit.toLowerCase()));
}

/** The words of a list, undefined where a quotation mark stands in the middle of one. */
export function listOf(text: string): readonly string[] | undefined {
  const found: string[] = [];
  for (let rest = text; rest !== ""; ) {
    const [taken, quoted, bare] = /^(?:"((?:[^"\\]|\\.)*)"(?=[ ,]|$)|([^ ,"]+)(?!")|[ ,]+)/.exec(rest) ?? [];
    if (taken === undefined) return undefined;
    const word = quoted === undefined ? bare : quoted.replace(/\\(.)/g, "$1");
    if (word !== undefined) found.push(word);
    rest = rest.slice(taken.length);
  }
  return found;
}

export function wordsOf(list: string): string[] {
  return list.split(/[ ,\t]+/).filter((each) => each !== "");
}
