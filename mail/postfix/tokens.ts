/** Splits at blanks and, for lists, commas; text within `{}` stays together (Postfix's `mystrtokq`). */
export function tokens(text: string, separators: "blanks" | "list" = "list"): string[] {
  const separator = separators === "list" ? /[,\s]/ : /\s/;
  const found: string[] = [];
  let start = -1;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (depth === 0 && separator.test(character)) {
      if (start >= 0) found.push(text.slice(start, i));
      start = -1;
      continue;
    }
    if (start < 0) start = i;
    if (character === "{") depth++;
    else if (character === "}" && depth > 0) depth--;
  }
  if (start >= 0) found.push(text.slice(start));
  return found;
}

/** The text of `{ text }` without its blanks; undefined when the braces do not enclose all of it. */
export function withinBraces(text: string): string | undefined {
  if (!text.startsWith("{") || !text.endsWith("}")) return undefined;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth === 0 && i < text.length - 1) return undefined;
  }
  return depth === 0 ? text.slice(1, -1).trim() : undefined;
}

/** `name = value`, blanks trimmed; undefined when there is no name or no `=` after it (`split_nameval`). */
export function nameAndValue(text: string): { readonly name: string; readonly value: string } | undefined {
  const equals = text.indexOf("=");
  const name = equals < 0 ? "" : text.slice(0, equals).trim();
  return name === "" || /\s/.test(name) ? undefined : { name, value: text.slice(equals + 1).trim() };
}
