import { oneLine } from "../text.js";

/** Markup that is safe to put into a page: every text in it went through `html`. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Content = Markup | string | number | undefined | readonly Content[];

/** A piece of page; each text put in is escaped, its control characters are made visible and its length is bounded. */
export function html(pieces: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(pieces.map((piece, index) => piece + markup(contents[index])).join(""));
}

function markup(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Markup) return content.text;
  if (typeof content === "object") return content.map(markup).join("");
  return oneLine(String(content), 1200).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
