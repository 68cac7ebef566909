import type { AddressSet } from "../../model/addresses.js";
import type { FactValues } from "../../model/fact.js";
import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import { type Claim, claim } from "../claims.js";
import { type AddressList, addressList, emptyList } from "./address-list.js";
import { attempt, type Client, stopFor } from "./gates.js";
import { type Settings, Stops, Undecided } from "./settings.js";
import type { Smtpd } from "./smtpd.js";
import { tokens } from "./tokens.js";

const newline = "smtpd_forbid_bare_newline";
const exclusions = `${newline}_exclusions`;
const pipelining = "smtpd_forbid_unauth_pipelining";

/** The first maintenance release of each that has the settings as postconf(5) describes them: newline, pipelining. */
const firstWith: Readonly<Record<number, readonly [newline: number, pipelining: number]>> = {
  305: [24, 20],
  306: [14, 10],
  307: [10, 6],
  308: [5, 1],
};

/** Defences that do not depend on TLS or AUTH. */
export function hygieneClaims(smtpd: Smtpd, client: Client, from: AddressSet): Claim[] {
  return [...bareNewline(smtpd, client, from), earlyPipelining(smtpd, client, from), vrfy(smtpd, client, from)];
}

/** Does this release know a setting that it does not have from its first day on? Unknown where no maintenance release is declared. */
function knows({ version, patch }: Settings, which: 0 | 1): boolean {
  const first = firstWith[version]?.[which];
  // Who sets it runs a release that knows it, unless the declared one does not.
  return first === undefined || patch === undefined || patch >= first;
}

function bareNewline(smtpd: Smtpd, { inMynetworks }: Client, from: AddressSet): Claim[] {
  const { settings } = smtpd;
  const value = defenceOf(settings);
  const evidence = settings.evidence(newline, `${newline} decides on lines that end in a bare LF`);
  if (isUnknown(value) || value === "accepted") return [claim("bareNewline", from, value, [evidence])];
  const excluded = settings.evidence(exclusions, `${exclusions} takes clients out of it`);
  const list = excludedClients(settings);
  if (list === undefined) {
    const own = inMynetworks === true ? "accepted" : inMynetworks === false ? value : unknown("mynetworks");
    return [claim("bareNewline", from, own, [evidence, ...(own === value ? [] : [excluded])])];
  }
  const rest = from.subtract(list.possible).subtract(list.failing);
  const open = from.subtract(rest).subtract(list.certain);
  return [
    claim("bareNewline", rest, value, [evidence]),
    claim("bareNewline", from.intersect(list.certain), "accepted", [evidence, excluded]),
    claim("bareNewline", open, unknown(...(list.missing.length > 0 ? list.missing : [exclusions])), [
      evidence,
      excluded,
    ]),
  ];
}

function defenceOf(settings: Settings): Maybe<FactValues["bareNewline"]> {
  if (!knows(settings, 0)) return "accepted";
  switch (settings.text(newline).toLowerCase()) {
    case "normalize":
    case "yes":
      return "normalized";
    case "reject":
      return "rejected";
    case "no":
    case "note":
      return "accepted";
    default:
      return unknown(newline);
  }
}

/** Undefined where it is `$mynetworks`, the default. */
function excludedClients(settings: Settings): AddressList | undefined {
  if (!settings.isSet(exclusions)) return undefined;
  try {
    return addressList(settings, exclusions);
  } catch (error) {
    if (!(error instanceof Stops)) throw error;
    return { ...emptyList, malformed: true };
  }
}

function earlyPipelining({ settings }: Smtpd, client: Client, from: AddressSet): Claim {
  const data = "smtpd_data_restrictions";
  const says = `${pipelining} decides on commands that are sent before their turn`;
  const evidence = [settings.evidence(pipelining, says)];
  if (knows(settings, 1) && settings.text(pipelining).toLowerCase() === "yes")
    return claim("earlyPipelining", from, "rejected", evidence);
  const value = atData(tokens(settings.text(data)), client);
  const list = settings.evidence(data, `${data} decides at DATA`);
  return claim("earlyPipelining", from, value, [...evidence, list]);
}

/** What smtpd_data_restrictions make of a client that sent commands before their turn. */
function atData(words: readonly string[], { inMynetworks }: Client): Maybe<FactValues["earlyPipelining"]> {
  let warns = false;
  for (const word of words.map((each) => each.toLowerCase())) {
    const skipped = warns;
    warns = word === "warn_if_reject";
    if (skipped || warns) continue;
    if (word === "reject_unauth_pipelining" || word === "reject") return "rejected";
    // Whoever may send is let go on: the list does not bind those who matter.
    if (word === "permit" || word === "permit_sasl_authenticated") return "accepted";
    if (word === "permit_mynetworks") {
      if (inMynetworks === true) return "accepted";
      if (inMynetworks !== false) return unknown("mynetworks");
      continue;
    }
    // Another refusal lets pass whom it does not refuse.
    if (!word.startsWith("reject_")) return unknown("smtpd_data_restrictions");
  }
  return "accepted";
}

/** VRFY is asked of the lists as RCPT is: who is refused every recipient, one of ours among them, learns nothing. */
function vrfy(smtpd: Smtpd, client: Client, from: AddressSet): Claim {
  const { settings, tls } = smtpd;
  const name = "disable_vrfy_command";
  if (settings.boolean(name))
    return claim("vrfy", from, "silent", [settings.evidence(name, `${name} switches VRFY off`)]);
  const on = settings.evidence(name, `${name} leaves VRFY on`);
  const ours: Smtpd = { ...smtpd, everyDomainIsOurs: true };
  const ways = [...(tls.enforce ? [] : [false]), ...(tls.use ? [true] : [])].map((inTls) =>
    attempt(() => stopFor(ours, client, inTls)),
  );
  const open = ways.filter((way): way is Undecided => way instanceof Undecided);
  const stops = ways.flatMap((way) => (way instanceof Undecided ? [] : [way]));
  if (open.length === 0 && stops.every(({ gate }) => gate !== "none"))
    return claim("vrfy", from, "silent", [on, ...stops.flatMap(({ evidence }) => evidence)]);
  if (open.length > 0 && stops.every(({ gate }) => gate !== "none"))
    return claim("vrfy", from, unknown(...open.flatMap(({ missing }) => missing)), [on]);
  return claim("vrfy", from, listed(settings), [
    on,
    settings.evidence(recipients, `${recipients} lists the mailboxes`),
  ]);
}

const recipients = "local_recipient_maps";

/** Does smtpd know which mailboxes exist? By default those of the machine's users. */
function listed(settings: Settings): Maybe<FactValues["vrfy"]> {
  const isEmpty = (name: string) => settings.isSet(name) && settings.text(name) === "";
  const elsewhere = ["virtual_alias_domains", "virtual_mailbox_domains"].some((name) => settings.text(name) !== "");
  if (settings.isSet("smtpd_reject_unlisted_recipient") || isEmpty("mydestination") || elsewhere)
    return unknown("which mailboxes smtpd knows (smtpd_reject_unlisted_recipient, the domains it is responsible for)");
  if (!settings.isSet(recipients)) return "discloses";
  return isEmpty(recipients) && !settings.isSet("relay_recipient_maps") ? "silent" : unknown(recipients);
}
