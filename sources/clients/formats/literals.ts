import type { Setting } from "../../../model/client.js";

/** What stands behind a name in source code: a literal's value, or unknown under the variable's name. */
export function literal(written: string, name: string): Setting["value"] {
  const text = written.trim();
  const quoted = /^(?:[rub]?)(["'`])((?:[^"'`\\]|\\.|(?!\1)["'`])*)\1$/i.exec(text);
  if (quoted) {
    const [, quote, inside = ""] = quoted;
    // Interpolation of JavaScript, Ruby and PHP; a backtick or a double quote may hold it.
    const variable = quote === "'" ? undefined : /[$#]\{?\s*([A-Za-z_][\w.]*)/.exec(inside)?.[1];
    const isTemplate = quote !== "'" && /[$#]\{/.test(inside);
    return isTemplate ? { unknown: [variable ?? name] } : inside.replace(/\\(.)/g, "$1");
  }
  if (/^:[a-z_]\w*$/i.test(text)) return text.slice(1);
  if (/^(true|false|none|null|nil|undefined|\d+)$/i.test(text))
    return /^(none|null|nil|undefined)$/i.test(text) ? "" : text.toLowerCase();
  if (/^(OpenSSL::SSL::)?VERIFY_\w+$/.test(text)) return text;
  return { unknown: [variableOf(text) ?? name] };
}

/** The environment variable that an expression reads; other expressions may hold secrets and are not named. */
function variableOf(expression: string): string | undefined {
  const read =
    /(?:process\.env\.|process\.env\[["']|ENV(?:\.fetch\(|\[)\s*["']|environ(?:\.get)?[[(]\s*["']|getenv\(\s*["']|env(?:\.\w+)?\(\s*["']|config\(\s*["'])([A-Za-z_]\w*)/;
  return read.exec(expression)?.[1];
}

const longest = 20_000;

/**
 * The members of the object or hash that opens at `start` (the index after its brace), flat: `auth.user`. Literals alone
 * have values. Undefined where it does not end.
 */
export function members(text: string, start: number, at: string): Map<string, Setting> | undefined {
  const found = new Map<string, Setting>();
  const path: string[] = [];
  let from = start;
  let quote = "";
  let key: string | undefined;
  let nested = 0;
  const lineAt = lineCounter(text);
  const end = (to: number) => {
    const part = withoutComments(text.slice(from, to)).trim();
    const name = key ?? part;
    if (key !== undefined && part !== "")
      found.set([...path, name].join("."), { value: literal(part, name), at: `${at}:${lineAt(from)}` });
    else if (key === undefined && /^\w+$/.test(part))
      found.set([...path, part].join("."), { value: { unknown: [part] }, at: `${at}:${lineAt(from)}` });
    key = undefined;
  };
  for (let i = start; i < text.length && i - start < longest; i++) {
    const c = text[i] as string;
    if (quote !== "") {
      if (c === "\\") i++;
      else if (c === quote) quote = "";
      continue;
    }
    if ((c === "/" && text[i + 1] === "/") || (c === "#" && text[i + 1] !== "{")) {
      const line = text.indexOf("\n", i);
      if (line < 0) return undefined;
      i = line;
      continue;
    }
    if (c === '"' || c === "'" || c === "`") quote = c;
    else if (c === "(" || c === "[") nested++;
    else if (c === ")" || c === "]") nested--;
    else if (nested > 0) continue;
    else if (
      key === undefined &&
      ((c === ":" && text[i + 1] !== ":" && i > from && /[\w"']/.test(text[i - 1] ?? "")) ||
        (c === "=" && text[i + 1] === ">"))
    ) {
      key = withoutComments(text.slice(from, i))
        .trim()
        .replace(/^[:"']|["']$/g, "")
        .trim();
      from = c === "=" ? i + 2 : i + 1;
      if (c === "=") i++;
    } else if (c === "{") {
      if (key === undefined) return undefined;
      if (withoutComments(text.slice(from, i)).trim() !== "") return undefined;
      path.push(key);
      key = undefined;
      from = i + 1;
    } else if (c === ",") {
      end(i);
      from = i + 1;
    } else if (c === "}") {
      end(i);
      from = i + 1;
      if (path.length === 0) return found;
      path.pop();
    }
  }
  return undefined;
}

function withoutComments(text: string): string {
  return text.replace(/^\s*(?:\/\/|#).*$/gm, "");
}

/** The number of the line that an offset stands on. */
export function lineCounter(text: string): (offset: number) => number {
  const starts: number[] = [0];
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
  return (offset) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}
