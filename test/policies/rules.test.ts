import { AddressSet, loopback } from "../../model/addresses.js";
import { type Declaration, type DeclaredEndpoint, nothingDeclared } from "../../model/declaration.js";
import type { CertificateValue, Fact, FactName, FactValues, Origin } from "../../model/fact.js";
import { type Maybe, mapKnown, unknown } from "../../model/maybe.js";
import { judge, rules } from "../../policies/index.js";
import { anyone, fact } from "../facts.js";

const now = new Date("2026-06-01T12:00:00Z");
const mail = "mail.example.com:587";
const smtps = "mail.example.com:465";
const office = AddressSet.of("192.0.2.0/24");
const inside = AddressSet.of("10.0.0.0/8");
const outside = inside.complement();

const certificate: CertificateValue = {
  subject: "CN=mail.example.com",
  issuer: "CN=Test CA",
  names: ["mail.example.com"],
  notBefore: "2026-01-01T00:00:00Z",
  notAfter: "2026-12-01T00:00:00Z",
  key: { type: "EC", bits: 256 },
  signature: "ecdsa-with-SHA256",
  chain: "trusted",
  sha256: "00",
};

function endpoint(
  exposure: AddressSet,
  port = 587,
  role: DeclaredEndpoint["role"] = "submission",
): Partial<Declaration> {
  return { endpoints: [{ host: "mail.example.com", port, role, exposure, resource: "mail" }] };
}

const relay = (addresses?: AddressSet): Partial<Declaration> => ({
  relays: [{ host: "smtp.example.net", port: 587, clients: ["app"], ...(addresses ? { addresses } : {}) }],
});
const toRelay = "app -> smtp.example.net:587";
const to25 = "app -> *:25";
const to25mx = "mail.example.com:25";
const extensions = { secureRenegotiation: true, extendedMasterSecret: true, compression: false };

/** Name, facts, declaration, and the statuses that the rule gives; none when it has nothing to say. */
type Case = readonly [name: string, facts: Fact[], declared: Partial<Declaration>, statuses: string];

const on = <N extends FactName>(name: N, value: Maybe<FactValues[N]>, subject = mail) => [fact(subject, name, value)];
const seen = <N extends FactName>(name: N, value: Maybe<FactValues[N]>, from: AddressSet) => [
  fact(mail, name, value, { from, origin: "observed" }),
];
/** What holds for the machine's own connections, and for all others. */
const apart = <N extends FactName>(name: N, own: FactValues[N], others: FactValues[N]) => [
  fact(mail, name, own, { from: loopback }),
  fact(mail, name, others, { from: loopback.complement() }),
];
const [hidden, inClear] = [
  on("authBeforeTls", { offered: [], accepted: [] }),
  on("authBeforeTls", { offered: ["PLAIN"], accepted: ["PLAIN"] }),
];
const ungated = [...on("tlsGate", "none"), ...hidden];
const received = (more: Partial<FactValues["receivedLine"]>) =>
  on("receivedLine", {
    ...{ with: "ESMTPSA", tls: true, authenticated: true, sameTls: unknown("a TLS version"), discloses: [] },
    ...more,
  });
/** AUTH on 25. */
const logins = on("authMechanisms", ["PLAIN"], to25mx);
const filtering = (
  admits: Maybe<boolean>,
  more: Parameters<typeof fact>[3] = {},
  layer = "security group",
  lostClientPorts = "none",
) => fact(mail, "layerAdmits", { layer, direction: "in", admits, lostClientPorts }, more);
/** What one kind of filter lets in on one side. */
const filter = (yes: AddressSet, origin: Origin = "planned", layer?: string) =>
  [filtering(true, { from: yes, origin }, layer), filtering(false, { from: yes.complement(), origin }, layer)].filter(
    ({ from }) => !from.isEmpty,
  );
const reach = (yes: AddressSet, subject = mail) => [
  fact(subject, "reachable", true, { from: yes }),
  fact(subject, "reachable", false, { from: yes.complement() }),
];
const opened = (exact: boolean, from = anyone) => [
  fact(
    mail,
    "openedBy",
    { rule: "sg-rule", protocol: exact ? "tcp" : "any", ports: exact ? "587" : "0-65535", exact },
    { from },
  ),
];
/** A rule of that id that opens 587 alone to the blocks it spells; undefined: how it spells them is not told. */
const spelled = (rule: string, from: AddressSet, ...written: string[] | [undefined]) =>
  fact(
    mail,
    "openedBy",
    {
      ...{ rule, protocol: "tcp", ports: "587", exact: true },
      ...(written[0] === undefined && written.length === 1 ? {} : { written: written as string[] }),
    },
    { from },
  );
const egress = (subject: string, value: Maybe<boolean>, to = anyone) =>
  fact(subject, "egressAllowed", value, { from: to });
const layered = (subject: string, value: Maybe<boolean>, ...layers: string[]) =>
  fact(subject, "egressAllowed", value, {
    evidence: layers.map((name) => ({
      ...{ kind: "default", at: "a page", says: "DigitalOcean blocks 25, 465 and 587 outbound; 2525 is open" },
      layer: { name, decision: "deny" },
    })),
  });
const halves = [AddressSet.of("0.0.0.0/1"), AddressSet.of("128.0.0.0/1")] as const;
const ipv4 = AddressSet.of("0.0.0.0/0");
const imap = "mail:143";
const openImap = (ports: string) => [
  ...reach(anyone, imap),
  fact(imap, "openedBy", { rule: "r", protocol: "tcp", ports, exact: ports === "143" }),
];
const conflict = (value: Maybe<FactValues["ruleConflict"]>) => fact(mail, "ruleConflict", value);
const contested = [{ kind: "code", at: "rule-a", says: "lets in tcp 587" }] as const;

const auth = (login: boolean, password: "none" | "plain file" | "secret store" | "given at run time" = "none") =>
  fact(toRelay, "clientAuth", { login, password });
const tls = (value: Maybe<FactValues["clientTls"]>, subject = toRelay) => fact(subject, "clientTls", value);
const clientPort = (value: Maybe<number>, subject = toRelay) =>
  fact(
    subject,
    "clientPort",
    mapKnown(value, (port) => ({ port })),
  );
const named = (names: readonly string[], confirmed: boolean) => ({ address: "192.0.2.25", names, confirmed });
const sees = <N extends FactName>(name: N, value: Maybe<FactValues[N]>) => [
  fact(mail, name, value, { origin: "observed" }),
];
/** What a domain says of this endpoint: STARTTLS, and no more, unless told. */
const told = (more: Partial<FactValues["announced"]> = {}) =>
  sees("announced", {
    ...{ domain: "example.com", by: "SRV _submission._tcp.example.com", offered: true, security: "starttls" as const },
    ...{ mechanisms: [], vouched: true, ...more },
  });
const elsewhere = (vouched: Maybe<boolean>) => told({ vouched, domain: "other.example" });
const presents = (...names: string[]) => sees("certificate", { ...certificate, names });
const speaks = (implicit: boolean, starttls: Maybe<FactValues["starttlsOffered"]>) => [
  ...sees("implicitTls", implicit),
  ...sees("starttlsOffered", starttls),
];
const nameless = { stage: "resolve", kind: "not-found", afterMs: 1, detail: "ENOTFOUND" } as const;
const exchange = (name: string, addresses: Maybe<number>) => ({ preference: 10, exchange: name, addresses });
const sts = (value: Partial<FactValues["mtaSts"]> & Pick<FactValues["mtaSts"], "mode">) =>
  on("mtaSts", { mx: [], uncovered: [], problems: [], ...value }, "example.com");
const openLogin = fact(toRelay, "clientAuth", unknown("SMTP_USER"));

