import { type Fields, isTrue } from "./yaml.js";

/** Expressions that both languages read alike, and that take bounded time: without groups, and with few repetitions. */
const plain = /^(?:[\w\s=:#;,/"'!@%&<>~^$.-]|\\[sSwWdDb.#=/-]|\[[\w\s#^-]*\]|[*+?])*$/;
const mostRepetitions = 3;

/**
 * A text once lineinfile has edited it (its module's documentation); undefined where that is not worked out: `backrefs`,
 * places by an expression, expressions with groups.
 */
export function lineEdited(text: string, args: Fields): string | undefined {
  const { regexp = args.regex, search_string: search, line } = args;
  const isAbsent = args.state === "absent";
  const isAtEnd = args.insertbefore === undefined && /^(?:EOF)?$/.test(String(args.insertafter ?? ""));
  if (isTrue(args.backrefs) || isTrue(args.firstmatch) || (!isAbsent && !isAtEnd)) return undefined;
  const matches = matcherOf(regexp ?? search, regexp !== undefined);
  if (matches === null || (line === undefined && !isAbsent)) return undefined;
  const lines = text.replace(/\n$/, "").split("\n");
  const isSame = (each: string) => line !== undefined && each.trimEnd() === String(line).trimEnd();
  if (isAbsent) return `${lines.filter((each) => !(matches ? matches(each) : isSame(each))).join("\n")}\n`;
  const at = lines.findLastIndex((each) => (matches ? matches(each) : isSame(each)));
  if (at >= 0) lines[at] = String(line);
  else if (!lines.some(isSame)) lines.push(String(line));
  return `${lines.join("\n")}\n`;
}

/** Undefined where nothing is looked for, null where the expression is not read. */
function matcherOf(wanted: unknown, isExpression: boolean): ((line: string) => boolean) | undefined | null {
  if (wanted === undefined || wanted === null || wanted === "") return undefined;
  const text = String(wanted);
  if (!isExpression) return (line) => line.includes(text);
  if (!plain.test(text) || (text.match(/[*+?]/g)?.length ?? 0) > mostRepetitions) return null;
  try {
    const expression = new RegExp(text);
    return (line) => expression.test(line);
  } catch {
    return null;
  }
}
