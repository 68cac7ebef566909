import { isIP } from "node:net";
import { AddressSet, internet } from "../../model/addresses.js";
import type { Rule } from "../../model/rule.js";
import { isUsed } from "./client-words.js";
import { outcome, providerSays, type Split, split } from "./words.js";

export const relayUnreachable: Rule = {
  id: "relay-unreachable",
  title: "Every mail client may connect to its mail relay",
  severity: "high",
  why: "An application whose egress rules do not admit the relay's port queues or loses its mail, often unnoticed.",
  remedy: "Add an egress rule for TCP to the relay's addresses and port.",
  standards: [{ source: "RFC 5068", section: "3.1", asks: "Clients use the submission port, 587, for submission." }],
  about: ["egressAllowed"],
  evaluate(view) {
    const { relay, subject } = view;
    // What a client is set to use needs no declaration.
    if (!isUsed(view)) return [];
    const egress = split(view, "egressAllowed");
    if (egress.facts.length === 0) return [];
    // A rule would not help there: provider-block says what does.
    const shut = shutByProvider(egress);
    const addresses = relay?.addresses ?? addressIn(subject);
    if (!addresses)
      return shut.contains(internet) ? [] : [relay ? towardsUnnamed(subject, egress) : towardsName(subject, egress)];
    const rest = addresses.subtract(shut);
    return rest.isEmpty ? [] : [towards(rest, subject, egress)];
  },
};

/** The destinations that no rule closes, and the provider does. */
function shutByProvider({ facts }: Split): AddressSet {
  const shut = facts.filter((fact) => fact.value === false && providerSays(fact).length === fact.evidence.length);
  return AddressSet.union(...shut.map(({ from }) => from));
}

function towards(addresses: AddressSet, subject: string, egress: Split) {
  const shut = addresses.intersect(egress.no);
  const doubtful = addresses.subtract(egress.yes);
  if (!shut.isEmpty) return outcome("fail", shut, `${subject}: no egress rule admits ${shut}`, egress);
  if (!doubtful.isEmpty)
    return outcome("undecided", doubtful, `${subject}: egress to ${doubtful} could not be decided`, egress);
  return outcome("pass", addresses, `${subject}: egress to ${addresses} is allowed`, egress);
}

/** A client may name its server by address. */
function addressIn(subject: string): AddressSet | undefined {
  const [, v6, v4] = / -> (?:\[([0-9a-f:]+)\]|(\d+\.\d+\.\d+\.\d+)):/i.exec(subject) ?? [];
  const address = v6 ?? v4;
  return address === undefined || isIP(address) === 0 ? undefined : AddressSet.of(address);
}

/** A name that only a client's settings give may lie anywhere, inside or outside. */
function towardsName(subject: string, egress: Split) {
  const everywhere = AddressSet.of("0.0.0.0/0");
  if (egress.yes.contains(everywhere))
    return outcome("pass", egress.yes, `${subject}: egress to any IPv4 address is allowed`, egress);
  if (egress.yes.isEmpty && egress.open.isEmpty)
    return outcome("fail", egress.no, `${subject}: no egress rule admits any address`, egress);
  const missing = egress.missing.length > 0 ? egress.missing : ["relays[].addresses in port587.yaml"];
  const open = egress.open.isEmpty ? egress.no : egress.open;
  return outcome(
    "undecided",
    open,
    `${subject}: egress is allowed to some addresses, and the server's are not declared`,
    {
      ...egress,
      missing,
    },
  );
}

/** Without the relay's addresses only "to all of the internet" and "to none of it" are answers. */
function towardsUnnamed(subject: string, egress: Split) {
  if (egress.yes.coversInternet("ipv4"))
    return outcome("pass", egress.yes, `${subject}: egress to any IPv4 address is allowed`, egress);
  if (!egress.yes.overlaps(internet) && !egress.open.overlaps(internet)) {
    return outcome("fail", egress.no, `${subject}: no egress rule admits any address on the internet`, egress);
  }
  const missing = egress.missing.length > 0 ? egress.missing : ["relays[].addresses in port587.yaml"];
  return outcome(
    "undecided",
    internet,
    `${subject}: egress is allowed to some addresses, and the relay's are not declared`,
    { ...egress, missing },
  );
}