const tables: Record<string, Case[]> = {
  "client-tls-required": [
    ["no TLS", [tls("none"), auth(false)], {}, "fail"],
    ["STARTTLS where it is offered", [tls("opportunistic")], {}, "pass"],
    ["STARTTLS required", [tls("required")], {}, "pass"],
    ["TLS from the first byte", [tls("implicit")], {}, "pass"],
    ["a variable decides", [tls(unknown("MAIL_SCHEME"))], {}, "undecided"],
    ["to a server on the same machine", [tls("none", "app -> localhost:25"), tls("none", "app -> [::1]:25")], {}, ""],
  ],
  "client-tls-downgrade": [
    ["logs in, TLS where it is offered", [tls("opportunistic"), auth(true)], {}, "fail"],
    ["does not log in", [tls("opportunistic"), auth(false)], {}, ""],
    ["logs in, STARTTLS required", [tls("required"), auth(true)], {}, "pass"],
    ["whether it logs in is open, and TLS can be stripped", [tls("opportunistic"), openLogin], {}, "undecided"],
    ["whether it logs in is open, and TLS cannot be stripped", [tls("implicit"), openLogin], {}, "pass"],
    ["without TLS there is nothing to strip", [tls("none"), auth(true)], {}, ""],
    ["a variable decides on TLS", [tls(unknown("MAIL_SCHEME")), auth(true)], {}, "undecided"],
    ["to a server on the same machine", [tls("opportunistic", "app -> 127.0.0.1:587")], {}, ""],
  ],
  "client-verifies-certificate": [
    ["checks", [fact(toRelay, "clientVerifiesCertificate", true)], {}, "pass"],
    ["does not check", [fact(toRelay, "clientVerifiesCertificate", false)], {}, "fail"],
    ["a version decides", [fact(toRelay, "clientVerifiesCertificate", unknown("the Django version"))], {}, "undecided"],
    ["to a server on the same machine", [fact("app -> localhost:587", "clientVerifiesCertificate", false)], {}, ""],
  ],
  "client-known-service": [
    ["another server", [clientPort(465), tls("implicit")], {}, ""],
    ...(
      [
        ["Exchange Online has no 465", "smtp.office365.com", 465, "implicit", "fail"],
        ["Exchange Online on 587", "smtp.office365.com", 587, "required", "pass"],
        ["Exchange Online on 587, and TLS from the first byte", "smtp.office365.com", 587, "implicit", "fail"],
        ["Exchange Online takes nothing in clear", "smtp.office365.com", 587, "none", "fail"],
        ["Exchange Online where TLS is taken if offered", "smtp.office365.com", 587, "opportunistic", "pass"],
        ["Gmail on 465", "smtp.gmail.com", 465, "implicit", "pass"],
        ["Gmail on 465 with STARTTLS", "smtp.gmail.com", 465, "required", "fail"],
        ["Gmail has no 25", "SMTP.gmail.com", 25, "required", "fail"],
        ["Google's relay has 25", "smtp-relay.gmail.com", 25, "required", "pass"],
        ["Google's relay in clear", "smtp-relay.gmail.com", 25, "none", "pass"],
        ["SES on 2587", "email-smtp.eu-west-1.amazonaws.com", 2587, "required", "pass"],
        ["SES on 2465", "email-smtp.us-gov-west-1.amazonaws.com", 2465, "implicit", "pass"],
        ["SES has no 2525", "email-smtp-fips.us-east-1.amazonaws.com", 2525, "required", "fail"],
        ["a name that only looks so", "email-smtp.eu-west-1.amazonaws.com.example", 2525, "required", ""],
      ] as const
    ).map(([name, host, port, how, expected]): Case => {
      const subject = `app -> ${host}:${port}`;
      return [name, [clientPort(port, subject), tls(how, subject)], {}, expected];
    }),
    [
      "a variable decides on the port",
      [clientPort(unknown("SMTP_PORT"), "app -> smtp.gmail.com:?"), tls("required", "app -> smtp.gmail.com:?")],
      {},
      "undecided",
    ],
    [
      "a variable decides on TLS",
      [clientPort(587, "app -> smtp.gmail.com:587"), tls(unknown("SMTP_TLS"), "app -> smtp.gmail.com:587")],
      {},
      "undecided",
    ],
  ],
  "client-submission-port": [
    ["logs in on 25", [clientPort(25), auth(true)], {}, "fail"],
    ["sends on 25 without a login", [clientPort(25), auth(false)], {}, ""],
    ["logs in on 465", [clientPort(465), auth(true)], {}, "pass"],
    ["logs in on a port that a variable gives", [clientPort(unknown("SMTP_PORT")), auth(true)], {}, "undecided"],
    ["on 25, and whether it logs in is open", [clientPort(25), openLogin], {}, "undecided"],
    ["to a server on the same machine", [clientPort(25, "app -> localhost:25")], {}, ""],
  ],
  "password-in-plain-file": [
    ["in plain text", [auth(true, "plain file")], {}, "fail"],
    ["in plain text, whoever uses it", [auth(false, "plain file")], {}, "fail"],
    ["in a store for secrets", [auth(true, "secret store")], {}, "pass"],
    ["given at run time", [auth(true, "given at run time")], {}, "pass"],
    ["no password", [auth(false)], {}, ""],
    ["not to be told", [openLogin], {}, "undecided"],
  ],
  "return-path-partial": [
    ["answers come back to all ports", on("returnPath", { lostClientPorts: "none" }), {}, "pass"],
    ["answers to low ports are lost", on("returnPath", { lostClientPorts: "1024-49151" }), {}, "fail"],
    ["an unknown rule on the way back", on("returnPath", unknown("urn#cidrBlock")), {}, "undecided"],
    ["stateful filters only", reach(anyone), {}, ""],
  ],
  "submission-exposed": [
    ["open to the declared office only", reach(office), endpoint(office), "pass"],
    ["open to the world, declared for the office", reach(anyone), endpoint(office), "fail"],
    ["open to the world in two halves", reach(AddressSet.of("0.0.0.0/1", "128.0.0.0/1")), endpoint(office), "fail"],
    ["open to the world over IPv6 alone", reach(AddressSet.of("2000::/3")), endpoint(office), "fail"],
    ["one address wider than declared", reach(AddressSet.of("192.0.2.0/24", "192.0.3.0/32")), endpoint(office), "fail"],
    ["open to the world, declared for the internet", reach(anyone), endpoint(anyone), "pass"],
    ["open to the world, nothing declared", reach(anyone), {}, "fail"],
    ["open inside only, nothing declared", reach(inside), {}, "pass"],
    ["closed, nothing declared", reach(AddressSet.empty), {}, ""],
    ["an unknown source may be wider", [fact(mail, "reachable", unknown("urn#cidr"))], endpoint(office), "undecided"],
    [
      "an unknown source beside the world",
      [...reach(anyone), fact(mail, "reachable", unknown("urn#cidr"), { from: AddressSet.of("::/0") })],
      endpoint(office),
      "fail",
    ],
    ["465 too", reach(anyone, smtps), endpoint(office, 465), "fail"],
    ["25 is the mail exchanger's", reach(anyone, "mail.example.com:25"), {}, ""],
    ["a relay on 25, wider than declared", reach(anyone, "mail.example.com:25"), endpoint(office, 25, "relay"), "fail"],
    ["submission on 2525, wider than declared", reach(anyone, "mail.example.com:2525"), endpoint(office, 2525), "fail"],
    ["2525 where nothing is declared may be anything", reach(anyone, "mail.example.com:2525"), {}, ""],
    ["what the probe reached is not exposure", seen("reachable", true, office), endpoint(inside), ""],
  ],
  "submission-unreachable": [
    ["open to the declared clients", reach(anyone), endpoint(office), "pass"],
    ["closed to all", reach(AddressSet.empty), endpoint(office), "fail"],
    ["for the internet, open to all of IPv4 alone", reach(AddressSet.of("0.0.0.0/0")), endpoint(anyone), "pass"],
    ["for the internet, open to half of IPv4", reach(AddressSet.of("0.0.0.0/1")), endpoint(anyone), "fail"],
    [
      "for the internet, open to IPv4 and some IPv6",
      reach(AddressSet.of("0.0.0.0/0", "2001:db8::/32")),
      endpoint(anyone),
      "fail",
    ],
    ["half of the clients", reach(AddressSet.of("192.0.2.0/25")), endpoint(office), "fail"],
    ["unknown sources", [fact(mail, "reachable", unknown("urn#cidr"))], endpoint(office), "undecided"],
    ["not declared", reach(AddressSet.empty), {}, ""],
    ["the probe got through", seen("reachable", true, office), endpoint(anyone), "pass"],
    ["the probe did not get through", seen("reachable", false, office), endpoint(anyone), "fail"],
    ["the probe is none of the clients", seen("reachable", false, inside), endpoint(office), ""],
  ],
  "relay-unreachable": [
    ["egress to anything", [egress(toRelay, true)], relay(office), "pass"],
    ["egress to nothing", [egress(toRelay, false)], relay(office), "fail"],
    [
      "egress to half of the relay's addresses",
      [egress(toRelay, true, AddressSet.of("192.0.2.0/25")), egress(toRelay, false, AddressSet.of("192.0.2.128/25"))],
      relay(office),
      "fail",
    ],
    ["unknown destinations", [egress(toRelay, unknown("urn#cidr"))], relay(office), "undecided"],
    ["addresses not declared, egress to anything", [egress(toRelay, true)], relay(), "pass"],
    ["addresses not declared, egress to nothing", [egress(toRelay, false)], relay(), "fail"],
    [
      "addresses not declared, egress to something",
      [
        egress(toRelay, true, AddressSet.of("8.8.8.0/24")),
        egress(toRelay, false, AddressSet.of("8.8.8.0/24").complement()),
      ],
      relay(),
      "undecided",
    ],
    ["no relay declared", [egress(toRelay, false)], {}, ""],
    ["a client is set to use it, egress to nothing", [clientPort(587), egress(toRelay, false)], {}, "fail"],
    ["a client is set to use it, egress to anything", [clientPort(587), egress(toRelay, true)], {}, "pass"],
    [
      "a client is set to use it, egress to something",
      [clientPort(587), egress(toRelay, true, inside), egress(toRelay, false, outside)],
      {},
      "undecided",
    ],
    [
      "a client is set to use it, unknown destinations",
      [clientPort(587), egress(toRelay, unknown("urn#cidr"))],
      {},
      "undecided",
    ],
    [
      "a client is set to use an address to which egress is closed",
      [
        clientPort(587, "app -> 203.0.113.5:587"),
        egress("app -> 203.0.113.5:587", true, inside),
        egress("app -> 203.0.113.5:587", false, outside),
      ],
      {},
      "fail",
    ],
    ["a client's provider blocks the port", [clientPort(587), layered(toRelay, false, "provider")], {}, ""],
    ["closed by the provider alone", [layered(toRelay, false, "provider")], relay(), ""],
    ["closed by the provider and by a rule", [layered(toRelay, false, "security group", "provider")], relay(), "fail"],
  ],
  "provider-block": [
    ["a client's provider blocks the port", [clientPort(587), layered(toRelay, false, "provider")], {}, "fail"],
    ["the provider blocks the port", [layered(toRelay, false, "provider")], relay(office), "fail"],
    ["the relay's addresses are not declared", [layered(toRelay, false, "provider")], relay(), "fail"],
    ["the provider and a rule", [layered(toRelay, false, "security group", "provider")], relay(office), "fail"],
    ["the provider may block it", [layered(toRelay, unknown("the account's age"), "provider")], relay(), "undecided"],
    ["the provider leaves it open", [layered(toRelay, true, "security group", "provider")], relay(), "pass"],
    ["a rule alone", [layered(toRelay, false, "security group")], relay(office), ""],
    ["no relay is declared there", [layered(to25, false, "provider")], relay(), ""],
  ],
  "rule-conflict": [
    [
      "a contested rule decides who connects",
      [
        conflict({ rules: ["rule-a", "rule-b"] }),
        fact(mail, "reachable", unknown("group#ingress"), { evidence: [...contested] }),
      ],
      {},
      "fail",
    ],
    ["contested rules are about other ports", [conflict({ rules: ["rule-a"] }), ...reach(office)], {}, "pass"],
    ["what is contested is not known", [conflict(unknown("urn#group"))], {}, "undecided"],
    ["no conflict", reach(office), {}, ""],
  ],
  "starttls-behind-tls-listener": [
    ["a TCP listener", on("listenerProtocol", "tcp"), {}, "pass"],
    ["a TLS listener", on("listenerProtocol", "tls"), {}, "fail"],
    ["a TLS listener on 25", on("listenerProtocol", "tls", "lb:25"), {}, "fail"],
    ["a TLS listener on 465 is right", on("listenerProtocol", "tls", smtps), {}, ""],
    ["a TLS listener for HTTPS", on("listenerProtocol", "tls", "lb:443"), {}, ""],
    ["not known", on("listenerProtocol", unknown("urn#protocol")), {}, "undecided"],
  ],
  "world-in-disguise": [
    ["the world, spelled out", [...reach(ipv4), spelled("a", ipv4, "0.0.0.0/0")], endpoint(anyone), "pass"],
    ["the world, spelled out, where nothing is declared", [...reach(ipv4), spelled("a", ipv4, "0.0.0.0/0")], {}, ""],
    ["halves in one rule", [...reach(ipv4), spelled("a", ipv4, "0.0.0.0/1", "128.0.0.0/1")], {}, "fail"],
    [
      "halves in two rules",
      [...reach(ipv4), spelled("a", halves[0], "0.0.0.0/1"), spelled("b", halves[1], "128.0.0.0/1")],
      {},
      "fail",
    ],
    [
      "halves in two rules whose spelling is not told",
      [...reach(ipv4), spelled("a", halves[0], undefined), spelled("b", halves[1], undefined)],
      {},
      "",
    ],
    ["all addresses, spelling not told", [...reach(ipv4), spelled("a", ipv4, undefined)], endpoint(anyone), "pass"],
    ["a prefix list of the world", [...reach(ipv4), spelled("a", ipv4)], {}, "fail"],
    [
      "all global IPv6",
      [...reach(AddressSet.of("2000::/3")), spelled("a", AddressSet.of("2000::/3"), "2000::/3")],
      {},
      "fail",
    ],
    [
      "0.0.0.0/0 spells no IPv6",
      [...reach(anyone), spelled("a", anyone, "0.0.0.0/0", "::/1", "8000::/1")],
      endpoint(anyone),
      "pass fail",
    ],
    [
      "declared for the internet, in halves all the same",
      [...reach(ipv4), spelled("a", ipv4, "0.0.0.0/1", "128.0.0.0/1")],
      endpoint(anyone),
      "fail",
    ],
    ["the office", [...reach(office), spelled("a", office, "192.0.2.0/24")], endpoint(office), "pass"],
    [
      "halves behind another layer that closes",
      [...reach(AddressSet.empty), spelled("a", ipv4, "0.0.0.0/1", "128.0.0.0/1")],
      {},
      "",
    ],
    [
      "half and an unknown block",
      [
        fact(mail, "reachable", true, { from: halves[0] }),
        fact(mail, "reachable", unknown("urn#cidr"), { from: halves[1] }),
        spelled("a", halves[0], "0.0.0.0/1"),
      ],
      {},
      "undecided",
    ],
    [
      "25 is the mail exchanger's",
      [...reach(anyone, "mail:25"), { ...spelled("a", ipv4), subject: "mail:25" }],
      {},
      "",
    ],
  ],
  "legacy-mail-ports": [
    ["IMAP open to the world", openImap("143"), {}, "fail"],
    ["POP3 open to the world", reach(anyone, "mail:110"), {}, "fail"],
    ["closed", reach(AddressSet.empty, imap), {}, ""],
    ["open inside", reach(inside, imap), {}, "pass"],
    ["declared as it is", reach(anyone, "mail.example.com:143"), endpoint(anyone, 143, "retrieval"), "pass"],
    ["wider than declared", reach(anyone, "mail.example.com:143"), endpoint(office, 143, "retrieval"), "fail"],
    ["opened by a range that opens 587 as well", openImap("0-65535"), {}, ""],
    ["opened by a range of other ports", openImap("100-200"), {}, "fail"],
    ["opened by a list that holds 587", openImap("143,587"), {}, ""],
    ["an unknown source", [fact(imap, "reachable", unknown("urn#cidr"))], {}, "undecided"],
    ["993 is another matter", reach(anyone, "mail:993"), {}, ""],
  ],
  "submission-without-server": [
    ["the configuration listens", on("listening", true), endpoint(anyone), "pass"],
    ["the configuration does not listen", on("listening", false), endpoint(anyone), "fail"],
    [
      "it listens for itself alone",
      [
        fact(mail, "listening", true, { from: AddressSet.of("127.0.0.0/8") }),
        fact(mail, "listening", false, { from: AddressSet.of("127.0.0.0/8").complement() }),
      ],
      endpoint(office),
      "fail",
    ],
    [
      "it listens over IPv4 alone",
      [fact(mail, "listening", true, { from: ipv4 }), fact(mail, "listening", false, { from: AddressSet.of("::/0") })],
      endpoint(anyone),
      "pass",
    ],
    ["not decided whether it listens", on("listening", unknown("inet_interfaces")), endpoint(anyone), "undecided"],
    ["no configuration", reach(anyone), endpoint(anyone), ""],
    ["the probe got no greeting", seen("listening", false, office), endpoint(anyone), ""],
    [
      "587 of a mail exchanger",
      [...reach(office), spelled("a", office, "192.0.2.0/24")],
      endpoint(office, 587, "mx"),
      "fail",
    ],
    [
      "587 open, and the server of the host listens on 25 alone",
      [...reach(office), ...on("listening", true, to25mx)],
      {},
      "fail",
    ],
    [
      "587 open, and the server listens there too",
      [...reach(office), ...on("listening", true, to25mx), ...on("listening", true)],
      {},
      "",
    ],
    ["587 of a mail exchanger, closed", reach(AddressSet.empty), endpoint(office, 587, "mx"), ""],
    ["a host of which nothing is declared", [...reach(inside), spelled("a", inside, "10.0.0.0/8")], {}, ""],
  ],
  "dead-mail-rule": [
    ["a rule that decides", [...reach(office), spelled("a", office, "192.0.2.0/24")], {}, "pass"],
    ["a deny after an allow of all", on("deadRule", { rule: "b", kind: "shadowed", by: ["a"] }), {}, "fail"],
    ["a rule beside two that cover it", on("deadRule", { rule: "c", kind: "redundant", by: ["a", "b"] }), {}, "fail"],
    [
      "dead beside another that decides",
      [...opened(true), ...on("deadRule", { rule: "c", kind: "redundant", by: ["sg-rule"] })],
      {},
      "fail",
    ],
    ["not known", on("deadRule", unknown("urn#cidr")), {}, "undecided"],
    ["ranges are not written for a mail port", opened(false), {}, ""],
  ],
  "development-catcher-exposed": [
    ["a catcher for anyone", on("developmentCatcher", { product: "Mailpit" }, "mail:1025"), {}, "fail"],
    [
      "a catcher for this machine",
      [fact("mail:1025", "developmentCatcher", { product: "Mailpit" }, { from: AddressSet.of("127.0.0.0/8", "::1") })],
      {},
      "pass",
    ],
    [
      "an image that is not known",
      on("developmentCatcher", unknown("services.mail.image"), "mail:1025"),
      {},
      "undecided",
    ],
    ["a server", on("listening", true), {}, ""],
  ],
  "direct-smtp-egress": [
    ["closed", [egress(to25, false)], {}, "pass"],
    ["a client is set to use it", [egress("app -> smtp:25", true), clientPort(25, "app -> smtp:25")], {}, ""],
    ["open to the world", [egress(to25, true)], {}, "fail"],
    ["open inside only", [egress(to25, true, inside), egress(to25, false, outside)], {}, "pass"],
    ["unknown destinations", [egress(to25, unknown("urn#cidr"))], {}, "undecided"],
    ["only the provider may stop it", [layered(to25, unknown("lifted"), "provider")], {}, "fail"],
    ["the provider stops it", [layered(to25, false, "provider")], {}, "pass"],
    ["a rule may stop it too", [layered(to25, unknown("lifted"), "firewall", "provider")], {}, "undecided"],
    ["a declared mail host needs it", [egress("mail -> *:25", true)], endpoint(anyone, 25, "mx"), ""],
  ],
  "broad-port-rule": [
    ["a rule for 587 alone", opened(true), {}, "pass"],
    ["all ports to the world", opened(false), {}, "fail"],
    ["all ports inside only", opened(false, inside), {}, ""],
    [
      "a rule for a list of ports",
      on("openedBy", { rule: "r", protocol: "tcp", ports: "465,587", exact: false }),
      {},
      "pass",
    ],
    ["an unknown rule", on("openedBy", unknown("urn#ports")), {}, "undecided"],
  ],
  "certificate-file": [
    ["there", on("certificateFile", "present"), {}, "pass"],
    ["not there", on("certificateFile", "missing"), {}, "fail"],
    ["none is named", on("certificateFile", "none"), {}, "fail"],
    ["the server makes one", on("certificateFile", "generated"), {}, "fail"],
    ["one that was not among the files read", on("certificateFile", "elsewhere"), {}, ""],
    ["of a mail exchanger", on("certificateFile", "missing", to25mx), {}, "fail"],
    ["a file that is not at hand", on("certificateFile", unknown("the file that ssl_cert names")), {}, "undecided"],
    ["the wire shows a certificate", seen("certificate", certificate, office), {}, "pass"],
    ["the wire shows none", seen("certificate", unknown("tls: timeout"), office), {}, ""],
    ["a mailbox server", on("certificateFile", "missing", "mail:993"), {}, ""],
  ],
  "weak-auth-mechanisms": [
    ["PLAIN inside TLS", on("authMechanisms", ["PLAIN", "LOGIN"]), {}, "pass"],
    ["CRAM-MD5 inside TLS", on("authMechanisms", ["CRAM-MD5", "PLAIN"]), {}, "pass"],
    ["CRAM-MD5 before TLS", on("authBeforeTls", { offered: ["CRAM-MD5"], accepted: [] }), {}, "fail"],
    ["DIGEST-MD5 taken before TLS", on("authBeforeTls", { offered: [], accepted: ["digest-md5"] }), {}, "fail"],
    ["PLAIN before TLS is another matter", on("authBeforeTls", { offered: ["PLAIN"], accepted: [] }), {}, "pass"],
    ["NTLM inside TLS", on("authMechanisms", ["NTLM"]), {}, "fail"],
    ["ANONYMOUS inside TLS", on("authMechanisms", ["ANONYMOUS"]), {}, "fail"],
    ["NTLM on 25", on("authMechanisms", ["NTLM"], to25mx), {}, "fail"],
    ["a backend decides", on("authMechanisms", ["*"]), {}, ""],
    ["a backend decides, also before TLS", on("authBeforeTls", { offered: [], accepted: ["*"] }), {}, ""],
    ["not decided", on("authMechanisms", unknown("auth_mechanisms")), {}, "undecided"],
    [
      "the machine's own connections",
      apart("authBeforeTls", { offered: ["NTLM"], accepted: [] }, { offered: [], accepted: [] }),
      {},
      "pass",
    ],
    ["a mailbox server", on("authMechanisms", ["NTLM"], "mail:143"), {}, ""],
  ],
  "auth-on-port-25": [
    ["none", on("authMechanisms", [], to25mx), {}, "pass"],
    ["inside TLS", on("authMechanisms", ["PLAIN"], to25mx), {}, "fail"],
    ["inside TLS, a backend decides which", on("authMechanisms", ["*"], to25mx), {}, "fail"],
    ["before TLS", on("authBeforeTls", { offered: ["*"], accepted: ["*"] }, to25mx), {}, "fail"],
    ["taken though hidden", on("authBeforeTls", { offered: [], accepted: ["PLAIN"] }, to25mx), {}, "fail"],
    ["not decided", on("authMechanisms", unknown("auth_mechanisms"), to25mx), {}, "undecided"],
    ["587 is for that", on("authMechanisms", ["PLAIN"]), {}, ""],
    ["a relay on 25", on("authMechanisms", ["PLAIN"], to25mx), endpoint(office, 25, "relay"), ""],
  ],
  "submission-on-port-25": [
    ["logins on 25, nothing else known", [...on("listening", true, to25mx), ...logins], {}, "fail"],
    ["logins on 25 and 587", [...on("listening", true, to25mx), ...logins, ...on("listening", true)], {}, "pass"],
    [
      "logins on 25 and 465",
      [...on("listening", true, to25mx), ...logins, ...on("listening", true, smtps)],
      {},
      "pass",
    ],
    [
      "587 for the machine itself alone",
      [...on("listening", true, to25mx), ...logins, fact(mail, "listening", true, { from: loopback })],
      {},
      "fail",
    ],
    [
      "whether 587 is served is open",
      [...on("listening", true, to25mx), ...logins, ...on("listening", unknown("inet_interfaces"))],
      {},
      "undecided",
    ],
    ["25 of a mail exchanger", [...on("listening", true, to25mx), ...on("authMechanisms", [], to25mx)], {}, ""],
    ["declared for submission there", on("listening", true, to25mx), endpoint(anyone, 25), "fail"],
    [
      "25 of another host",
      [...on("listening", true, "mx:25"), ...on("authMechanisms", ["PLAIN"], "mx:25"), ...on("listening", true)],
      {},
      "fail",
    ],
    [
      "the probe asked 25 alone",
      [to25mx].flatMap((subject) => [
        fact(subject, "listening", true, { origin: "observed" }),
        fact(subject, "authMechanisms", ["PLAIN"], { origin: "observed" }),
      ]),
      {},
      "",
    ],
  ],
  "submissions-port-missing": [
    ["both", [...on("listening", true), ...on("listening", true, smtps)], {}, "pass"],
    ["587 alone", on("listening", true), {}, "fail"],
    ["465 does not listen", [...on("listening", true), ...on("listening", false, smtps)], {}, "fail"],
    ["465 not decided", [...on("listening", true), ...on("listening", unknown("master.cf"), smtps)], {}, "undecided"],
    ["the probe asked 587 alone", seen("listening", true, office), {}, ""],
    ["587 of a mail exchanger", on("listening", true), endpoint(office, 587, "mx"), ""],
    [
      "465 under another name of the same configuration",
      on("listening", true),
      {
        endpoints: [
          { host: "mail.example.com", port: 587, role: "submission", exposure: anyone, config: "postfix" },
          { host: "smtps.example.com", port: 465, role: "submission", exposure: anyone, config: "postfix" },
        ],
      },
      "pass",
    ],
  ],
  "tls-wrapper-on-starttls-port": [
    ["a greeting in clear", on("implicitTls", false), {}, "pass"],
    ["TLS from the first byte on 587", on("implicitTls", true), {}, "fail"],
    ["TLS from the first byte on 25", on("implicitTls", true, to25mx), {}, "fail"],
    ["465 is for that", on("implicitTls", true, smtps), {}, ""],
    ["not decided", on("implicitTls", unknown("smtpd_tls_wrappermode")), {}, "undecided"],
  ],
  "bare-newline": [
    ["normalized", on("bareNewline", "normalized"), {}, "pass"],
    ["rejected", on("bareNewline", "rejected"), {}, "pass"],
    ["taken", on("bareNewline", "accepted"), {}, "fail"],
    ["taken by a mail exchanger", on("bareNewline", "accepted", to25mx), {}, "fail"],
    ["taken of trusted networks", [fact(mail, "bareNewline", "accepted", { from: inside })], {}, "pass"],
    ["not decided", on("bareNewline", unknown("the Postfix version")), {}, "undecided"],
  ],
  "early-pipelining": [
    ["refused", on("earlyPipelining", "rejected"), {}, "pass"],
    ["taken", on("earlyPipelining", "accepted"), {}, "fail"],
    ["taken by a mail exchanger", on("earlyPipelining", "accepted", to25mx), {}, "fail"],
    ["taken of trusted networks", [fact(mail, "earlyPipelining", "accepted", { from: inside })], {}, "pass"],
    ["not decided", on("earlyPipelining", unknown("the Postfix version")), {}, "undecided"],
  ],
  "relay-network-wide": [
    ["a subnet", [fact(mail, "relay", "open", { from: AddressSet.of("10.1.2.0/24") })], {}, "pass"],
    ["10.0.0.0/8", [fact(mail, "relay", "open", { from: inside })], {}, "fail"],
    ["10.0.0.0/8 on 25", [fact(to25mx, "relay", "open", { from: inside })], {}, "fail"],
    ["in two halves", [fact(mail, "relay", "open", { from: AddressSet.of("10.0.0.0/9", "10.128.0.0/9") })], {}, "fail"],
    ["the machine itself", [fact(mail, "relay", "open", { from: loopback })], {}, ""],
    ["strangers are open-relay's matter", on("relay", "open"), {}, ""],
    ["closed", [fact(mail, "relay", "closed", { from: inside })], {}, ""],
    ["not decided", [fact(mail, "relay", unknown("mynetworks"), { from: inside })], {}, "undecided"],
    [
      "not decided for a subnet",
      [fact(mail, "relay", unknown("a table"), { from: AddressSet.of("10.1.2.0/24") })],
      {},
      "",
    ],
    [
      "a wide network is allowed",
      [fact(mail, "relay", "open", { from: inside })],
      { rules: { "relay-network-wide": { ipv4: 8 } } },
      "pass",
    ],
    ["one address that a probe came from", seen("relay", "open", inside), {}, ""],
  ],
  "listener-cut-off": [
    ["listens behind an open port", [...on("listening", true), ...reach(office)], {}, "pass"],
    ["listens behind a closed port", [...on("listening", true), ...reach(AddressSet.empty)], {}, "fail"],
    ["25 behind a closed port", [...on("listening", true, to25mx), ...reach(AddressSet.empty, to25mx)], {}, "fail"],
    [
      "whether the port is open is not decided",
      [...on("listening", true), fact(mail, "reachable", unknown("urn#cidr"))],
      {},
      "undecided",
    ],
    [
      "listens for the machine itself",
      [fact(mail, "listening", true, { from: loopback }), ...reach(AddressSet.empty)],
      {},
      "",
    ],
    ["no firewall is known", on("listening", true), {}, ""],
    [
      "a declared endpoint is submission-unreachable's",
      [...on("listening", true), ...reach(AddressSet.empty)],
      endpoint(office),
      "",
    ],
  ],
  "tls-required": [
    ["MAIL refused in clear", on("tlsGate", "mail"), {}, "pass"],
    ["RCPT refused in clear", on("tlsGate", "rcpt"), {}, "pass"],
    ["TLS only", on("tlsGate", "connect", smtps), {}, "pass"],
    ["never refused", on("tlsGate", "none"), {}, "fail"],
    ["a login is asked for, and taken inside TLS alone", [...ungated, ...on("authGate", "mail")], {}, "pass"],
    [
      "a login is asked for at RCPT alone: mail of its own is taken",
      [...ungated, ...on("authGate", "rcpt")],
      {},
      "fail",
    ],
    ["whether a login is asked for is not decided", [...ungated, ...on("authGate", unknown("a"))], {}, "fail"],
    ["a login is taken in clear too", [...on("tlsGate", "none"), ...inClear, ...on("authGate", "mail")], {}, "fail"],
    ["not decided", on("tlsGate", unknown("smtpd_tls_security_level")), {}, "undecided"],
    ["the machine's own connections may stay in clear", apart("tlsGate", "none", "mail"), {}, "pass"],
    [
      "a server that only the machine reaches is judged",
      [fact(mail, "tlsGate", "none", { from: loopback })],
      {},
      "fail",
    ],
    ["what a probe sees on the machine is judged", seen("tlsGate", "none", loopback), {}, "fail"],
    ["a public MX must not require it", on("tlsGate", "none", "mx.example.com:25"), {}, ""],
  ],
  "auth-before-tls": [
    ["nothing offered", on("authBeforeTls", { offered: [], accepted: [] }), {}, "pass"],
    ["PLAIN offered", on("authBeforeTls", { offered: ["PLAIN"], accepted: [] }), {}, "fail"],
    ["PLAIN taken though hidden", on("authBeforeTls", { offered: [], accepted: ["PLAIN"] }), {}, "fail"],
    ["OAUTHBEARER offered", on("authBeforeTls", { offered: ["OAUTHBEARER"], accepted: [] }), {}, "fail"],
    [
      "channel-bound mechanisms only",
      on("authBeforeTls", { offered: ["SCRAM-SHA-256-PLUS", "GSSAPI"], accepted: [] }),
      {},
      "pass",
    ],
    ["not decided", on("authBeforeTls", unknown("smtpd_tls_auth_only")), {}, "undecided"],
    [
      "the machine's own connections may log in in clear",
      apart("authBeforeTls", { offered: ["PLAIN"], accepted: ["PLAIN"] }, { offered: [], accepted: [] }),
      {},
      "pass",
    ],
  ],
  "auth-required": [
    ["refused at MAIL", on("authGate", "mail"), {}, "pass"],
    ["refused at RCPT", on("authGate", "rcpt"), {}, "pass"],
    ["never refused", on("authGate", "none"), {}, "fail"],
    [
      "not asked of trusted networks, asked of others",
      [fact(mail, "authGate", "none", { from: inside }), fact(mail, "authGate", "rcpt", { from: outside })],
      {},
      "pass pass",
    ],
    ["not asked of the office, which is not trusted", [fact(mail, "authGate", "none", { from: office })], {}, "fail"],
    [
      "not asked of the office, which is trusted",
      [fact(mail, "authGate", "none", { from: office })],
      { trustedNetworks: office },
      "pass",
    ],
    ["the probe stood in a trusted network", seen("authGate", "none", inside), {}, "undecided"],
    ["no mechanism inside TLS", [...on("authGate", "rcpt"), ...on("authMechanisms", [])], {}, "pass fail"],
    ["mechanisms inside TLS", [...on("authGate", "rcpt"), ...on("authMechanisms", ["PLAIN"])], {}, "pass"],
    ["not decided", on("authGate", unknown("check_policy_service")), {}, "undecided"],
  ],
  "open-relay": [
    ["closed", on("relay", "closed"), {}, "pass"],
    ["open to all", on("relay", "open"), {}, "fail"],
    ["open to trusted networks", [fact(mail, "relay", "open", { from: inside })], {}, "pass"],
    ["open on 25 as well", on("relay", "open", "mx.example.com:25"), {}, "fail"],
    ["the probe stood in a trusted network", seen("relay", "open", inside), {}, "undecided"],
    ["not decided", on("relay", unknown("421")), {}, "undecided"],
  ],
  "tls-version": [
    [
      "1.2 and later",
      on("tlsVersions", { accepted: ["TLSv1.2", "TLSv1.3"], refused: ["SSLv3", "TLSv1", "TLSv1.1"] }),
      {},
      "pass",
    ],
    ["1.1 accepted", on("tlsVersions", { accepted: ["TLSv1.1"], refused: [] }), {}, "fail"],
    ["old versions not tried", on("tlsVersions", { accepted: ["TLSv1.3"], refused: [] }), {}, "undecided"],
    ["not decided", on("tlsVersions", unknown("the Postfix version")), {}, "undecided"],
  ],
  "weak-cipher-suites": [
    ["none", on("weakSuites", { accepted: [] }), {}, "pass"],
    ["static RSA", on("weakSuites", { accepted: ["TLS_RSA_WITH_AES_128_CBC_SHA"] }), {}, "fail"],
    ["a server for other servers", [fact(to25mx, "weakSuites", { accepted: ["TLS_RSA_WITH_NULL_SHA"] })], {}, ""],
    ["not seen", on("weakSuites", unknown("tls: timeout")), {}, "undecided"],
  ],
  "command-injection": [
    ["thrown away", on("commandInjection", "safe"), {}, "pass"],
    ["carried out", on("commandInjection", "vulnerable"), {}, "fail"],
    ["not seen", on("commandInjection", unknown("421")), {}, "undecided"],
  ],
  "starttls-readvertised": [
    ["once", on("starttlsTwice", false), {}, "pass"],
    ["twice", on("starttlsTwice", true), {}, "fail"],
    ["not seen", on("starttlsTwice", unknown("tls: timeout")), {}, "undecided"],
  ],
  "vrfy-discloses": [
    ["silent", on("vrfy", "silent"), {}, "pass"],
    ["discloses", on("vrfy", "discloses"), {}, "fail"],
    ["not seen", on("vrfy", unknown("tls: timeout")), {}, "undecided"],
  ],
  "secure-renegotiation": [
    ["sound", on("tlsExtensions", extensions), {}, "pass"],
    ["without renegotiation_info", on("tlsExtensions", { ...extensions, secureRenegotiation: false }), {}, "fail"],
    ["with compression", on("tlsExtensions", { ...extensions, compression: true }), {}, "fail"],
    ["without EMS alone", on("tlsExtensions", { ...extensions, extendedMasterSecret: false }), {}, "pass"],
    ["not seen", on("tlsExtensions", unknown("alert 40")), {}, "undecided"],
  ],
  "announced-port-answers": [
    ["it answers", [...told(), ...sees("listening", true)], {}, "pass"],
    ["another protocol answers", [...told(), ...sees("listening", false)], {}, "fail"],
    ["it is closed", [...told(), ...sees("reachable", false), ...sees("listening", unknown("connect"))], {}, "fail"],
    ["it has no address", [...told(), ...sees("pathFailure", nameless)], {}, "fail"],
    ["it was not looked at", told(), {}, "undecided"],
    ["it could not be seen", [...told(), ...sees("listening", unknown("greeting: timeout"))], {}, "undecided"],
    ["denied, and it answers", [...told({ offered: false }), ...sees("listening", true)], {}, "fail"],
    ["denied, and nobody answers", [...told({ offered: false }), ...sees("reachable", false)], {}, ""],
    ["no answer of the DNS", on("srvRecords", unknown("192.0.2.53:53: no answer"), "example.com"), {}, "undecided"],
    ["no announcement", on("srvRecords", [], "example.com"), {}, ""],
  ],
  "announced-security": [
    ["STARTTLS and offered", [...told(), ...speaks(false, "offered")], {}, "pass"],
    ["STARTTLS and absent", [...told(), ...speaks(false, "absent")], {}, "fail"],
    ["STARTTLS on a wrapper port", [...told(), ...sees("implicitTls", true)], {}, "fail"],
    ["TLS on a wrapper port", [...told({ security: "tls" }), ...sees("implicitTls", true)], {}, "pass"],
    ["TLS on a port with STARTTLS", [...told({ security: "tls" }), ...speaks(false, "offered")], {}, "fail"],
    ["either, STARTTLS", [...told({ security: "either" }), ...speaks(false, "offered")], {}, "pass"],
    ["either, TLS", [...told({ security: "either" }), ...sees("implicitTls", true)], {}, "pass"],
    ["either, none", [...told({ security: "either" }), ...speaks(false, "absent")], {}, "fail"],
    ["either, not seen", [...told({ security: "either" }), ...sees("implicitTls", unknown("tls"))], {}, "undecided"],
    ["clear where TLS is required", [...told({ security: "none" }), ...sees("tlsGate", "mail")], {}, "fail"],
    ["clear where it is not", [...told({ security: "none" }), ...sees("tlsGate", "none")], {}, "fail"],
    ["clear, not seen", told({ security: "none" }), {}, "fail"],
    ["not seen", [...told(), ...sees("implicitTls", unknown("tls: timeout"))], {}, "undecided"],
    ["STARTTLS not seen", [...told(), ...speaks(false, unknown("ehlo"))], {}, "undecided"],
    ["denied", told({ offered: false }), {}, ""],
  ],
  "announced-authentication": [
    ["one of them", [...told({ mechanisms: ["PLAIN", "LOGIN"] }), ...sees("authMechanisms", ["LOGIN"])], {}, "pass"],
    ["in small letters", [...told({ mechanisms: ["PLAIN"] }), ...sees("authMechanisms", ["plain"])], {}, "pass"],
    ["none of them", [...told({ mechanisms: ["CRAM-MD5"] }), ...sees("authMechanisms", ["PLAIN"])], {}, "fail"],
    ["no AUTH at all", [...told({ mechanisms: ["PLAIN"] }), ...sees("authMechanisms", [])], {}, "fail"],
    ["nothing is said", [...told(), ...sees("authMechanisms", ["PLAIN"])], {}, ""],
    ["not seen", [...told({ mechanisms: ["PLAIN"] }), ...sees("authMechanisms", unknown("tls"))], {}, "undecided"],
  ],
  "announced-name": [
    ["signed, elsewhere", told({ vouched: true, domain: "other.example" }), {}, "pass"],
    ["unsigned, below the domain", told({ vouched: false, domain: "example.com" }), {}, "pass"],
    ["unsigned, the domain in the certificate", [...elsewhere(false), ...presents("other.example")], {}, "pass"],
    ["unsigned, elsewhere", [...elsewhere(false), ...presents("mail.example.com")], {}, "fail"],
    ["not below, but alike", [...told({ vouched: false, domain: "ample.com" }), ...presents("a.example")], {}, "fail"],
    ["no certificate was seen", elsewhere(false), {}, "undecided"],
    ["nobody validates", [...elsewhere(unknown("a validator")), ...presents("mail.example.com")], {}, "undecided"],
  ],
  "domain-bogus": [
    ["bogus", on("dnssec", "bogus", "example.com"), {}, "fail"],
    ["signed", on("dnssec", "secure", "example.com"), {}, "pass"],
    ["unsigned", on("dnssec", "insecure", "example.com"), {}, ""],
    ["nobody validates", on("dnssec", unknown("a validating resolver"), "example.com"), {}, "undecided"],
  ],
  "mx-resolves": [
    ["none", on("mx", [], "example.com"), {}, ""],
    ["one", on("mx", [exchange("mx.example.com", 2)], "example.com"), {}, "pass"],
    ["one without address", on("mx", [exchange("a", 1), exchange("b", 0)], "example.com"), {}, "fail"],
    ["null", on("mx", [exchange(".", 0)], "example.com"), {}, "pass"],
    ["null and another", on("mx", [exchange(".", 0), exchange("a", 1)], "example.com"), {}, "fail"],
    ["one that is open", on("mx", [exchange("a", unknown("SERVFAIL"))], "example.com"), {}, "undecided"],
    ["no answer", on("mx", unknown("192.0.2.53:53: no answer"), "example.com"), {}, "undecided"],
  ],
  "mta-sts-policy": [
    ["absent", sts({ mode: "absent" }), {}, ""],
    ["enforced", sts({ mode: "enforce", mx: ["mx.example.com"] }), {}, "pass"],
    ["being tested", sts({ mode: "testing", mx: ["mx.example.com"] }), {}, "pass"],
    ["an MX is missing", sts({ mode: "testing", mx: ["a"], uncovered: ["b"] }), {}, "fail"],
    ["broken", sts({ mode: "broken", problems: ["no policy"] }), {}, "fail"],
    ["no answer", on("mtaSts", unknown("192.0.2.53:53: no answer"), "example.com"), {}, "undecided"],
  ],
  "tls-rpt-record": [
    ["absent", on("tlsRpt", { destinations: [], problems: [] }, "example.com"), {}, ""],
    ["sound", on("tlsRpt", { destinations: ["mailto:a@b"], problems: [] }, "example.com"), {}, "pass"],
    ["broken", on("tlsRpt", { destinations: [], problems: ["no rua"] }, "example.com"), {}, "fail"],
    ["no answer", on("tlsRpt", unknown("192.0.2.53:53: no answer"), "example.com"), {}, "undecided"],
  ],
  "tlsa-matches": [
    ["one fits", on("tlsa", { records: 2, matches: true, dnssec: "secure" }), {}, "pass"],
    ["none fits", on("tlsa", { records: 2, matches: false, dnssec: "secure" }), {}, "fail"],
    ["none fits, unsigned", on("tlsa", { records: 1, matches: false, dnssec: "insecure" }), {}, "fail"],
    ["none is published", on("tlsa", { records: 0, matches: false, dnssec: "secure" }), {}, ""],
    ["none is published for an MX", on("tlsa", { records: 0, matches: false, dnssec: "secure" }, to25mx), {}, ""],
    ["none fits on an MX", on("tlsa", { records: 1, matches: false, dnssec: "secure" }, to25mx), {}, "fail"],
    ["no certificate was seen", on("tlsa", { records: 1, matches: unknown("tls"), dnssec: "secure" }), {}, "undecided"],
    ["no answer", on("tlsa", unknown("192.0.2.53:53: no answer")), {}, "undecided"],
    ["of a web server", on("tlsa", { records: 1, matches: false, dnssec: "secure" }, "mail:443"), {}, ""],
  ],
  "tlsa-signed": [
    ["signed", on("tlsa", { records: 1, matches: true, dnssec: "secure" }), {}, "pass"],
    ["not signed", on("tlsa", { records: 1, matches: true, dnssec: "insecure" }), {}, "fail"],
    ["bogus", on("tlsa", { records: 1, matches: true, dnssec: "bogus" }), {}, "fail"],
    ["a bogus no", on("tlsa", { records: 0, matches: false, dnssec: "bogus" }), {}, "fail"],
    ["an unsigned no", on("tlsa", { records: 0, matches: false, dnssec: "insecure" }), {}, ""],
    ["nobody validates", on("tlsa", { records: 1, matches: true, dnssec: unknown("a validator") }), {}, "undecided"],
    ["no answer", on("tlsa", unknown("192.0.2.53:53: no answer")), {}, "undecided"],
    ["of a web server", on("tlsa", { records: 1, matches: true, dnssec: "insecure" }, "mail:443"), {}, ""],
  ],
  "reverse-dns": [
    ["an MX with a name", on("ptr", [named(["mx.example.com"], true)], to25mx), {}, "pass"],
    ["an MX without a name", on("ptr", [named([], false)], to25mx), {}, "fail"],
    ["a name that leads elsewhere", on("ptr", [named(["a.example.com"], false)], to25mx), {}, "fail"],
    ["one address of two", on("ptr", [named(["a"], true), named([], false)], to25mx), {}, "fail"],
    ["no public address", on("ptr", [], to25mx), {}, ""],
    ["no answer", on("ptr", unknown("192.0.2.53:53: no answer"), to25mx), {}, "undecided"],
    ["never on a submission port", on("ptr", [named([], false)]), {}, ""],
  ],
  "caa-forbids": [
    ["no record", on("caa", { issuers: [] }), {}, ""],
    ["one authority", on("caa", { at: "example.com", issuers: ["ca.example.net"] }), {}, "pass"],
    ["nobody", on("caa", { at: "example.com", issuers: [] }), {}, "fail"],
    ["no answer", on("caa", unknown("192.0.2.53:53: no answer")), {}, "undecided"],
    ["of a web server", on("caa", { at: "example.com", issuers: [] }, "mail:443"), {}, ""],
  ],
  "test-message-accepted": [
    ["accepted", on("testMessage", { id: "<port587-1@example.com>", outcome: "accepted" }), {}, "pass"],
    ["refused", on("testMessage", { id: "<port587-1@example.com>", outcome: "refused" }), {}, "fail"],
    ["may have been delivered", on("testMessage", unknown("an answer to the message")), {}, "undecided"],
    ["none was sent", on("login", { mechanism: "PLAIN", outcome: "accepted" }), {}, ""],
  ],
  "received-line": [
    ["TLS and AUTH", received({}), {}, "pass"],
    ["the session's TLS version", received({ sameTls: true }), {}, "pass"],
    ["without TLS", received({ with: "ESMTPA", tls: false }), {}, "fail"],
    ["without AUTH", received({ with: "ESMTPS", authenticated: false }), {}, "fail"],
    ["of another TLS version", received({ sameTls: false }), {}, "fail"],
    ["of an unknown protocol", on("receivedLine", unknown("a protocol of RFC 3848")), {}, "undecided"],
  ],
  "login-accepted": [
    ["accepted", on("login", { mechanism: "PLAIN", outcome: "accepted" }), {}, "pass"],
    ["refused", on("login", { mechanism: "PLAIN", outcome: "refused" }), {}, "fail"],
    ["without proof", on("login", { mechanism: "SCRAM-SHA-256", outcome: "server not proven" }), {}, "fail"],
    ["not sent", on("login", unknown("credentials were not sent: the certificate is not trusted")), {}, "undecided"],
  ],
  "must-staple": [
    ["not asked, not given", on("ocspStaple", { staple: "absent", mustStaple: false }), {}, "pass"],
    ["asked and good", on("ocspStaple", { staple: "good", mustStaple: true }), {}, "pass"],
    ["asked and absent", on("ocspStaple", { staple: "absent", mustStaple: true }), {}, "fail"],
    ["asked and unreadable", on("ocspStaple", { staple: "unknown", mustStaple: true }), {}, "fail"],
    ["not asked and stale", on("ocspStaple", { staple: "stale", mustStaple: false }), {}, "fail"],
    ["not asked and revoked", on("ocspStaple", { staple: "revoked", mustStaple: false }), {}, "fail"],
    ["not seen", on("ocspStaple", unknown("tls: timeout")), {}, "undecided"],
  ],
  "banner-version": [
    ["no version", on("bannerVersion", false), {}, "pass"],
    ["a version", on("bannerVersion", true), {}, "fail"],
    ["not seen", on("bannerVersion", unknown("greeting: timeout")), {}, "undecided"],
  ],
  "certificate-strength": [
    ["RSA 2048 and SHA-256", on("certificate", certificate), {}, "pass"],
    ["RSA 1024", on("certificate", { ...certificate, key: { type: "rsa", bits: 1024 } }), {}, "fail"],
    ["RSA-PSS 1024", on("certificate", { ...certificate, key: { type: "rsa-pss", bits: 1024 } }), {}, "fail"],
    ["P-256", on("certificate", { ...certificate, key: { type: "ec", bits: 256 } }), {}, "pass"],
    ["P-192", on("certificate", { ...certificate, key: { type: "ec", bits: 192 } }), {}, "fail"],
    ["Ed25519", on("certificate", { ...certificate, key: { type: "ed25519", bits: 255 } }), {}, "pass"],
    ["SHA-1", on("certificate", { ...certificate, signature: "sha1WithRSAEncryption" }), {}, "fail"],
    ["ECDSA with SHA-1", on("certificate", { ...certificate, signature: "ecdsa-with-SHA1" }), {}, "fail"],
    ["MD5", on("certificate", { ...certificate, signature: "md5WithRSAEncryption" }), {}, "fail"],
    [
      "a key that cannot be read",
      on("certificate", { ...certificate, key: { type: "unknown", bits: 0 } }),
      {},
      "undecided",
    ],
    ["not seen", on("certificate", unknown("tls: timeout")), {}, "undecided"],
    ["of a web server", on("certificate", { ...certificate, key: { type: "rsa", bits: 1024 } }, "mail:443"), {}, ""],
  ],
  "certificate-valid": [
    ["valid", on("certificate", certificate), {}, "pass"],
    ["of another name", on("certificate", { ...certificate, names: ["www.example.com"] }), {}, "fail"],
    ["a wildcard for the label", on("certificate", { ...certificate, names: ["*.example.com"] }), {}, "pass"],
    ["a wildcard for two labels", on("certificate", { ...certificate, names: ["*.com"] }), {}, "fail"],
    ["a common name alone", on("certificate", { ...certificate, names: [] }), {}, "fail"],
    ["self-signed", on("certificate", { ...certificate, chain: "self-signed" }), {}, "fail"],
    ["expired", on("certificate", { ...certificate, notAfter: "2026-05-31T00:00:00Z" }), {}, "fail"],
    ["not yet valid", on("certificate", { ...certificate, notBefore: "2026-06-02T00:00:00Z" }), {}, "fail"],
    ["not seen", on("certificate", unknown("connection refused")), {}, "undecided"],
  ],
  "certificate-expiry": [
    ["in half a year", on("certificate", certificate), {}, "pass"],
    ["in a week", on("certificate", { ...certificate, notAfter: "2026-06-08T12:00:00Z" }), {}, "fail"],
    [
      "in a week, six days asked",
      on("certificate", { ...certificate, notAfter: "2026-06-08T12:00:00Z" }),
      { rules: { "certificate-expiry": { days: 6 } } },
      "pass",
    ],
    ["expired", on("certificate", { ...certificate, notAfter: "2026-05-08T12:00:00Z" }), {}, "fail"],
    ["not seen", on("certificate", unknown("connection refused")), {}, "undecided"],
  ],
  "implicit-tls": [
    ["TLS from the first byte", on("implicitTls", true, smtps), {}, "pass"],
    ["a greeting in clear", on("implicitTls", false, smtps), {}, "fail"],
    ["not decided", on("implicitTls", unknown("smtpd_tls_wrappermode"), smtps), {}, "undecided"],
    ["587 is another matter", on("implicitTls", false), {}, ""],
  ],
  "firewall-drift": [
    ["deployed as planned", [...filter(office), ...filter(office, "deployed")], {}, "pass"],
    ["deployed wider than planned", [...filter(office), ...filter(anyone, "deployed")], {}, "fail"],
    ["deployed narrower than planned", [...filter(anyone), ...filter(office, "deployed")], {}, "fail"],
    ["wider and narrower", [...filter(office), ...filter(inside, "deployed")], {}, "fail fail"],
    [
      "planned source unknown",
      [filtering(unknown("urn#cidr")), filtering(true, { origin: "deployed" })],
      {},
      "undecided",
    ],
    [
      "one filter as planned, another one not",
      [
        ...[...filter(office), ...filter(office, "deployed")],
        ...[...filter(anyone, "planned", "network ACL"), ...filter(office, "deployed", "network ACL")],
      ],
      {},
      "fail",
    ],
    [
      "two filters that let in the same together, each drifted",
      [
        ...[...filter(office), ...filter(anyone, "deployed")],
        ...[...filter(anyone, "planned", "network ACL"), ...filter(office, "deployed", "network ACL")],
      ],
      {},
      "fail fail",
    ],
    [
      "a filter that the plan does not show",
      [...filter(office), ...filter(office, "deployed"), ...filter(AddressSet.empty, "deployed", "route")],
      {},
      "pass",
    ],
    [
      "answers lost that the plan lets through",
      [filtering(true, {}, "network ACL"), filtering(true, { origin: "deployed" }, "network ACL", "1024-49151")],
      {},
      "fail",
    ],
    [
      "the same answers lost",
      [
        filtering(true, {}, "network ACL", "1024-49151"),
        filtering(true, { origin: "deployed" }, "network ACL", "1024-49151"),
      ],
      {},
      "pass",
    ],
    ["nothing deployed was read", filter(office), {}, ""],
  ],
};

