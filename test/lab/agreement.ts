import { AddressSet } from "../../model/addresses.js";
import type { Fact, FactName } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import { hygiene, type Look, type Seen, type Way } from "../setup/mail-lab.js";

/** How the facts derived for one port and what one client saw there compare. */
export interface Agreement {
  /** `name: derived ... observed ...` */
  readonly disagreements: readonly string[];
  readonly compared: number;
  /** Names of facts that the files leave open for this client. */
  readonly open: readonly FactName[];
}

/** How a server words a refusal for want of TLS. */
export interface Words {
  /** The server talks about nothing but TLS to a client in clear. */
  readonly demandsTls: (reply: string) => boolean;
  /** A rule of the server asks for TLS at this command; absent: the same words. */
  readonly lacksTls?: (reply: string) => boolean;
  /** Which of what is looked at with `hygiene` is to be derived wherever it was seen. */
  readonly states?: readonly FactName[];
}

/** `seen` by a client at `look.from` against the facts that are stated for it. */
export function compare(facts: readonly Fact[], look: Look, seen: Seen, words: Words): Agreement {
  const client = AddressSet.of(look.from);
  const mine = facts.filter((fact) => fact.subject.endsWith(`:${look.port}`) && fact.from.contains(client));
  const names = mine.map((fact) => fact.name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const observed = observations(seen, words);
  const disagreements = twice.map((name) => `${name}: stated twice for ${look.from}`);
  const open: FactName[] = [];
  let compared = 0;
  const stated = new Set<FactName>(names);
  if (!seen.listening) {
    const listening = mine.find((fact) => fact.name === "listening");
    if (listening?.value === true) disagreements.push("listening: derived true, observed false");
    return { disagreements, compared: 1, open };
  }
  for (const fact of mine) {
    if (isUnknown(fact.value)) {
      open.push(fact.name);
      continue;
    }
    if (fact.name === "pathFailure" && seen.banner === 220)
      disagreements.push(`pathFailure: derived ${simplified(fact)}, observed a greeting`);
    if (observed[fact.name] === undefined) continue;
    compared++;
    const [derived, saw] = [simplified(fact), JSON.stringify(observed[fact.name])];
    // A backend that the files do not show offers something.
    if (fact.name === "authMechanisms" && fact.value.includes("*") && saw !== "[]") continue;
    if (derived !== saw) disagreements.push(`${fact.name}: derived ${derived}, observed ${saw}`);
  }
  for (const name of Object.keys(observed) as FactName[])
    if (hygiene.some((each) => each === name) && (observed[name] === undefined || !words.states?.includes(name)))
      continue;
    else if (!stated.has(name) && name !== "authMechanisms" && name !== "tlsVersions")
      disagreements.push(`${name}: not derived, observed ${JSON.stringify(observed[name])}`);
  return { disagreements, compared, open };
}

/** A derived value in the form that a visit can show: AUTH as "some or none", no SSLv3, no detail of a failure. */
function simplified({ name, value }: Fact): string {
  if (isUnknown(value)) return "unknown";
  switch (name) {
    case "authBeforeTls":
      return JSON.stringify({ offered: value.offered.length > 0, accepted: value.accepted.length > 0 });
    case "tlsVersions":
      return JSON.stringify(value.accepted.filter((version) => version !== "SSLv3"));
    case "pathFailure":
      return JSON.stringify(value.stage);
    default:
      return JSON.stringify(value);
  }
}

function observations(seen: Seen, words: Words): Partial<Record<FactName, unknown>> {
  if (!seen.listening) return { listening: false };
  // A wrapper port without a certificate drops the client: TLS from the first byte cannot be told from a broken server.
  if (seen.greeting === "closed") return { listening: true };
  if (seen.greeting) return { listening: true, pathFailure: "greeting" };
  const { clear, tls } = seen;
  const turnedAway = seen.banner !== 220;
  const demandsTls = clear?.gate === "mail" && words.demandsTls(clear.reply);
  const gates = [...(tls ? [furthest(tls).gate] : []), ...(clear && !demandsTls ? [furthest(clear).gate] : [])];
  const gate = turnedAway ? "connect" : gates.includes("none") ? "none" : gates[0];
  const seenInClear = clear && !turnedAway;
  return {
    listening: true,
    ...seen.hygiene,
    implicitTls: seen.implicit,
    ...(seen.implicit ? { starttlsOffered: "absent", tlsGate: "connect", authBeforeTls: nothing } : {}),
    ...(seenInClear && clear.hello === 250 ? { starttlsOffered: starttls(seen), authBeforeTls: auth(clear) } : {}),
    ...(seenInClear ? { tlsGate: demandsTls ? "mail" : gateForTls(clear, words) } : {}),
    ...(gate === undefined ? {} : { authGate: gate }),
    relay: gates.includes("none") ? "open" : "closed",
    ...(tls && !turnedAway && tls.hello === 250 ? { authMechanisms: [...new Set(tls.auth)].sort() } : {}),
    ...(turnedAway && !seen.implicit ? {} : { tlsVersions: seen.versions }),
  };
}

const nothing = { offered: false, accepted: false };

function auth({ authOffered, authAccepted }: NonNullable<Seen["clear"]>) {
  return { offered: authOffered.length > 0, accepted: authAccepted.length > 0 };
}

function starttls({ clear, starttls: answer }: Seen): string {
  if (!clear?.starttls) return answer === "started" ? "masked" : "absent";
  return answer === "started" ? "offered" : "refused";
}

type Dialogue = Way & { readonly withoutHello?: Way };

/** A client may leave HELO out where that gets it further. */
function furthest({ gate, reply, withoutHello }: Dialogue): Way {
  const order = ["mail", "rcpt", "none"];
  const better = withoutHello && order.indexOf(withoutHello.gate) > order.indexOf(gate);
  return better ? withoutHello : { gate, reply };
}

/** Where a client in clear is refused for want of TLS: on every way that gets it furthest. */
function gateForTls(clear: Dialogue, { demandsTls, lacksTls = demandsTls }: Words): Way["gate"] {
  const { gate } = furthest(clear);
  const ways = [clear, clear.withoutHello].filter((way) => way?.gate === gate);
  return ways.every((way) => way !== undefined && lacksTls(way.reply)) ? gate : "none";
}
