import { AddressSet } from "../../model/addresses.js";
import { any, isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import type { Config, ListKind, Setting } from "./config.js";
import { expandExactly, type Scope, type Text } from "./expansion.js";
import { clientsByData, clientsMasked, clientsWithin, entriesIn, itemsIn, type LookupType } from "./tables.js";
import { listItems } from "./values.js";

/** A list tells clients of one set apart: each part is to be looked at alone. */
export class Split extends Error {
  constructor(readonly part: AddressSet) {
    super("the clients are told apart");
  }
}

/** One client that has not logged in, at one port, at one moment. */
export class Situation {
  constructor(
    readonly config: Config,
    readonly client: AddressSet,
    readonly port: number,
    readonly tls: boolean,
  ) {}

  inTls(): Situation {
    return new Situation(this.config, this.client, this.port, true);
  }

  /** What a setting's value expands to here. `place`: the setting's name. */
  text({ value, at }: Setting, place: string): Maybe<string> {
    return expandExactly(value, this.scope, `${place} (${at})`);
  }

  private readonly scope: Scope = {
    variable: (name) => this.variable(name),
    isThere: (path) => (this.config.table(path) ? true : unknown(path)),
    isAmong: (list) => (isOfAddresses(list) ? this.isHost({ value: list, at: "" }, "match_ip") : undefined),
    find: (type, key, path) => this.find(type, key, path),
  };

  /** Is the client in this list of hosts? @throws Split where some of the clients are. */
  isHost(setting: Setting, place: string): Maybe<boolean> {
    const { certain, possible, missing } = this.hosts(setting, place, 0);
    for (const set of [certain, possible]) this.tellApart(set);
    if (certain.contains(this.client)) return true;
    return possible.overlaps(this.client) ? unknown(...missing) : false;
  }

  private tellApart(set: AddressSet): void {
    const part = this.client.intersect(set);
    if (!part.isEmpty && !part.equals(this.client)) throw new Split(part);
  }

  /** What a lookup finds: by a text, or by the client's address. @throws Split where the clients find different things. */
  private find(type: LookupType, key: Text, path: string): Maybe<string | undefined> {
    const file = this.config.table(path);
    if (!file) return unknown(path);
    if ("text" in key) {
      if (type !== "lsearch") return unknown(`${type} in ${path}`);
      return entriesIn(file).find((each) => each.key.toLowerCase() === key.text.toLowerCase())?.data;
    }
    if (key.vague !== "$sender_host_address") return unknown(key.vague);
    for (const [data, clients] of clientsByData(type)(file)) {
      this.tellApart(clients);
      if (clients.contains(this.client)) return data;
    }
    return undefined;
  }

  /** Is a domain that the configuration does not name in this list of domains? */
  isForeignDomain(setting: Setting, place: string): Maybe<boolean> {
    return this.domain(setting, place, 0);
  }

  private variable(name: string): Maybe<Text> {
    if (["tls_in_cipher", "tls_cipher", "tls_in_cipher_std", "tls_in_ver", "tls_in_bits"].includes(name))
      return this.tls ? { vague: `$${name}` } : { text: name === "tls_in_bits" ? "0" : "" };
    if (name === "received_port" || name === "interface_port") return { text: String(this.port) };
    if (["authenticated_id", "sender_host_authenticated", "authenticated_sender"].includes(name)) return { text: "" };
    if (["sender_host_address", "primary_hostname", "received_ip_address", "interface_address"].includes(name))
      return { vague: `$${name}` };
    if (/^acl_[cm]/.test(name) && !this.config.setsVariables) return { text: "" };
    return unknown(`$${name}`);
  }

  private hosts(setting: Setting, place: string, depth: number): Hosts {
    const text = this.text(setting, place);
    if (isUnknown(text)) return { certain: AddressSet.empty, possible: AddressSet.everything, missing: text.unknown };
    let rest = AddressSet.everything;
    let certain = AddressSet.empty;
    let possible = AddressSet.empty;
    const missing: string[] = [];
    let negated = false;
    const { items, literal } = this.listOf(text);
    if (literal.count > 0) {
      rest = rest.subtract(literal.set);
      certain = literal.set;
      possible = literal.set;
    }
    for (const item of items.slice(literal.count)) {
      negated = item.startsWith("!");
      const pattern = item.replace(/^!\s*/, "");
      if (pattern === "" || /^\+(include|ignore)_(unknown|defer)$/.test(pattern)) continue;
      const found = this.hostPattern(pattern, depth);
      if (found === undefined) {
        // A name that cannot be looked up may end the search: whom no earlier item decided stays open.
        const open = pattern.startsWith("/") ? pattern : `${place} (${setting.at})`;
        return { certain, possible: possible.union(rest), missing: [...missing, open] };
      }
      missing.push(...found.missing);
      if (!negated) {
        certain = certain.union(rest.intersect(found.certain).subtract(possible));
        possible = possible.union(rest.intersect(found.possible));
      } else {
        possible = possible.union(rest.intersect(found.possible.subtract(found.certain)));
      }
      rest = rest.subtract(found.certain);
    }
    // A list that ends with an exception holds everyone else.
    if (negated) {
      certain = certain.union(rest.subtract(possible));
      possible = possible.union(rest);
    }
    return { certain, possible, missing };
  }

  /** A list with the lines of the files that it names in their place; `!` before a file turns what they say round. */
  private itemsOf(text: string): readonly string[] {
    return listItems(text).flatMap((item) => {
      const [, mark = "", path = ""] = /^(!?)\s*(\/.*)$/.exec(item) ?? [];
      const file = path === "" ? undefined : this.config.table(path);
      if (!file) return item;
      // A file without a line counts as its own negation does, where the list ends with it.
      const lines = itemsIn(file);
      if (mark === "" || lines.length === 0) return lines.length === 0 ? [mark] : lines;
      return lines.map((line) => (line.startsWith("!") ? line.replace(/^!\s*/, "") : `!${line}`));
    });
  }

  /** A list of hosts with the addresses that it begins with, joined at once: long lists are mostly of them. */
  private listOf(text: string): HostList {
    const known = lists.get(this.config) ?? new Map<string, HostList>();
    lists.set(this.config, known);
    const before = known.get(text);
    if (before) return before;
    const items = this.itemsOf(text);
    const sets: AddressSet[] = [];
    for (const item of items) {
      const found = /^[\d[]/.test(item) ? this.hostPattern(item, deepest) : undefined;
      if (!found) break;
      sets.push(found.certain);
    }
    const list = { items, literal: { count: sets.length, set: AddressSet.join(sets) } };
    known.set(text, list);
    return list;
  }

  private hostPattern(pattern: string, depth: number): Hosts | undefined {
    if (pattern === "*") return { certain: AddressSet.everything, possible: AddressSet.everything, missing: [] };
    if (pattern.startsWith("+")) {
      const list = this.list("hostlist", pattern);
      return list && depth < deepest ? this.hosts(list, `hostlist ${pattern.slice(1)}`, depth + 1) : undefined;
    }
    const lookup = /^net(\d*)-(lsearch|iplsearch)\s*;\s*(\/.*)$/.exec(pattern);
    if (lookup) return this.lookupPattern(lookup);
    const address = /^\[?([0-9a-fA-F:.]+)\]?(\/\d{1,3})?$/.exec(pattern);
    if (!address) return undefined;
    try {
      const set = AddressSet.of(`${address[1]}${address[2] ?? ""}`);
      return { certain: set, possible: set, missing: [] };
    } catch {
      return undefined;
    }
  }

  private lookupPattern([, mask = "", type, path = ""]: readonly string[]): Hosts | undefined {
    const file = this.config.table(path);
    if (!file || (type === "iplsearch" && mask !== "")) return undefined;
    const clients = type === "iplsearch" ? clientsWithin : (key: string) => clientsMasked(key, mask);
    const set = AddressSet.join(entriesIn(file).map(({ key }) => clients(key)));
    return { certain: set, possible: set, missing: [] };
  }

  private domain(setting: Setting, place: string, depth: number): Maybe<boolean> {
    const text = this.text(setting, place);
    if (isUnknown(text)) return text;
    let negated = false;
    for (const item of this.itemsOf(text)) {
      negated = item.startsWith("!");
      const pattern = item.replace(/^!\s*/, "");
      const found = this.domainPattern(pattern, `${place} (${setting.at})`, depth);
      if (isUnknown(found)) return found;
      if (found) return !negated;
    }
    return negated;
  }

  private domainPattern(pattern: string, place: string, depth: number): Maybe<boolean> {
    if (pattern === "" || pattern === "@" || pattern === "@[]") return false;
    if (pattern === "*") return true;
    if (pattern.startsWith("+")) {
      const list = this.list("domainlist", pattern);
      return list && depth < deepest ? this.domain(list, `domainlist ${pattern.slice(1)}`, depth + 1) : unknown(place);
    }
    const lookup = /^((?:partial-)?lsearch\*?|n?wildlsearch)\s*;\s*(\/.*)$/.exec(pattern);
    if (lookup) return this.domainLookup(lookup, place, depth);
    // A domain of the configuration's own is no foreign one; `*.com` may well be.
    return /^(\*\.?)?[\w-]+(\.[\w-]+)+$/.test(pattern) || /^[\w-]+$/.test(pattern) ? false : unknown(place);
  }

  /** A key `*` holds all where the lookup asks for it; others hold what such an item of a list does. */
  private domainLookup([, type = "", path = ""]: readonly string[], place: string, depth: number): Maybe<boolean> {
    const file = this.config.table(path);
    if (!file) return unknown(path);
    const isWild = type.includes("wild");
    const keys = entriesIn(file).map(({ key }) => key);
    if (keys.includes("*") && (isWild || type.endsWith("*"))) return true;
    if (!isWild) return false;
    return any(...keys.map((key) => (key.startsWith("+") ? unknown(place) : this.domainPattern(key, place, depth))));
  }

  private list(kind: ListKind, pattern: string): Setting | undefined {
    return this.config.lists.get(`${kind} ${pattern.slice(1)}`);
  }
}

const deepest = 20;

/** What `match_ip` takes besides, names of lists and lookups, is not followed. */
function isOfAddresses(list: string): boolean {
  return listItems(list).every((item) => /^!?\s*(?:\*|[\da-fA-F.:]+(?:\/\d{1,3})?)$/.test(item));
}

interface HostList {
  readonly items: readonly string[];
  readonly literal: { readonly count: number; readonly set: AddressSet };
}

/** A list is asked again for every port and set of clients. */
const lists = new WeakMap<Config, Map<string, HostList>>();

interface Hosts {
  readonly certain: AddressSet;
  readonly possible: AddressSet;
  readonly missing: readonly string[];
}
