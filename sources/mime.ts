import { decoded, textOf, unpacked } from "./encodings.js";

/** One part of user data. `other`: a script or anything else that runs on the machine. */
export interface Part {
  readonly kind: "cloud-config" | "other";
  readonly text: string;
}

/** The parts of user data in order: the whole text, or the parts of a MIME archive. */
export function partsOf(text: string, at: string): Part[] {
  const message = splitHead(text);
  const boundary = message && parameter(message.headers.get("content-type"), "boundary");
  if (!message || boundary === undefined) return [{ kind: kindOf(text, "text/plain"), text }];
  return bodies(message.body, boundary).map((part) => partOf(part, at));
}

function partOf(source: string, at: string): Part {
  const { headers, body } = splitHead(source) ?? { headers: new Map<string, string>(), body: source.trimStart() };
  const base64 = headers.get("content-transfer-encoding")?.toLowerCase() === "base64";
  const text = base64 ? textOf(unpacked(decoded(body, "base64", at), at)) : body;
  return { kind: kindOf(text, headers.get("content-type") ?? "text/plain"), text };
}

/** The MIME type says it, or the first line; a Jinja template has its own line before that one. */
function kindOf(text: string, type: string): Part["kind"] {
  if (/^text\/cloud-config\b(?!-)/i.test(type)) return "cloud-config";
  const [first = "", second = ""] = text.trimStart().split("\n", 2);
  return /^#cloud-config(?!-)/.test(isTemplate(text) ? second : first) ? "cloud-config" : "other";
}

export function isTemplate(text: string): boolean {
  return /^\s*## template: *jinja/.test(text);
}

interface Message {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Headers up to the first empty line, names in lower case, folded lines joined (RFC 5322 section 2.2). */
function splitHead(text: string): Message | undefined {
  const end = /\r?\n\r?\n/.exec(text);
  if (!end || !/^[A-Za-z-]+:/.test(text)) return undefined;
  const headers = new Map<string, string>();
  for (const line of text
    .slice(0, end.index)
    .replace(/\r?\n[ \t]+/g, " ")
    .split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: text.slice(end.index + end[0].length) };
}

function parameter(header: string | undefined, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}="?([^";]+)"?`, "i").exec(header ?? "");
  return found?.[1]?.trim();
}

/** What stands between the delimiter lines `--boundary` and the last one, `--boundary--` (RFC 2046 section 5.1.1). */
function bodies(body: string, boundary: string): string[] {
  const parts: string[][] = [];
  for (const line of body.split(/\r?\n/)) {
    if (line.trimEnd() === `--${boundary}--`) break;
    if (line.trimEnd() === `--${boundary}`) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  return parts.map((lines) => lines.join("\n"));
}
