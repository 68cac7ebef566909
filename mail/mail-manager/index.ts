import { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import type { Fact, Gate } from "../../model/fact.js";
import type { MailDefinition } from "../../model/mail.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import type { Subjects } from "../../model/subjects.js";
import { type Claim, claim } from "../claims.js";
import { declaredPorts, portFacts } from "../port-facts.js";
import { families } from "../sockets.js";
import { verdictOf } from "./policy.js";

/**
 * What an ingress point of Amazon SES Mail Manager does, as AWS documents its settings; AWS runs the server. At which
 * command it refuses is not documented: for want of TLS or of a login MAIL, as RFC 3207 and RFC 4954 have it.
 */
export function mailManagerFacts(definition: MailDefinition, subjects: Subjects): Fact[] {
  const kind = definition.files.type?.text;
  // A point without a login takes an MX record's mail; AWS's own walk-through submits to one with a login on 587.
  const usual = kind === undefined ? [25, 587] : kind === "OPEN" ? [25] : [587];
  const ports = [...new Set([...usual, ...declaredPorts(definition, subjects)])];
  const claims = new Map(
    ports.map((port) => [port, claimsOn(port, definition, kind !== undefined && usual.includes(port))]),
  );
  return portFacts(definition, subjects, claims, definition.files.name?.text);
}

function claimsOn(port: number, definition: MailDefinition, isUsual: boolean): Claim[] {
  const from = AddressSet.everything;
  const { at } = said(definition, "type");
  const open = unknown(`whether Mail Manager listens on ${port} for this ingress point`);
  return [
    ...listeningClaims(definition, isUsual ? true : open),
    claim("implicitTls", from, isUsual ? false : open, [code(at, "Mail Manager speaks TLS after STARTTLS")]),
    ...tlsClaims(definition, from),
    ...authClaims(definition, from),
  ];
}

/** Without a network configuration the point is public and has IPv4 addresses alone. */
function listeningClaims(definition: MailDefinition, value: Maybe<boolean>): Claim[] {
  const { ipType, vpcEndpointId } = definition.files;
  const evidence = [
    code((vpcEndpointId ?? ipType)?.at ?? definition.id, "the network configuration of the ingress point"),
  ];
  const lacksIpType = definition.missing.find((each) => /ip_?type/i.test(each) || /network_?configuration/i.test(each));
  const six =
    vpcEndpointId !== undefined || lacksIpType !== undefined
      ? unknown(lacksIpType ?? "the addresses of the VPC endpoint")
      : ipType?.text === "DUAL_STACK"
        ? value
        : false;
  return [claim("listening", families.ipv4, value, evidence), claim("listening", families.ipv6, six, evidence)];
}

function tlsClaims(definition: MailDefinition, from: AddressSet): Claim[] {
  const { at, text, missing } = said(definition, "tlsPolicy");
  const evidence = [code(at, "tlsPolicy decides whether mail in clear is taken")];
  const policy = definition.files.trafficPolicy;
  const isPlain = policy !== undefined && AddressSet.everything.equals(verdictOf(policy.text).allowed);
  const gate: Maybe<Gate> =
    text === "REQUIRED" || text === "FIPS"
      ? "mail"
      : text === "OPTIONAL"
        ? isPlain
          ? "none"
          : unknown(`what the traffic policy asks of mail in clear (${policy?.at ?? trafficPolicyOf(definition)})`)
        : unknown(missing);
  return [
    claim("starttlsOffered", from, text === undefined ? unknown(missing) : "offered", evidence),
    claim("tlsGate", from, gate, evidence),
    claim("tlsVersions", from, unknown("the TLS versions of Mail Manager"), evidence),
  ];
}

function authClaims(definition: MailDefinition, from: AddressSet): Claim[] {
  const { at, text, missing } = said(definition, "type");
  const evidence = [code(at, "type decides who has to authenticate")];
  if (text === "AUTH")
    return [
      claim("authBeforeTls", from, unknown("whether Mail Manager takes a login before TLS"), evidence),
      claim("authMechanisms", from, ["*"], evidence),
      claim("authGate", from, "mail", evidence),
      claim("relay", from, "closed", evidence),
    ];
  if (text === "MTLS") {
    const gate = unknown("at which command Mail Manager asks for the client's certificate");
    return [claim("authGate", from, gate, evidence), claim("relay", from, "closed", evidence)];
  }
  if (text !== "OPEN")
    return [claim("authGate", from, unknown(missing), evidence), claim("relay", from, unknown(missing), evidence)];
  const nobody = { offered: [], accepted: [] };
  return [
    claim("authBeforeTls", from, nobody, evidence),
    claim("authMechanisms", from, [], evidence),
    ...openClaims(definition, evidence),
  ];
}

/** What an open point does with mail for other domains: the traffic policy lets it in, the rule set sends it on or not. */
function openClaims(definition: MailDefinition, evidence: readonly Evidence[]): Claim[] {
  const policy = definition.files.trafficPolicy;
  const { allowed, denied } = policy ? verdictOf(policy.text) : { allowed: AddressSet.empty, denied: AddressSet.empty };
  const rest = allowed.union(denied).complement();
  const open = unknown(policy ? `what the statements of ${policy.at} decide` : trafficPolicyOf(definition));
  const refused = unknown("at which command the traffic policy refuses");
  const onward = unknown("whether the rule set of the ingress point sends mail for other domains on");
  const both = [...evidence, ...(policy ? [code(policy.at, "the traffic policy decides whose mail is taken")] : [])];
  return [
    claim("authGate", allowed, "none", both),
    claim("relay", allowed, onward, both),
    claim("authGate", denied, refused, both),
    claim("relay", denied, "closed", both),
    claim("authGate", rest, open, both),
    claim("relay", rest, open, both),
  ];
}

function trafficPolicyOf({ id, missing }: MailDefinition): string {
  return missing.find((each) => /traffic_?policy/i.test(each)) ?? `${id}#trafficPolicyId`;
}

/** A setting with its place; where it is not known, what to name. */
function said({ id, files, missing }: MailDefinition, name: "type" | "tlsPolicy") {
  const file = files[name];
  const place = file?.at ?? `${id}#${name}`;
  const spelled = name === "type" ? /\btype$/ : /tls_?policy$/i;
  return { at: place, text: file?.text, missing: missing.find((each) => spelled.test(each)) ?? place };
}

function code(at: string, says: string): Evidence {
  return { kind: "code", at, says };
}
