import { Refused } from "./stops.js";

/** The value of `name = value`: quoted text is unquoted, with its escapes; else it stands as it is. */
export function unquoted(text: string, at: string): string {
  if (!text.startsWith('"')) return text;
  let value = "";
  for (let i = 1; i < text.length; i++) {
    const character = text[i] as string;
    if (character === '"') {
      if (text.slice(i + 1).trim() !== "") throw new Refused("text follows the closing quote", at);
      return value;
    }
    if (character !== "\\") {
      value += character;
      continue;
    }
    const next = text[++i];
    value += next === "n" ? "\n" : next === "t" ? "\t" : next === "r" ? "\r" : (next ?? "");
  }
  throw new Refused("a quoted value has no end", at);
}

/**
 * The items of a list (Exim specification, "Lists"): `:` separates unless the list begins with `<` and another mark; a
 * doubled separator is a literal one.
 */
export function listItems(list: string): string[] {
  let text = list.trim();
  let separator = ":";
  const other = /^<([^\w\s])/.exec(text)?.[1];
  if (other !== undefined) {
    separator = other;
    text = text.slice(2).trimStart();
  }
  const items: string[] = [];
  let item = "";
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (character !== separator) item += character;
    else if (text[i + 1] === separator) {
      item += separator;
      i++;
    } else {
      items.push(item.trim());
      item = "";
    }
  }
  if (item.trim() !== "") items.push(item.trim());
  return items;
}
