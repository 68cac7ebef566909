import { readFile, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { Document, LineCounter } from "yaml";
import { AddressSet } from "../model/addresses.js";
import {
  type Declaration,
  type DeclaredEndpoint,
  nothingDeclared,
  type Role,
  type RuleOptions,
} from "../model/declaration.js";
import { InputError } from "../model/errors.js";
import { nearest } from "../model/nearest.js";
import type { Rule } from "../model/rule.js";
import { loadSchema } from "../schemas/load.js";
import { explain, type SchemaError } from "./schema-errors.js";

export interface LoadedDeclaration {
  readonly declaration: Declaration;
  /** Paths of the sources it lists, as they would be given on the command line from `base`. */
  readonly sources: readonly string[];
}

type KnownRule = Pick<Rule, "id" | "options">;

/** The file as its schema admits it. */
interface Written {
  sources?: string[];
  endpoints?: {
    host: string;
    ports: number[];
    role?: Role;
    exposure?: "internet" | string[];
    resource?: string;
    config?: string;
    version?: string;
  }[];
  relays?: { host: string; port?: number; addresses?: string[]; clients: string[] }[];
  domains?: string[];
  trustedNetworks?: string[];
  vantage?: string;
  rules?: Record<string, RuleOptions | false>;
  exemptions?: { rule: string; subject: string; reason: string; expires: string }[];
}

/** The nearest `port587.yaml` in `from` or a directory above it. */
export async function findDeclaration(from: string): Promise<string | undefined> {
  const path = join(from, "port587.yaml");
  const found = await stat(path).then(
    (file) => file.isFile(),
    () => false,
  );
  if (found) return path;
  const above = dirname(resolve(from));
  return above === resolve(from) ? undefined : findDeclaration(above);
}

/**
 * Reads `port587.yaml` (schemas/port587.schema.json). Paths in it are relative to the file.
 * @param rules the known rules, whose ids and options are checked.
 * @param base the directory that printed paths are relative to.
 * @throws InputError with file:line for YAML errors, unknown keys, wrong values, unknown rules.
 */
export async function loadDeclaration(
  path: string,
  rules: readonly KnownRule[],
  base = process.cwd(),
): Promise<LoadedDeclaration> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new InputError(path, `cannot be read (${error.code})`, "Name an existing, readable port587.yaml.");
  });
  const { parseDocument, LineCounter } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = placer(path, document, lines);
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new InputError(
      `${path}:${line}:${col}`,
      `is not valid YAML: ${error.message}`,
      "Correct the syntax; indentation is by spaces.",
    );
  }
  const written = (document.toJS({ maxAliasCount: 100 }) ?? {}) as Written;
  await check(written, place);
  checkRules(written, rules, place);
  const shown = (name: string) => relative(base, resolve(dirname(path), name)) || ".";
  // The configuration behind an endpoint is read with it.
  const configs = (written.endpoints ?? []).flatMap(({ config }) => config ?? []);
  const sources = [...new Set([...(written.sources ?? []), ...configs].map(shown))];
  return { declaration: declarationOf(written, shown, place), sources };
}

type Place = (at: readonly (string | number)[]) => string;

/** `file:line` of the key or value at a path, or of what encloses it. */
function placer(path: string, document: Document, lines: LineCounter): Place {
  const at: Place = (keys) => {
    const node = document.getIn(keys, true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return `${path}:${lines.linePos(node.range[0]).line}`;
    return keys.length > 0 ? at(keys.slice(0, -1)) : `${path}:1`;
  };
  return at;
}

async function check(written: unknown, place: Place): Promise<void> {
  const [{ Ajv }, { default: formats }] = await Promise.all([import("ajv"), import("ajv-formats")]);
  const ajv = new Ajv({ allErrors: false, verbose: true, strict: false });
  formats.default(ajv);
  if (ajv.validate(loadSchema("port587.schema.json"), written)) return;
  const { at, problem, mend } = explain((ajv.errors ?? []) as SchemaError[]);
  throw new InputError(place(at), problem, mend);
}

function checkRules(
  { rules: options = {}, exemptions = [] }: Written,
  known: readonly KnownRule[],
  place: Place,
): void {
  const ids = [...known.map((rule) => rule.id)];
  const unknownRule = (id: string, at: (string | number)[]) => {
    const close = nearest(id, ids);
    throw new InputError(
      place(at),
      `there is no rule "${id}"`,
      close ? `Did you mean ${close}?` : `The rules are: ${ids.join(", ")}.`,
    );
  };
  exemptions.forEach(({ rule }, i) => {
    if (!ids.includes(rule)) unknownRule(rule, ["exemptions", i, "rule"]);
  });
  for (const [id, given] of Object.entries(options)) {
    const rule = known.find((each) => each.id === id) ?? unknownRule(id, ["rules", id]);
    if (given === false) continue;
    for (const [name, value] of Object.entries(given)) {
      const option = rule?.options?.[name];
      const valid = Object.keys(rule?.options ?? {});
      const hint = valid.length > 0 ? `Its options are: ${valid.join(", ")}.` : "It has no options.";
      if (!option) throw new InputError(place(["rules", id, name]), `the rule ${id} has no option "${name}"`, hint);
      const fits = option.type === "integer" ? Number.isInteger(value) : typeof value === option.type;
      if (!fits)
        throw new InputError(
          place(["rules", id, name]),
          `expected a value of type ${option.type}`,
          `For example ${name}: ${option.default}.`,
        );
    }
  }
}

function declarationOf(written: Written, shown: (path: string) => string, place: Place): Declaration {
  const addresses = (texts: readonly string[], at: (string | number)[]) => {
    try {
      return AddressSet.of(...texts);
    } catch (error) {
      throw new InputError(
        place(at),
        (error as Error).message,
        "Write addresses and CIDR blocks: 192.0.2.7, 192.0.2.0/24, 2001:db8::/32.",
      );
    }
  };
  const endpoints = (written.endpoints ?? []).flatMap(
    ({ ports, exposure = "internet", role = "submission", config, ...rest }, i) =>
      ports.map(
        (port): DeclaredEndpoint => ({
          ...rest,
          port,
          role,
          at: place(["endpoints", i]),
          exposure: exposure === "internet" ? AddressSet.everything : addresses(exposure, ["endpoints", i, "exposure"]),
          ...(config ? { config: shown(config) } : {}),
        }),
      ),
  );
  return {
    endpoints,
    relays: (written.relays ?? []).map(({ addresses: texts, port = 587, ...rest }, i) => ({
      ...rest,
      port,
      at: place(["relays", i]),
      ...(texts ? { addresses: addresses(texts, ["relays", i, "addresses"]) } : {}),
    })),
    domains: written.domains ?? [],
    trustedNetworks: written.trustedNetworks
      ? addresses(written.trustedNetworks, ["trustedNetworks"])
      : nothingDeclared.trustedNetworks,
    ...(written.vantage ? { vantage: addresses([written.vantage], ["vantage"]) } : {}),
    exemptions: (written.exemptions ?? []).map((each, i) => ({ ...each, at: place(["exemptions", i]) })),
    rules: written.rules ?? {},
  };
}
