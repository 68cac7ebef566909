import type { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import type { Gate } from "../../model/fact.js";
import type { Key } from "./access-table.js";
import { type Answer, agreed } from "./outcome.js";
import { type Situation, type Verdict, walk } from "./restrictions.js";
import { type Settings, Undecided } from "./settings.js";
import { type ListName, parameterOf, type Smtpd } from "./smtpd.js";

/** A client class as the lists see it. */
export interface Client {
  readonly clients: AddressSet;
  readonly inMynetworks: Answer | "fails";
  readonly isOwnAddress: boolean;
}

/** Where a client without login is stopped on its way to a recipient of another domain, and by what. */
export interface Stop {
  readonly gate: Gate;
  /** Whether it is for want of TLS, or what would tell. */
  readonly forTls: Answer;
  /** Mail that gets through is, or may be, thrown away. */
  readonly discards?: boolean;
  readonly evidence: readonly Evidence[];
}

/** What became of the client's HELO or EHLO; a client whose greeting is refused goes on without one. */
type Greeting = "accepted" | "refused" | "absent";

interface Step {
  readonly list: ListName;
  readonly gate: Gate;
  readonly known: Situation["known"];
  /** A refusal does not keep the client from going on. */
  readonly harmless?: boolean;
  /** What it says of the mail to come is forgotten when MAIL comes. */
  readonly forgotten?: boolean;
}

/** When each list is asked: with smtpd_delay_reject all at RCPT. The list for HELO is not asked without one. */
function steps({ settings }: Smtpd, greeting: Greeting): Step[] {
  const knowing = (...known: Key[]) => new Set(known.filter((each) => each !== "helo" || greeting === "accepted"));
  const late = (list: ListName): Step => ({
    list,
    gate: "rcpt",
    known: knowing("client", "helo", "sender", "recipient"),
  });
  const recipientLists =
    beforeRecipient(settings.version) && settings.boolean("smtpd_relay_before_recipient_restrictions")
      ? [late("relay"), late("recipient")]
      : [late("recipient"), late("relay")];
  const greets = greeting !== "absent";
  if (settings.boolean("smtpd_delay_reject"))
    return [late("client"), ...(greets ? [late("helo")] : []), late("sender"), ...recipientLists];
  return [
    { list: "client", gate: "connect", known: new Set<Key>(["client"]), forgotten: true },
    ...(greets ? [heloStep(settings)] : []),
    { list: "sender", gate: "mail", known: knowing("client", "helo", "sender") },
    ...recipientLists,
  ];
}

function heloStep(settings: Settings): Step {
  const known = new Set<Key>(["client", "helo"]);
  return { list: "helo", gate: "mail", known, harmless: !settings.boolean("smtpd_helo_required"), forgotten: true };
}

function beforeRecipient(version: number): boolean {
  return version >= 306;
}

/**
 * The furthest that a client without login gets, whether it says HELO or, where smtpd_helo_required is off, does not.
 * @throws Undecided with what would tell.
 */
export function stopFor(smtpd: Smtpd, client: Client, tls: boolean): Stop {
  const { certain, perhaps } = greetings(smtpd, client, tls);
  const attempts = certain.map((greeting) => attempt(() => stopOn(smtpd, client, tls, greeting)));
  const stops = attempts.filter((each): each is Stop => !(each instanceof Undecided));
  const open = stops.find((stop) => stop.gate === "none");
  if (open) return open;
  const undecided = attempts.filter((each): each is Undecided => each instanceof Undecided);
  if (undecided.length > 0) throw new Undecided(...undecided.flatMap((each) => each.missing));
  const furthest = stops.reduce((best, stop) => (further(stop, best) ? stop : best));
  if (perhaps && further(stopOn(smtpd, client, tls, "accepted"), furthest)) throw new Undecided(...perhaps);
  const reasons = stops.filter((stop) => !further(furthest, stop)).map((stop) => stop.forTls);
  return { ...furthest, forTls: !reasons.includes(false) && (reasons.find((each) => each !== true) ?? true) };
}

const order: readonly Gate[] = ["connect", "mail", "rcpt", "none"];

function further(one: Stop, other: Stop): boolean {
  return order.indexOf(one.gate) > order.indexOf(other.gate);
}

/** What a client can do about HELO; `perhaps`: what would tell whether it may also be accepted. */
function greetings(
  smtpd: Smtpd,
  client: Client,
  tls: boolean,
): { certain: readonly Greeting[]; perhaps?: readonly string[] } {
  if (smtpd.settings.boolean("smtpd_helo_required")) return { certain: ["accepted"] };
  if (smtpd.settings.boolean("smtpd_delay_reject")) return { certain: ["accepted", "absent"] };
  const verdict = ask(smtpd, client, tls, heloStep(smtpd.settings));
  if (!verdict.rejects) return { certain: ["accepted", "absent"] };
  if (!verdict.permits && !verdict.passes) return { certain: ["refused", "absent"] };
  return { certain: ["refused", "absent"], perhaps: verdict.missing };
}

function stopOn(smtpd: Smtpd, client: Client, tls: boolean, greeting: Greeting): Stop {
  const missing: string[] = [];
  const evidence: Evidence[] = [];
  const reasons: Answer[] = [];
  let perhaps: Gate | undefined;
  let [perhapsDeferred, perhapsDiscarded, discards] = [false, false, false];
  let deferred: Evidence | undefined;
  const certificate = tls ? certificateStop(smtpd) : undefined;
  for (const step of steps(smtpd, greeting)) {
    const { list, gate, harmless, forgotten } = step;
    // The greeting comes before STARTTLS, and after the handshake of a port that begins with TLS.
    if (certificate && (gate !== "connect" || certificate.gate === "connect")) {
      if (perhaps !== undefined) throw new Undecided(...missing);
      return certificate;
    }
    if (list === "relay" && smtpd.relayListIsVoid) continue;
    const verdict = ask(smtpd, client, gate === "connect" ? smtpd.tls.wrapper : tls, step);
    const says = evidenceOf(smtpd, list, verdict);
    const rejects = verdict.rejects && !harmless;
    if (rejects) reasons.push(verdict.forTls);
    if (rejects && !verdict.permits && !verdict.passes) {
      if (perhapsDiscarded || (perhaps !== undefined && perhaps !== gate)) throw new Undecided(...missing);
      return { gate, forTls: agreed(reasons, missing), evidence: [...early(smtpd, gate), ...says, ...evidence] };
    }
    if (verdict.deferral === "certain") deferred ??= says[0];
    if (verdict.deferral === "possible") {
      missing.push(`the table of ${parameterOf(list)}`);
      perhapsDeferred = true;
    }
    if (rejects || verdict.deferral === "possible") missing.push(...verdict.missing);
    if (rejects) perhaps ??= gate;
    evidence.push(...says);
    if (forgotten || verdict.discards === "none") continue;
    discards = true;
    if (verdict.discards === "certain") break;
    perhapsDiscarded = true;
    missing.push(...verdict.missing);
  }
  if (perhaps !== undefined && (perhaps !== "rcpt" || !deferred)) throw new Undecided(...missing);
  if (deferred) return { gate: "rcpt", forTls: false, evidence: [deferred] };
  if (perhapsDeferred) throw new Undecided(...missing);
  const relay = "smtpd_relay_restrictions";
  const nothingSet = [smtpd.settings.evidence(relay, `${relay} refuses nobody`)];
  return { gate: "none", forTls: false, discards, evidence: evidence.length > 0 ? evidence : nothingSet };
}

/** Why the list for clients is asked before the greeting. */
function early({ settings }: Smtpd, gate: Gate): Evidence[] {
  if (gate !== "connect") return [];
  const name = "smtpd_delay_reject";
  const says = `${name} is off: smtpd_client_restrictions turns these clients away in the greeting`;
  return [settings.evidence(name, says)];
}

/** Where TLS is enforced, smtpd_tls_req_ccert answers a client without a certificate with 421 once TLS is up. */
function certificateStop({ settings, tls }: Smtpd): Stop | undefined {
  const name = "smtpd_tls_req_ccert";
  if (!tls.enforce || !settings.boolean(name)) return undefined;
  const evidence = [settings.evidence(name, `${name} drops clients without a trusted certificate`)];
  return { gate: tls.wrapper ? "connect" : "mail", forTls: false, evidence };
}

/** What the client can reach, or what would tell. */
export function attempt(find: () => Stop): Stop | Undecided {
  try {
    return find();
  } catch (error) {
    if (error instanceof Undecided) return error;
    throw error;
  }
}

function ask(smtpd: Smtpd, client: Client, tls: boolean, { list, known }: Step): Verdict {
  return walk(smtpd.restrictions[list], situation(smtpd, client, tls, known), `check_${tableOf(list)}_access`);
}

function situation(smtpd: Smtpd, client: Client, tls: boolean, known: Situation["known"]): Situation {
  const { classes, tables, everyDomainIsOurs, isOurs } = smtpd;
  const comes = (key: string) => everyDomainIsOurs || !isOurs(key);
  return { ...client, tls, known, classes, tables, everyDomainIsOurs, comes, effort: { steps: 0 } };
}

/** The table kind that a bare `type:table` in this list stands for. */
function tableOf(list: ListName): string {
  return list === "relay" ? "recipient" : list;
}

function evidenceOf(smtpd: Smtpd, list: ListName, verdict: Verdict): Evidence[] {
  const name = parameterOf(list);
  if (smtpd.restrictions[list].length === 0 && !smtpd.settings.isSet(name)) return [];
  const does = verdict.passes ? "lets pass" : verdict.permits ? "permits" : "refuses";
  const by = verdict.passes || verdict.by === "" ? "" : ` (${verdict.by})`;
  const own = smtpd.settings.evidence(name, `${name} ${does} clients without login${by}`);
  if (verdict.entry) return [own, verdict.entry];
  return verdict.by === "permit_mynetworks" ? [own, smtpd.mynetworksEvidence] : [own];
}
