import type { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import { type AddressList, addressList, emptyList } from "./address-list.js";
import { parameters } from "./defaults.js";
import { type Discarded, discardedKeywords } from "./discarded-keywords.js";
import { defaultMynetworks, ownAddresses } from "./interfaces.js";
import { compatibilityLevel } from "./level.js";
import { holdsRefusal } from "./required-refusal.js";
import { type Settings, Undecided } from "./settings.js";
import { membership, type Table } from "./tables/table.js";
import { type TlsAbility, type TlsState, tlsAbility, tlsState } from "./tls.js";
import { tokens } from "./tokens.js";

/** The lists in the order of the dialogue. */
export const lists = ["client", "helo", "sender", "relay", "recipient"] as const;
export type ListName = (typeof lists)[number];

export function parameterOf(list: ListName): string {
  return `smtpd_${list}_restrictions`;
}

/** One smtpd process, started: its settings read once, none of them a reason to stop. */
export interface Smtpd {
  readonly settings: Settings;
  readonly tls: TlsState;
  readonly ability: TlsAbility;
  readonly restrictions: Readonly<Record<ListName, readonly string[]>>;
  readonly classes: ReadonlyMap<string, readonly string[]>;
  /** The tables that the lists and classes name and that stand in files at hand. */
  readonly tables: ReadonlyMap<string, Table>;
  /** Below level 1 an unset relay list refuses nobody. */
  readonly relayListIsVoid: boolean;
  readonly mynetworks: AddressList;
  readonly mynetworksEvidence: Evidence;
  readonly ownAddresses: AddressSet;
  readonly saslExceptions: AddressList;
  readonly discarded: readonly Discarded[];
  readonly everyDomainIsOurs: boolean;
  /** Whether this is a domain that the settings name as ours, or an address in one. */
  readonly isOurs: (address: string) => boolean;
}

/** The lists of the domains that we receive mail for. */
const domainLists = ["mydestination", "relay_domains", "virtual_alias_domains", "virtual_mailbox_domains"];

/**
 * Starts an smtpd in thought. `resolver`: the settings of trivial-rewrite, which tells whose a domain is.
 * @throws Stops when the real one would stop before it greets; Undecided when what it needs is not at hand.
 */
export function startSmtpd(settings: Settings, resolver: Settings): Smtpd {
  const level = compatibilityLevel(settings);
  checkBooleans(settings);
  const restrictions = Object.fromEntries(
    lists.map((list) => [list, tokens(settings.text(parameterOf(list)))]),
  ) as unknown as Smtpd["restrictions"];
  const classes = classesOf(settings);
  if (!holdsRefusal(restrictions.recipient, classes) && !holdsRefusal(restrictions.relay, classes)) {
    throw settings.stops(
      "smtpd_relay_restrictions",
      "neither smtpd_relay_restrictions nor smtpd_recipient_restrictions refuses anyone",
    );
  }
  const tls = tlsState(settings);
  return {
    settings,
    tls,
    ability: tlsAbility(settings, tls),
    restrictions,
    classes,
    tables: tablesOf(settings, restrictions, classes),
    relayListIsVoid: level < 1024 * 1024 && !settings.isSet("smtpd_relay_restrictions"),
    mynetworks: settings.isSet("mynetworks") ? addressList(settings, "mynetworks") : defaultMynetworks(settings),
    mynetworksEvidence: settings.evidence("mynetworks", "mynetworks names the trusted clients"),
    ownAddresses: ownAddresses(settings),
    saslExceptions: settings.boolean("smtpd_sasl_auth_enable")
      ? addressList(settings, "smtpd_sasl_exceptions_networks")
      : emptyList,
    discarded: discardedKeywords(settings),
    ...ours(resolver),
  };
}

/** smtpd reads every boolean before it looks at any; one that is undecided here is undecided again where it matters. */
function checkBooleans(settings: Settings): void {
  for (const { name, kind, value } of parameters) {
    if (kind === "text" || (typeof value === "function" && value(settings.version) === undefined)) continue;
    try {
      settings.boolean(name);
    } catch (error) {
      if (!(error instanceof Undecided)) throw error;
    }
  }
}

function classesOf(settings: Settings): Map<string, readonly string[]> {
  const classes = new Map<string, readonly string[]>();
  for (const name of tokens(settings.text("smtpd_restriction_classes"))) {
    const members = settings.text(name);
    if (members === "") throw settings.stops("smtpd_restriction_classes", "a restriction class has no definition");
    classes.set(name, tokens(members));
  }
  return classes;
}

/** smtpd opens what its lists and classes name when it starts; no other table is open to an entry of a table. */
function tablesOf(
  settings: Settings,
  restrictions: Smtpd["restrictions"],
  classes: Smtpd["classes"],
): ReadonlyMap<string, Table> {
  const tables = new Map<string, Table>();
  const open = (words: readonly string[], name: string) => {
    for (const word of words) {
      const table = word.includes(":") && !tables.has(word) ? settings.table(word, name) : undefined;
      if (table) tables.set(word, table);
    }
  };
  for (const list of lists) open(restrictions[list], parameterOf(list));
  for (const [name, members] of classes) open(members, name);
  return tables;
}

/** Whose a domain is, as far as the settings name domains and tables that hold every domain. */
function ours(resolver: Settings): Pick<Smtpd, "everyDomainIsOurs" | "isOurs"> {
  const domains = new Set<string>();
  let everyDomainIsOurs = false;
  for (const name of domainLists) {
    for (const item of itemsOf(resolver, name)) {
      const table = resolver.table(item, name);
      if (table && !membership(table).texts.includes(undefined)) everyDomainIsOurs = true;
      domains.add(item.toLowerCase());
    }
  }
  const isOurs = (address: string) => {
    const labels = address
      .slice(address.indexOf("@") + 1)
      .replace(/^\./, "")
      .split(".");
    return labels.some((_, i) => domains.has(labels.slice(i).join(".")));
  };
  return { everyDomainIsOurs, isOurs };
}

function itemsOf(settings: Settings, name: string): string[] {
  try {
    return tokens(settings.text(name));
  } catch (error) {
    // Its own domains may depend on the machine's name; a stranger's domain is not among them.
    if (error instanceof Undecided) return [];
    throw error;
  }
}
