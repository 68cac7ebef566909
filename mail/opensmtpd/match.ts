import { AddressSet } from "../../model/addresses.js";
import { all, any, type Maybe, not, unknown } from "../../model/maybe.js";
import { addressesOf } from "../sockets.js";
import type { Reader, Table } from "./reader.js";

/** A client that has not logged in and sends to a stranger of another domain. */
export interface Stranger {
  readonly from: AddressSet;
  readonly tag: string;
}

/** One `match`; the first that fits decides. */
export interface Match {
  readonly at: string;
  /** The action's name; undefined for reject. */
  readonly action: string | undefined;
  readonly fits: (stranger: Stranger) => Maybe<boolean>;
  /** The sets of addresses that it tells apart. */
  readonly cuts: readonly AddressSet[];
}

type Condition = (stranger: Stranger) => Maybe<boolean>;

/** The machine's own addresses; only the loopback ones are known. */
const local = AddressSet.of("127.0.0.1", "::1");

/** @throws InputError for options that smtpd refuses. */
export function readMatch(reader: Reader, actions: ReadonlyMap<string, boolean>): Match {
  const conditions: Condition[] = [];
  const cuts: AddressSet[] = [];
  const seen = new Set<string>();
  const once = (name: string) => {
    if (seen.has(name)) throw reader.refuses(`${name} is there twice`);
    seen.add(name);
  };
  const add = (negated: boolean, condition: Condition) =>
    conditions.push(negated ? (stranger) => not(condition(stranger)) : condition);
  for (;;) {
    if (reader.takes("reject")) return finished(undefined);
    if (reader.takes("action")) {
      const name = reader.text("an action's name");
      if (!actions.has(name)) throw reader.refuses("an action is not declared above");
      return finished(name);
    }
    const negated = reader.takes("!");
    if (reader.takes("from")) {
      once("from");
      readFrom(negated);
    } else if (reader.takes("for")) {
      once("for");
      readFor(negated);
    } else if (reader.takes("tag")) {
      once("tag");
      const isRegex = reader.takes("regex");
      const table = reader.list("a tag");
      add(negated, ({ tag }) =>
        isRegex || !table.entries ? unknown("what the tag matches") : table.entries.includes(tag),
      );
    } else if (reader.takes("auth")) {
      once("auth");
      if (reader.takes("regex")) reader.table("a pattern");
      else reader.maybeTable();
      add(negated, () => false);
    } else if (reader.takes("tls")) {
      once("tls");
      add(false, () => unknown("how the release reads match tls"));
    } else {
      const name = ["helo", "mail-from", "rcpt-to"].find((each) => reader.takes(each));
      if (!name) throw reader.refuses("an option of match is not known");
      once(name);
      reader.takes("regex");
      reader.table(`a value of ${name}`);
      add(negated, () => unknown(`what clients say (${name})`));
    }
  }

  function finished(action: string | undefined): Match {
    reader.end();
    if (!seen.has("from")) {
      cuts.push(local);
      conditions.push(({ from }) => local.contains(from));
    }
    if (!seen.has("for")) conditions.push(() => false);
    return { at: reader.at, action, cuts, fits: (stranger) => all(...conditions.map((each) => each(stranger))) };
  }

  function readFrom(negated: boolean): void {
    if (reader.takes("any")) return void add(negated, () => true);
    if (reader.takes("socket")) return void add(negated, () => false);
    if (reader.takes("local")) {
      cuts.push(local);
      return void add(negated, ({ from }) => local.contains(from));
    }
    if (reader.takes("auth")) {
      once("auth");
      if (reader.takes("regex")) reader.table("a pattern");
      else reader.maybeTable();
      return void add(negated, () => false);
    }
    if (reader.takes("src")) {
      const isRegex = reader.takes("regex");
      const table = reader.list("an address");
      const sets = isRegex ? undefined : setsOf(table);
      if (!sets) return void add(negated, () => unknown(`the entries of the table ${table.name}`));
      const addresses = AddressSet.join(sets.flatMap((each) => each ?? []));
      const others = sets.includes(undefined) ? unknown(`an entry of ${table.name}`) : false;
      cuts.push(addresses);
      return void add(negated, ({ from }) => any(addresses.contains(from), others));
    }
    const name = ["rdns", "mail-from"].find((each) => reader.takes(each));
    if (!name) throw reader.refuses("from lacks what it matches");
    const isRegex = reader.takes("regex");
    if (name === "mail-from" || isRegex) reader.table(`a value of ${name}`);
    else reader.maybeTable();
    add(negated, () => unknown(`what the client's ${name === "rdns" ? "name in the DNS" : "sender"} is`));
  }

  function readFor(negated: boolean): void {
    if (reader.takes("any")) return void add(negated, () => true);
    if (reader.takes("local")) return void add(negated, () => false);
    const isDomain = reader.takes("domain");
    if (!isDomain && !reader.takes("rcpt-to")) throw reader.refuses("for lacks what it matches");
    const isRegex = reader.takes("regex");
    const table = reader.list("a domain");
    add(negated, () => {
      if (!isDomain || isRegex || !table.entries) return unknown(`the entries of the table ${table.name}`);
      return table.entries.some((each) => /^[*.]+$/.test(each))
        ? true
        : table.entries.some((each) => each.includes("*"))
          ? unknown("the domains of a pattern")
          : false;
    });
  }
}

function setsOf({ entries }: Table): (AddressSet | undefined)[] | undefined {
  return entries?.map((each) => addressesOf(each.replace(/^\[(.*)\]$/, "$1").replace(/^IPv6:/i, "")));
}
