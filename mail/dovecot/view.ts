import type { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import { isUnknown, type Maybe, mapKnown, missingOf, unknown } from "../../model/maybe.js";
import type { Configuration } from "./configuration.js";
import { defaultOf } from "./defaults.js";
import { applies, byOrder, bySpecificity, type Connection, type Filter, isSuperset, type Setting } from "./filters.js";
import { stops } from "./syntax.js";
import { wordsOf } from "./values-24.js";

/** The settings that hold for one kind of connection. */
export class View {
  private readonly filters: readonly Filter[];

  constructor(
    readonly configuration: Configuration,
    private readonly connection: Connection = {},
  ) {
    const own = configuration.filters.filter(({ mask }) => applies(mask, connection));
    this.filters = configuration.syntax === "2.3" ? bySpecificity(own) : byOrder(own);
  }

  /** The same without the block of which there is one (`ssl_server`). */
  get outer(): View {
    const { within, ...connection } = this.connection;
    return within === undefined ? this : new View(this.configuration, connection);
  }

  /** The line that decides; undefined where none does. */
  setting(name: string): Setting | undefined {
    const found = this.filters.flatMap(({ settings }) => settings.get(name) ?? []);
    const [first] = found;
    return first?.adds ? this.joined(name, found) : first;
  }

  /** 2.4: a list and what the blocks inside its own add to it. */
  private joined(name: string, found: readonly Setting[]): Setting | undefined {
    const whole = found.find(standsAlone);
    const adding = found.slice(0, whole ? found.indexOf(whole) + 1 : undefined).reverse();
    const base = whole?.value ?? defaultOf(name, this.configuration.syntax) ?? unknown(`what a block adds to, ${name}`);
    const missing = missingOf(base, ...adding.map(({ value }) => value));
    const value = isUnknown(base) || missing.length > 0 ? unknown(...missing) : withEntries(base, adding);
    return { value, at: found[0]?.at ?? "" };
  }

  text(name: string): Maybe<string> {
    return this.setting(name)?.value ?? defaultOf(name, this.configuration.syntax) ?? unknown(name);
  }

  isSet(name: string): boolean {
    return this.setting(name) !== undefined;
  }

  /** @throws Stops for a value that is no boolean. */
  yes(name: string): Maybe<boolean> {
    return mapKnown(this.text(name), (text) => this.booleanOf(text, name));
  }

  private booleanOf(text: string, name: string): boolean {
    if (/^(yes|y|1)$/i.test(text)) return true;
    if (/^no$/i.test(text)) return false;
    throw stops(this.setting(name)?.at ?? "dovecot.conf", `${name} is neither yes nor no`);
  }

  /** @throws Stops for a value that is none of these. */
  oneOf<T extends string>(name: string, values: readonly T[]): Maybe<T> {
    return mapKnown(this.text(name), (text) => {
      const found = values.find((each) => each === text);
      if (found === undefined)
        throw stops(this.setting(name)?.at ?? "dovecot.conf", `${name} is none of ${values.join(", ")}`);
      return found;
    });
  }

  words(name: string): Maybe<readonly string[]> {
    return mapKnown(this.text(name), wordsOf);
  }

  evidence(name: string, says: string): Evidence {
    const at = this.setting(name)?.at;
    return at
      ? { kind: "code", at, says }
      : { kind: "default", at: `Dovecot ${this.configuration.syntax}`, says: `${says} (default)` };
  }

  /** The setting that two blocks set for this connection and none of them may: the login process ends (2.3). */
  get conflict(): { readonly name: string; readonly at: string } | undefined {
    if (this.configuration.syntax === "2.4") return undefined;
    const changed = new Set<string>();
    for (const [i, filter] of this.filters.entries()) {
      const before = this.filters[i - 1];
      const isFree = !before || isSuperset(filter.mask, before.mask);
      for (const [name, { at }] of filter.settings) {
        if (name.includes("/")) continue;
        if (!isFree && changed.has(name)) return { name, at };
        changed.add(name);
      }
    }
    return undefined;
  }
}

/** A list that blocks change is joined to what is around it where the word that was named last is taken away (2.4.1). */
function standsAlone({ adds, isWhole }: Setting): boolean {
  return !adds || (isWhole === true && [...adds.values()].at(-1) === true);
}

function withEntries(list: string, adding: readonly Setting[]): string {
  const words = new Set(wordsOf(list));
  for (const { adds = [], isWhole } of adding) {
    // What such a list takes away, it takes from itself.
    const own = isWhole ? new Set<string>() : words;
    for (const [entry, isIn] of adds)
      if (isIn) own.add(entry);
      else own.delete(entry);
    for (const word of own) words.add(word);
  }
  return [...words].join(" ");
}

/** Where `local` and `remote` blocks cut the addresses: within each part every filter says the same. */
export function partsOf(whole: AddressSet, cuts: readonly AddressSet[]): AddressSet[] {
  let parts = [whole];
  for (const cut of cuts)
    parts = parts.flatMap((part) => [part.intersect(cut), part.subtract(cut)]).filter((part) => !part.isEmpty);
  return parts;
}
