import type { Setting } from "../../../model/client.js";

/** A format: a file's text as settings by name; `at` is the file as evidence names it. Never throws. */
export type Format = (text: string, at: string) => Map<string, Setting>;

/** Sections in brackets, `name = value`; comments with `;` or `#` (ini.v1 of Go, as Grafana reads it). */
export const ini: Format = (text, at) => {
  const settings = new Map<string, Setting>();
  let section = "";
  for (const [line, written] of numbered(text)) {
    if (written === "" || /^[;#]/.test(written)) continue;
    if (written.startsWith("[") && written.endsWith("]")) {
      section = `${written.slice(1, -1).trim().toLowerCase()}.`;
      continue;
    }
    const equals = written.indexOf("=");
    if (equals < 0) continue;
    const name = section + written.slice(0, equals).trim().toLowerCase();
    const value = unquoted(withoutComment(written.slice(equals + 1).trim()), /^("""|"|'|`)(.*)\1$/);
    settings.set(name, {
      value: templated(value, name),
      at: `${at}:${line}`,
      ...(/^\$__(file|vault)\{/.test(value) ? { isSecret: true } : {}),
    });
  }
  return settings;
};

/** Java's properties: `name=value`, `name: value`, a backslash at the end goes on. */
export const properties: Format = (text, at) => {
  const settings = new Map<string, Setting>();
  for (const [line, written] of numbered(text.replace(/\\\r?\n[ \t]*/g, ""))) {
    if (written === "" || /^[#!]/.test(written)) continue;
    const end = written.search(/[=:\s]/);
    const name = end < 0 ? written : written.slice(0, end);
    const value = end < 0 ? "" : written.slice(end).replace(/^\s*[=:]?\s*/, "");
    settings.set(name, { value: templated(value, name), at: `${at}:${line}` });
  }
  return settings;
};

/** ssmtp.conf: `Name=value`, names in lower case. */
export const ssmtpConf: Format = (text, at) => {
  const settings = new Map<string, Setting>();
  for (const [line, written] of numbered(text)) {
    const [, name, value] = /^([^\s=#][^\s=]*)\s*=\s*(\S*)/.exec(written) ?? [];
    if (name !== undefined && value !== undefined) settings.set(name.toLowerCase(), { value, at: `${at}:${line}` });
  }
  return settings;
};

/**
 * msmtprc: `defaults`, `account NAME : PARENT`, and settings of both, as `account NAME.setting`; parents as
 * `account NAME.:`. Where an `eval` writes the settings it cannot be told which.
 */
export const msmtprc: Format = (text, at) => {
  const settings = new Map<string, Setting>();
  let section = "account default";
  for (const [line, written] of numbered(text)) {
    if (written === "" || written.startsWith("#")) continue;
    const end = written.search(/\s/);
    const command = end < 0 ? written : written.slice(0, end);
    const rest = end < 0 ? "" : written.slice(end).trimStart();
    const value = rest.startsWith('"') ? unquoted(rest, /^(")(.*)\1$/) : rest;
    const place = `${at}:${line}`;
    const switchedOff = /^tls_no(certcheck|starttls)$/.exec(command)?.[1];
    // An older spelling, which takes no argument.
    if (switchedOff !== undefined) settings.set(`${section}.tls_${switchedOff}`, { value: "off", at: place });
    else if (command === "defaults") section = "defaults";
    else if (command === "account") {
      const [name = "", parents = ""] = rest.split(/\s*:\s*/);
      section = `account ${name.trim()}`;
      settings.set(`${section}.:`, { value: parents, at: place });
    } else {
      // A switch alone is on.
      const setting = { value: value === "" ? "on" : value, at: place };
      settings.set(`${section}.${command}`, command === "passwordeval" ? { ...setting, isSecret: true } : setting);
      if (section === "account default" && !settings.has("account default.:"))
        settings.set("account default.:", { value: "", at: place });
    }
  }
  return settings;
};

/** The variables of a .env file. */
export const dotenv: Format = (text, at) => {
  const settings = new Map<string, Setting>();
  for (const [line, written] of numbered(text)) {
    const [, name, raw = ""] = /^(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*(.*)$/.exec(written) ?? [];
    if (name === undefined) continue;
    const single = /^'([^']*)'/.exec(raw)?.[1];
    const value = single ?? /^"((?:[^"\\]|\\.)*)"/.exec(raw)?.[1] ?? raw.replace(/(^|\s)#.*$/, "").trim();
    settings.set(name, { value: single === undefined ? templated(value, name) : value, at: `${at}:${line}` });
  }
  return settings;
};

/** What a value written with `${NAME}`, `$NAME` alone or `{{ … }}` waits for; other values as they are. */
export function templated(value: string, name: string): Setting["value"] {
  const variable = /\$\{?\{?\s*(?:env\.|vars\.|secrets\.)?([A-Za-z_]\w*)/.exec(value)?.[1];
  // A dollar sign within a password is no variable; one that begins a value, or has braces, is.
  if (variable !== undefined && (/^\$/.test(value) || /\$\{/.test(value))) return { unknown: [variable] };
  return /\{\{|<%|\$\(/.test(value) ? { unknown: [name] } : value;
}

/** Lines with their number, trimmed. */
export function* numbered(text: string): Generator<[number, string]> {
  for (let start = 0, number = 1; start <= text.length; number++) {
    const end = text.indexOf("\n", start);
    const stop = end < 0 ? text.length : end;
    yield [number, text.slice(start, stop).trim()];
    start = stop + 1;
  }
}

function unquoted(value: string, quotes: RegExp): string {
  return quotes.exec(value)?.[2] ?? value;
}

/** ` ;` and ` #` begin a comment after a value that is not quoted. */
function withoutComment(value: string): string {
  return /^["'`]/.test(value) ? value : value.replace(/\s+[;#].*$/, "");
}
