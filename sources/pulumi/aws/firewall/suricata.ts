/** One rule in Suricata's language, in its parts; nothing of it is interpreted. */
export interface SuricataRule {
  readonly action: string;
  readonly protocol: string;
  readonly source: string;
  readonly sourcePort: string;
  /** `<>`: it looks at both directions. */
  readonly isBidirectional: boolean;
  readonly destination: string;
  readonly destinationPort: string;
  /** Names of the keywords between the parentheses, with what they are set to. */
  readonly options: readonly Option[];
}

export interface Option {
  readonly keyword: string;
  readonly setting: string;
}

/** A line of a rules text. `rule` is undefined where it does not have the shape of a rule. */
export interface SuricataLine {
  /** The first line that it stands on, from 1. */
  readonly line: number;
  readonly text: string;
  readonly rule: SuricataRule | undefined;
}

/** The rules of a text, one a line; a backslash at the end of a line joins the next (Suricata user guide, "Rules format"). */
export function linesOf(text: string): SuricataLine[] {
  const found: SuricataLine[] = [];
  let open: { line: number; text: string } | undefined;
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    const whole: string = open ? `${open.text}${raw}` : raw;
    const line = open?.line ?? i + 1;
    open = whole.endsWith("\\") ? { line, text: whole.slice(0, -1) } : undefined;
    const rule = whole.trim();
    if (open === undefined && rule !== "" && !rule.startsWith("#"))
      found.push({ line, text: rule, rule: ruleOf(rule) });
  }
  if (open && open.text.trim() !== "") found.push({ ...open, text: open.text.trim(), rule: undefined });
  return found;
}

function ruleOf(text: string): SuricataRule | undefined {
  const start = text.indexOf("(");
  if (start < 0 || !text.endsWith(")")) return undefined;
  const words = wordsOf(text.slice(0, start));
  const [action, protocol, source, sourcePort, direction, destination, destinationPort] = words;
  if (words.length !== 7 || (direction !== "->" && direction !== "<>")) return undefined;
  const parts = { action, protocol, source, sourcePort, destination, destinationPort } as Record<string, string>;
  const options = optionsOf(text.slice(start + 1, -1));
  return { ...(parts as unknown as SuricataRule), isBidirectional: direction === "<>", options };
}

/** Lists may hold blanks: `[10.0.0.0/8, 192.0.2.1]` is one word. */
function wordsOf(header: string): string[] {
  const words: string[] = [];
  let word = "";
  let depth = 0;
  for (const letter of `${header} `) {
    if (letter === "[") depth++;
    if (letter === "]") depth--;
    if (!/\s/.test(letter)) word += letter;
    else if (depth === 0 && word !== "") {
      words.push(word);
      word = "";
    }
  }
  return words;
}

/** Parts end in a semicolon, but not within quotation marks or behind a backslash. */
function optionsOf(text: string): Option[] {
  const options: Option[] = [];
  let part = "";
  let quoted = false;
  let escaped = false;
  for (const letter of `${text};`) {
    if (letter === '"' && !escaped) quoted = !quoted;
    if (letter !== ";" || quoted || escaped) part += letter;
    else {
      const colon = part.indexOf(":");
      const keyword = (colon < 0 ? part : part.slice(0, colon)).trim().toLowerCase();
      if (keyword !== "") options.push({ keyword, setting: colon < 0 ? "" : part.slice(colon + 1).trim() });
      part = "";
    }
    escaped = letter === "\\" && !escaped;
  }
  // A quotation mark that nothing closes: what is left is no keyword that anybody knows.
  return part.trim() === "" ? options : [...options, { keyword: part.trim(), setting: "" }];
}