describe.each(rules.map((rule) => [rule.id, rule] as const))("%s", (id, rule) => {
  const cases = tables[id] ?? [];

  it.each(cases)("%s", (_, facts, declared, statuses) => {
    const outcomes = judge([rule], facts, { ...nothingDeclared, ...declared }, now).flatMap((each) => each.outcomes);
    expect(outcomes.map((each) => each.status).join(" ")).toBe(statuses);
    for (const { status, missing, message, evidence } of outcomes) {
      expect(message).not.toBe("");
      expect(evidence.length).toBeGreaterThan(0);
      expect(missing.length > 0).toBe(status === "undecided");
    }
  });

  it.each(cases)("%s: nothing without the facts that it is about", (_, facts, declared) => {
    const everything = { ...rule, about: [...new Set(facts.map(({ name }) => name))] };
    const others = facts.filter(({ name }) => !rule.about.includes(name));
    expect(judge([everything], others, { ...nothingDeclared, ...declared }, now)).toEqual([]);
  });

  it("has a passing, a failing and an undecided case", () => {
    const statuses = new Set(cases.flatMap(([, , , expected]) => expected.split(" ")));
    expect([...statuses]).toEqual(expect.arrayContaining(["pass", "fail", "undecided"]));
  });

  it("is described in full", () => {
    expect(rule.title).toMatch(/^[A-Z].*[^.]$/);
    expect(rule.why).toMatch(/\.$/);
    expect(rule.remedy).toMatch(/\.$/);
    expect(rule.standards.length).toBeGreaterThan(0);
    for (const { source, section, asks } of rule.standards) {
      expect(source).toMatch(/\d/);
      expect(section).not.toBe("");
      expect(asks).toMatch(/\.$/);
    }
  });
});

it("keeps its rule ids for ever", () => {
  expect(rules.map((rule) => rule.id)).toEqual(Object.keys(tables).sort());
});

it("turns a rule that throws into a finding", () => {
  const broken = {
    ...rules[0],
    id: "broken",
    about: ["tlsGate"],
    evaluate: () => {
      throw new Error("boom");
    },
  } as unknown as (typeof rules)[number];
  const [judgement] = judge([broken], on("tlsGate", "mail"), nothingDeclared, now);
  expect(judgement?.outcomes[0]).toMatchObject({ status: "fail", message: expect.stringContaining("boom") });
});

it("does not ask a rule that is switched off", () => {
  expect(judge(rules, on("tlsGate", "none"), { ...nothingDeclared, rules: { "tls-required": false } }, now)).toEqual(
    [],
  );
});
