import type { ClientDefinition, Setting } from "../../model/client.js";
import type { Evidence } from "../../model/evidence.js";
import type { FactValues } from "../../model/fact.js";
import { isUnknown, type Maybe, mapKnown, missingOf, type Unknown, unknown } from "../../model/maybe.js";
import type { Said } from "./client.js";

/** A setting's name, or its names where several programs or spellings give it; the first that is set counts. */
export type Names = string | readonly string[];

const yes: ReadonlySet<string> = new Set(["true", "yes", "on", "1"]);

interface Layer {
  readonly settings: ClientDefinition["settings"];
  readonly prefix: string;
}

/** The settings of one client, read by type, three-valued, with their places. */
export class Bag {
  /** @param layers where a setting is looked for, in this order; names have the prefix there. */
  constructor(
    readonly definition: Pick<ClientDefinition, "product" | "settings" | "elsewhere" | "version">,
    private readonly layers: readonly Layer[] = [{ settings: definition.settings, prefix: "" }],
  ) {}

  /** The same settings under names that begin with `prefix`, without it. */
  within(prefix: string): Bag {
    const layers = this.layers.map((each) => ({ settings: each.settings, prefix: each.prefix + prefix }));
    return new Bag(this.definition, layers);
  }

  /** The same client with these settings. */
  of(settings: ClientDefinition["settings"]): Bag {
    return new Bag(this.definition, [{ settings, prefix: "" }]);
  }

  /** With those of `other` before its own. */
  under(other: Bag): Bag {
    return new Bag(this.definition, [...other.layers, ...this.layers]);
  }

  has(names: Names): boolean {
    return this.find(names) !== undefined;
  }

  find(names: Names): Setting | undefined {
    if (typeof names === "string") return this.lookUp(names);
    const name = this.named(names);
    return name === undefined ? undefined : this.lookUp(name);
  }

  /** The first of these names that is set. */
  private named(names: Names): string | undefined {
    return listed(names).find((name) => this.lookUp(name) !== undefined);
  }

  private lookUp(name: string): Setting | undefined {
    for (const { settings, prefix } of this.layers) {
      const setting = settings.get(prefix + name);
      if (setting) return setting;
    }
    return undefined;
  }

  /** The value as written, or what holds where nothing sets it. */
  text(names: Names, otherwise = ""): Maybe<string> {
    return this.find(names)?.value ?? this.elsewhere ?? otherwise;
  }

  /** What a setting is that is not here and may stand where nobody can look; undefined where it stands nowhere. */
  private get elsewhere(): Unknown | undefined {
    const { elsewhere = [] } = this.definition;
    return elsewhere.length > 0 ? unknown(...elsewhere) : undefined;
  }

  flag(names: Names, otherwise: boolean): Maybe<boolean> {
    const value = this.find(names)?.value ?? this.elsewhere;
    return value === undefined ? otherwise : mapKnown(value, (text) => yes.has(text.trim().toLowerCase()));
  }

  /** Is it one of these words, whatever their case? */
  is(names: Names, words: readonly string[], otherwise = ""): Maybe<boolean> {
    return mapKnown(this.text(names, otherwise), (text) => words.includes(text.trim().toLowerCase()));
  }

  /** A port; what is none is unknown under the setting's name. */
  port(names: Names, otherwise: Maybe<number>): Maybe<number> {
    const value = this.text(names);
    if (isUnknown(value)) return value;
    if (value.trim() === "") return otherwise;
    const port = /^\s*\d{1,5}\s*$/.test(value) ? Number(value) : 0;
    return port >= 1 && port <= 65_535 ? port : unknown(listed(names)[0] as string);
  }

  said<T>(value: Maybe<T>, says: string, ...names: Names[]): Said<T> {
    return { value, evidence: this.evidence(says, ...names) };
  }

  /** Not to be told without these inputs. */
  open(missing: readonly string[], says: string, ...names: Names[]): Said<never> {
    return { value: unknown(...missing), evidence: this.evidence(says, ...names) };
  }

  /** Where these settings stand; the product's own default where none of them is set. */
  evidence(says: string, ...names: Names[]): Evidence[] {
    const found: Evidence[] = [];
    for (const each of names) {
      const at = this.find(each)?.at;
      if (at !== undefined && (found.length === 0 || found.every((one) => one.at !== at)))
        found.push({ kind: "code", at, says });
    }
    if (found.length > 0) return found;
    const first = listed(names[0] ?? "")[0];
    return [{ kind: "default", at: this.definition.product, says: `${says} (nothing sets ${first})` }];
  }

  host(names: Names, otherwise: Maybe<string>): Said<string> {
    const text = this.text(names);
    const value = text === "" ? otherwise : text;
    return this.said(value, "the server's name", names);
  }

  /** Whether it logs in, and where its password stands; the password itself is looked at only for being there. */
  auth(user: Names, password: Names, isOn: Maybe<boolean> = true): Said<FactValues["clientAuth"]> {
    const where = this.password(password);
    const name = this.find(user);
    const isNamed =
      name === undefined
        ? (this.elsewhere ?? false)
        : name.isSecret
          ? true
          : mapKnown(name.value, (text) => text !== "");
    const isThere = where === "plain file" || where === "secret store";
    const login = isUnknown(isNamed) && isThere ? true : isNamed;
    const value = over([isOn, login], (on, named) =>
      on && named ? ({ login: true, password: where } as const) : ({ login: false, password: where } as const),
    );
    return this.said(value, authSays(value), user, password);
  }

  password(names: Names): FactValues["clientAuth"]["password"] {
    const setting = this.find(names);
    if (setting === undefined) return this.elsewhere ? "given at run time" : "none";
    if (setting.value === "") return "none";
    // A file of its own is for secrets alone.
    const isFile = this.named(names)?.endsWith("_file") ?? false;
    if (setting.isSecret || isFile) return "secret store";
    return isUnknown(setting.value) ? "given at run time" : "plain file";
  }
}

function authSays(value: Maybe<FactValues["clientAuth"]>): string {
  if (isUnknown(value)) return "whether it logs in depends on what is not at hand";
  const where = { none: "without a password here", "plain file": "the password stands in plain text" } as const;
  const kept =
    value.password === "none" || value.password === "plain file"
      ? where[value.password]
      : `the password: ${value.password}`;
  return value.login ? `logs in, ${kept}` : "does not log in";
}

/** What follows from conditions, where some are unknown: the same whatever they are, or unknown. */
export function over<T>(conditions: readonly Maybe<boolean>[], f: (...known: boolean[]) => T): Maybe<T> {
  if (!conditions.some(isUnknown)) return f(...(conditions as boolean[]));
  const combinations = conditions.reduce<boolean[][]>(
    (found, each) => found.flatMap((some) => (isUnknown(each) ? [true, false] : [each]).map((one) => [...some, one])),
    [[]],
  );
  const results = combinations.map((each) => f(...each));
  const alike = new Set(results.map((each) => JSON.stringify(each)));
  return alike.size === 1 ? (results[0] as T) : unknown(...missingOf(...conditions));
}

function listed(names: Names): readonly string[] {
  return typeof names === "string" ? [names] : names;
}
