import type { Evidence } from "../../model/evidence.js";
import type { Gate } from "../../model/fact.js";
import { type Answer, type Situation, type Verdict, walk } from "./restrictions.js";
import { Undecided } from "./settings.js";
import { type ListName, parameterOf, type Smtpd } from "./smtpd.js";

/** A client class as the lists see it. */
export interface Client {
  readonly inMynetworks: Answer | "fails";
  readonly isOwnAddress: boolean;
}

/** Where a client without login is stopped on its way to a recipient of another domain, and by what. */
export interface Stop {
  readonly gate: Gate;
  readonly forTls: boolean;
  readonly evidence: readonly Evidence[];
}

interface Step {
  readonly list: ListName;
  readonly gate: Gate;
  readonly known: Situation["known"];
}

type Known = "client" | "helo" | "sender" | "recipient";
const everything = new Set<Known>(["client", "helo", "sender", "recipient"]);

/** When each list is asked: with smtpd_delay_reject all at RCPT. */
function steps({ settings }: Smtpd): Step[] {
  const late = (list: ListName): Step => ({ list, gate: "rcpt", known: everything });
  const recipientLists =
    beforeRecipient(settings.version) && settings.boolean("smtpd_relay_before_recipient_restrictions")
      ? [late("relay"), late("recipient")]
      : [late("recipient"), late("relay")];
  if (settings.boolean("smtpd_delay_reject")) return [late("client"), late("helo"), late("sender"), ...recipientLists];
  const early: Step[] = [{ list: "client", gate: "connect", known: new Set<Known>(["client"]) }];
  // A client refused at EHLO goes on with MAIL unless HELO is required.
  if (settings.boolean("smtpd_helo_required"))
    early.push({ list: "helo", gate: "mail", known: new Set<Known>(["client", "helo"]) });
  early.push({ list: "sender", gate: "mail", known: new Set<Known>(["client", "helo", "sender"]) });
  return [...early, ...recipientLists];
}

function beforeRecipient(version: number): boolean {
  return version >= 306;
}

/** @throws Undecided with what would tell. */
export function stopFor(smtpd: Smtpd, client: Client, tls: boolean): Stop {
  const missing: string[] = [];
  const evidence: Evidence[] = [];
  let perhaps: Gate | undefined;
  let deferred: Evidence | undefined;
  for (const { list, gate, known } of steps(smtpd)) {
    if (list === "relay" && smtpd.relayListIsVoid) continue;
    const verdict = walk(
      smtpd.restrictions[list],
      situation(smtpd, client, tls, known),
      `check_${tableOf(list)}_access`,
    );
    const says = evidenceOf(smtpd, list, verdict);
    if (verdict.rejects && !verdict.permits && !verdict.passes) {
      if (perhaps !== undefined && perhaps !== gate) throw new Undecided(...missing);
      return { gate, forTls: verdict.forTls, evidence: [...says, ...evidence] };
    }
    if (verdict.deferral === "certain") deferred ??= says[0];
    if (verdict.deferral === "possible") missing.push(`the table of ${parameterOf(list)}`);
    if (verdict.rejects || verdict.deferral === "possible") {
      missing.push(...verdict.missing);
      perhaps ??= gate;
    }
    evidence.push(...says);
  }
  if (perhaps !== undefined && perhaps !== "rcpt" && deferred) throw new Undecided(...missing);
  if (deferred) return { gate: "rcpt", forTls: false, evidence: [deferred] };
  if (perhaps !== undefined) throw new Undecided(...missing);
  const relay = "smtpd_relay_restrictions";
  const nothingSet = [smtpd.settings.evidence(relay, `${relay} refuses nobody`)];
  return { gate: "none", forTls: false, evidence: evidence.length > 0 ? evidence : nothingSet };
}

function situation(smtpd: Smtpd, client: Client, tls: boolean, known: Situation["known"]): Situation {
  const { classes, everyDomainIsOurs } = smtpd;
  return { ...client, tls, known, classes, everyDomainIsOurs, effort: { steps: 0 } };
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
  return verdict.by === "permit_mynetworks" ? [own, smtpd.mynetworksEvidence] : [own];
}
