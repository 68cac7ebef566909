import type { AddressSet } from "../../model/addresses.js";
import { onceForEach } from "../../model/once.js";
import { agreed, type Outcome, pass, permit, reject } from "./outcome.js";
import { anything, type Finds, type Found, type Part, type Table } from "./tables/table.js";
import { tokens } from "./tokens.js";

/** What the table is asked for. */
export type Key = "client" | "helo" | "sender" | "recipient";

/** Who asks. */
export interface Asker {
  readonly clients: AddressSet;
  /** Whether such a recipient may be meant, of whom a key speaks. */
  readonly comes: (key: string) => boolean;
  /** A refusal cannot be got round by giving another name. */
  readonly mustGive: boolean;
}

/** Walks the restrictions that an entry names. */
type Evaluate = (restrictions: readonly string[]) => Outcome;

const answersOf = onceForEach((table: Table) => {
  const answers = table.answers(meaningOf);
  const networks = answers.networks();
  const findsOf = onceForEach((clients: AddressSet) => findsOfClients(answers.names, networks, clients));
  return { ...answers, findsOf, toldApart: networks.map(({ from }) => from) };
});

/** The clients that an access table tells apart: all there are, in parts. */
export function clientsToldApart(table: Table): readonly AddressSet[] {
  return answersOf(table).toldApart;
}

/**
 * What `check_*_access` does: a client has its name and address; HELO name, sender and recipient it chooses, so that it
 * need not give one that is refused.
 */
export function lookUp(table: Table, name: string, key: Key, asker: Asker, warn: boolean, evaluate: Evaluate): Outcome {
  if (table.failsAt !== undefined) {
    const says = "the key is there a second time: the table cannot be opened, and every lookup is answered with 451";
    return warn ? pass : { ...reject, evidence: { kind: "code", at: table.failsAt, says } };
  }
  const answers = answersOf(table);
  const does = (found: Found | undefined) => (found ? action(found, warn, evaluate) : pass);
  if (key === "client") {
    const { finds, byName } = answers.findsOf(asker.clients);
    const missing = byName ? `the names of the clients (${name})` : `the table of ${name}`;
    return either(finds.map(does), [missing]);
  }
  const comes = key === "recipient" ? asker.comes : () => true;
  const named = answers.named(key === "helo" ? "hosts" : "mailboxes", comes).map(does);
  const chosen = asker.mustGive ? named : named.flatMap(avoided);
  const lets = chosen.find(({ permits }) => permits)?.evidence;
  const missing = lets ? `which ${given[key]} a client gives: ${lets.at} lets one through` : `the table of ${name}`;
  return either([...answers.texts.map(does), ...chosen], [missing]);
}

const given = { helo: "HELO name", sender: "sender", recipient: "recipient" } as const;

function findsOfClients(
  names: Finds,
  networks: readonly Part[],
  clients: AddressSet,
): { readonly finds: Finds; readonly byName: boolean } {
  if (!names.includes(undefined)) return { finds: names, byName: names.length > 1 };
  const byAddress = networks.filter(({ from }) => from.overlaps(clients)).flatMap(({ finds }) => finds);
  return { finds: [...names.filter((each) => each), ...byAddress], byName: names.length > 1 };
}

/** What is left of an outcome where the client would rather be refused nothing. */
function avoided(outcome: Outcome): Outcome[] {
  const { permits = false, passes = false, rejects = false, defers = "none" } = outcome;
  if (!permits && !passes) return [];
  return rejects || defers !== "none" ? [{ ...outcome, rejects: false, forTls: false, defers: "none" }] : [outcome];
}

/** One of several outcomes, and what would tell which. */
function either(outcomes: readonly Outcome[], missing: readonly string[]): Outcome {
  const [first = pass, ...others] = [...new Map(outcomes.map((each) => [sameness(each), each])).values()];
  if (others.length === 0) return first;
  const all = [first, ...others];
  const open = [...new Set([...all.flatMap((each) => each.missing ?? []), ...missing])];
  const [deferral = "none", ...deferrals] = all.map(({ defers = "none" }) => defers);
  const reasons = all.filter(({ rejects }) => rejects).map(({ forTls = false }) => forTls);
  return {
    permits: all.some(({ permits }) => permits),
    rejects: all.some(({ rejects }) => rejects),
    passes: all.some(({ passes }) => passes),
    discards: all.some(({ discards }) => discards),
    forTls: agreed(reasons, open),
    defers: deferrals.every((each) => each === deferral) ? deferral : "possible",
    missing: open,
  };
}

function sameness(outcome: Outcome): string {
  const {
    permits = false,
    rejects = false,
    passes = false,
    discards = false,
    forTls = false,
    defers = "none",
  } = outcome;
  return JSON.stringify([permits, rejects, passes, discards, forTls, defers]);
}

/** The first word of what an access table finds (access(5), "ACCEPT ACTIONS" and after). */
const actions: Readonly<Record<string, "permit" | "discard" | "refuse" | "defer" | "pass">> = {
  ...{ OK: "permit", RELAY: "permit", DISCARD: "discard" },
  ...{ REJECT: "refuse", DEFER: "refuse", HANGUP: "refuse", DEFER_IF_PERMIT: "defer" },
  ...{ DUNNO: "pass", DEFER_IF_REJECT: "pass", INFO: "pass", WARN: "pass", FILTER: "pass", HOLD: "pass" },
  ...{ REDIRECT: "pass", BCC: "pass", PREPEND: "pass" },
};

/** Actions that do the same have one name; restrictions stay as they are written. */
function meaningOf(value: string): string {
  if (value === "" || /^\d+$/.test(value)) return "permit:";
  if (/^[45]\d\d\s+\S/.test(value)) return "refuse:";
  const [word = ""] = /^\S+/.exec(value) ?? [];
  const known = Object.hasOwn(actions, word.toUpperCase()) ? actions[word.toUpperCase()] : undefined;
  return known ? `${known}:` : value;
}

const verbs: Readonly<Record<string, string>> = {
  "permit:": "permits",
  "discard:": "throws away what is sent by",
  "refuse:": "refuses",
  "defer:": "defers",
};

function action({ value, at }: Found, warn: boolean, evaluate: Evaluate): Outcome {
  const evidence = {
    kind: "code",
    at,
    says: `the table ${verbs[value] ?? "asks more of"} these clients here`,
  } as const;
  switch (value) {
    case "permit:":
      return { ...permit, evidence };
    case "discard:":
      return { ...permit, discards: true, evidence };
    case "refuse:":
      return warn ? pass : { ...reject, evidence };
    case "defer:":
      return warn ? pass : { passes: true, defers: "certain", evidence };
    case "pass:":
      return pass;
    case anything:
      return { permits: true, rejects: !warn, passes: true, missing: [`what the pattern at ${at} finds`] };
  }
  // A table that no list of main.cf names is not open: 451.
  return value.includes(":") ? reject : { ...evaluate(tokens(value)), evidence };
}
