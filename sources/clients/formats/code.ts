import type { Setting } from "../../../model/client.js";
import { type Format, numbered } from "./lines.js";
import { lineCounter, literal, members } from "./literals.js";

/** Assignments at the start of a line (Python); `*`: others come from a module that is not read. */
export const python: Format = (text, at) => {
  const settings = new Map<string, Setting>();
  const lines = text.split("\n");
  lines.forEach((line, i) => {
    const place = `${at}:${i + 1}`;
    if (/^from\s+\S+\s+import\s+\*/.test(line)) settings.set("*", { value: "", at: place });
    const [, indent = "", name, value = ""] = /^(\s*)(EMAIL_[A-Z_]+)\s*=(?!=)\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined) return;
    const bare =
      /^(["'])(?:(?!\1).)*\1\s*#.*$/.test(value) || !/["']/.test(value) ? value.replace(/\s*#.*$/, "") : value;
    // Within an `if` it may hold or not.
    settings.set(name, { value: indent === "" ? literal(bare, name) : { unknown: [name] }, at: place });
  });
  return settings;
};

/** `define('NAME', value);` of PHP. */
export const phpDefines: Format = (text, at) => {
  const settings = new Map<string, Setting>();
  for (const [line, written] of numbered(text)) {
    const [, name, value] = /^define\(\s*["'](\w+)["']\s*,\s*(.+?)\s*\)\s*;/.exec(written) ?? [];
    if (name !== undefined && value !== undefined)
      settings.set(name, { value: literal(value, name), at: `${at}:${line}` });
  }
  return settings;
};

/** `gitlab_rails['name'] = value` of gitlab.rb, by the name. */
export const gitlabRb: Format = (text, at) => {
  const settings = new Map<string, Setting>();
  for (const [line, written] of numbered(text)) {
    const [, name, value = ""] = /^gitlab_rails\[["'](\w+)["']\]\s*=\s*(.+)$/.exec(written) ?? [];
    if (name !== undefined)
      settings.set(name, { value: literal(value.replace(/\s+#[^"']*$/, ""), name), at: `${at}:${line}` });
  }
  return settings;
};

/** `smtp_settings = { … }` and `delivery_method = :smtp` of Action Mailer; the last ones count. */
export const railsConfig: Format = (text, at) => {
  const settings = new Map<string, Setting>();
  for (const match of text.matchAll(/^[ \t]*(?:config\.action_mailer|ActionMailer::Base)\.smtp_settings\s*=\s*\{/gm))
    for (const [name, setting] of members(text, match.index + match[0].length, at) ?? []) settings.set(name, setting);
  const lineAt = lineCounter(text);
  for (const match of text.matchAll(
    /^[ \t]*(?:config\.action_mailer|ActionMailer::Base)\.(?:delivery_method\s*=\s*(.+)|smtp_settings\[:(\w+)\]\s*=\s*(.+))$/gm,
  )) {
    const [, method, key, value] = match;
    const name = method === undefined ? (key as string) : "delivery_method";
    settings.set(name, { value: literal(method ?? (value as string), name), at: `${at}:${lineAt(match.index)}` });
  }
  return settings;
};

/** Each `createTransport({ … })` or `createTransport("smtps://…")` of nodemailer, as `0.host`. */
export const transports: Format = (text, at) => {
  const settings = new Map<string, Setting>();
  const lineAt = lineCounter(text);
  let index = 0;
  for (const match of text.matchAll(/\bcreateTransport\(\s*(?:(\{)|(["'`])((?:smtps?):\/\/[^"'`\s]+)\2)/g)) {
    const found = match[1]
      ? members(text, match.index + match[0].length, at)
      : fromUrl(match[3] as string, `${at}:${lineAt(match.index)}`);
    for (const [name, setting] of found ?? []) settings.set(`${index}.${name}`, setting);
    index++;
  }
  return settings;
};

/** A URL's parts as options; what its query says comes under its own name. */
function fromUrl(text: string, at: string): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  const template = /\$\{\s*(?:process\.env\.)?([\w.]+)/.exec(text)?.[1];
  if (template !== undefined || !URL.canParse(text)) {
    settings.set("host", { value: { unknown: [template ?? "the URL"] }, at });
    return settings;
  }
  const url = new URL(text);
  const set = (name: string, value: string) => value !== "" && settings.set(name, { value, at });
  set("host", url.hostname);
  set("port", url.port);
  set("secure", url.protocol === "smtps:" ? "true" : "");
  set("auth.user", url.username);
  set("auth.pass", url.password);
  for (const [name, value] of url.searchParams) set(name, value);
  return settings;
}
