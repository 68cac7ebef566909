/** C0 and C1 controls, line and paragraph separators, bidirectional overrides, invisible marks and broken surrogates. */
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * One line that is safe to show anywhere: what could move a cursor, hide text or turn its direction is written as
 * `\x1b` or `\u202e`, and a text longer than `limit` characters is cut with a note of its true length.
 */
export function oneLine(text: string, limit = 600): string {
  const shown = text.length > limit ? text.slice(0, limit) : text;
  return shown.replace(unsafe, escaped) + (text.length > limit ? ` … (${text.length} characters in all)` : "");
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  if (character === "\t") return " ";
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** `1 endpoint`, `2 endpoints`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}
