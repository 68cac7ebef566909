import { InputError } from "../../model/errors.js";
import type { MailDefinition } from "../../model/mail.js";
import type { SettingsSource, Value } from "./settings.js";

interface Written {
  readonly value: Value;
  readonly at: string;
}

/** What tells a plan of Stalwart's from other files of JSON in lines. */
const marker = /"object"\s*:\s*"(?:x:)?NetworkListener"/;

/** The fields of objects by the names that config.toml had for them up to 0.15. */
const singletons: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  MtaStageAuth: { saslMechanisms: "session.auth.mechanisms", require: "session.auth.require" },
  MtaStageRcpt: { allowRelaying: "session.rcpt.relay", script: "session.rcpt.script" },
  MtaStageMail: { isSenderAllowed: "session.mail.is-allowed", script: "session.mail.script" },
  MtaStageEhlo: { script: "session.ehlo.script" },
  MtaStageConnect: { script: "session.connect.script" },
};
const listenerFields: Readonly<Record<string, string>> = {
  bind: "bind",
  protocol: "protocol",
  tlsImplicit: "tls.implicit",
  useTls: "tls.enable",
  tlsDisableProtocols: "tls.disable-protocols",
};

/**
 * The settings that a plan of Stalwart 0.16 makes (`stalwart-cli apply`, and what `snapshot` writes): an operation a line, as
 * JSON. What it does not set is what the database has.
 */
export class Plan implements SettingsSource {
  private readonly written = new Map<string, Written>();
  private readonly places = new Map<string, string>();
  /** What leaves open which listeners there are. */
  readonly open = ["the listeners that Stalwart's database has besides"];

  constructor(
    readonly at: string,
    readonly version?: string,
  ) {}

  /** @throws InputError with `file:line` for a line that is no operation. */
  read(text: string, file: string): void {
    for (const [index, line] of text.split("\n").entries()) {
      if (/^\s*(?:#.*)?$/.test(line)) continue;
      const at = `${file}:${index + 1}`;
      const { "@type": kind, object, value } = operation(line, at);
      const type = String(object).replace(/^x:/, "");
      if (type === "NetworkListener") this.listeners(String(kind), value, at);
      for (const [field, name] of Object.entries(kind === "update" ? (singletons[type] ?? {}) : {}))
        this.set(name, asValue(member(value, field)), at);
    }
  }

  private listeners(kind: string, value: unknown, at: string): void {
    if (kind !== "create" && kind !== "upsert") {
      this.open.push(`what ${at} does to listeners`);
      return;
    }
    for (const [id, fields] of entriesOf(value)) {
      const name = String(member(fields, "name") ?? id);
      for (const [field, setting] of Object.entries(listenerFields)) {
        const given = member(fields, field);
        // What exists already keeps what is not given; a new one has the documented default.
        const kept = kind === "upsert" && field !== "protocol" ? ["what the database has"] : undefined;
        const otherwise = kind === "create" && field === "protocol" ? "smtp" : kept;
        this.set(`server.listener.${name.replaceAll(".", "_")}.${setting}`, asValue(given) ?? otherwise, at);
      }
    }
  }

  private set(name: string, value: Value | undefined, at: string): void {
    if (value === undefined) return;
    this.written.set(name, { value, at });
    for (let end = name.length; end > 0; end = name.lastIndexOf(".", end - 1)) this.places.set(name.slice(0, end), at);
  }

  get(name: string): Value | undefined {
    return this.written.get(name)?.value;
  }

  place(name: string): string {
    for (let rest = name; rest !== ""; rest = rest.replace(/\.?[^.]*$/, "")) {
      const found = this.places.get(rest);
      if (found !== undefined) return found;
    }
    return this.at;
  }

  below(table: string): string[] {
    const names = [...this.written.keys()].filter((key) => key.startsWith(`${table}.`));
    return [...new Set(names.map((key) => key.slice(table.length + 1).split(".")[0] ?? ""))];
  }

  within(): readonly string[] {
    return [];
  }

  isLocal(name: string): boolean {
    return this.written.has(name);
  }

  elsewhere(name: string): string {
    return `${name} in Stalwart's database (the plan does not set it)`;
  }
}

/** The plans of a definition as one; undefined where it has none. @throws InputError for a line that is no operation. */
export function planOf({ id, files, version }: MailDefinition): Plan | undefined {
  const plans = Object.keys(files).filter((path) => isPlan(files[path]?.text ?? ""));
  if (plans.length === 0) return undefined;
  const plan = new Plan(files[plans[0] ?? ""]?.at ?? id, version);
  for (const path of plans.sort()) plan.read(files[path]?.text ?? "", files[path]?.at ?? path);
  if (plans.length > 1) plan.open.push("which of the plans is applied last");
  return plan;
}

/** Whether a text is a plan that says something of listeners. */
export function isPlan(text: string): boolean {
  return marker.test(text) && /^\s*\{.*"@type"\s*:/m.test(text);
}

function operation(line: string, at: string): Readonly<Record<string, unknown>> {
  try {
    const found: unknown = JSON.parse(line);
    if (typeof found === "object" && found !== null && member(found, "@type") !== undefined)
      return found as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new InputError(
    at,
    "this is no operation of a Stalwart plan",
    'Write one JSON object a line, with "@type" and "object"; `stalwart-cli apply --dry-run` tells.',
  );
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

/** Expressions become the lists of conditions that config.toml had; a set is written as `{ member: true }` too. */
function asValue(value: unknown): Value | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object") return value as Value;
  if (Array.isArray(value)) return value;
  const otherwise = member(value, "else");
  if (otherwise === undefined) return Object.keys(value);
  const match = member(value, "match");
  return [...(Array.isArray(match) ? match : []), { else: otherwise }];
}
