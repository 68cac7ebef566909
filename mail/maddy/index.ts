import type { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import type { Fact, FactValues } from "../../model/fact.js";
import type { MailDefinition } from "../../model/mail.js";
import { any, type Maybe, mapKnown, not, unknown } from "../../model/maybe.js";
import type { Subjects } from "../../model/subjects.js";
import { type Claim, claim, sideBySide } from "../claims.js";
import { collide, listeningClaims, type Socket } from "../listening.js";
import { allUnknown, declaredPorts, portFacts, stoppedPorts, undecidedPorts, withUnserved } from "../port-facts.js";
import { isSince } from "../releases.js";
import { checkDirectives, isModule, namesOf } from "./directives.js";
import { type Node, NotAtHand, readMaddyConf, Stops } from "./nodes.js";
import { foreignMail, type Way } from "./pipeline.js";
import { boolean, environment, last, type Tls, tlsOf } from "./settings.js";

interface Listener extends Socket {
  readonly implicitTls: boolean;
  readonly endpoint: Endpoint;
}

/** One `smtp` or `submission` block, its settings read. */
interface Endpoint {
  readonly node: Node;
  readonly tls: Tls;
  readonly mechanisms: Maybe<readonly string[]>;
  readonly insecureAuth: Maybe<boolean>;
  /** AUTH in clear without an auth directive. */
  readonly unasked: Maybe<FactValues["authBeforeTls"]>;
  readonly way: Way | undefined;
  readonly proxy: Node | undefined;
  /** `defer_sender_reject`: what is refused for the sender is refused at RCPT. */
  readonly defers: Maybe<boolean>;
  /** What ends a message. */
  readonly bareNewline: Maybe<FactValues["bareNewline"]>;
}

/** The facts of every port that a maddy configuration serves, as maddy 0.5 to 0.9 read it. */
export function maddyFacts(definition: MailDefinition, subjects: Subjects): Fact[] {
  const at = definition.files["maddy.conf"]?.at ?? definition.id;
  const nowhere = { kind: "code", at, says: "no endpoint of maddy.conf has this port" } as const;
  const declared = declaredPorts(definition, subjects);
  try {
    const globals = readMaddyConf(definition, "maddy.conf");
    const name = last(globals, "hostname")?.args[0];
    const host = name !== undefined && environment([name]).length === 0 ? name : undefined;
    const claims = claimsByPort(globals, declared, definition);
    return portFacts(definition, subjects, withUnserved(claims, declared, nowhere), host);
  } catch (error) {
    if (error instanceof Stops)
      return portFacts(definition, subjects, stoppedPorts(declared, stopped(error)), undefined);
    if (!(error instanceof NotAtHand)) throw error;
    const says = "what maddy does depends on files that are not at hand";
    const claims = undecidedPorts(declared, error.missing, { kind: "code", at, says });
    return portFacts(definition, subjects, claims, undefined);
  }
}

function stopped({ at, reason }: Stops): Evidence {
  return { kind: "code", at, says: `maddy does not start: ${reason}` };
}

function claimsByPort(
  globals: readonly Node[],
  declared: readonly number[],
  definition: MailDefinition,
): Map<number, Claim[]> {
  const nodes = globals.filter(({ name }) => name === "smtp" || name === "submission");
  checkDirectives(globals, definition.version);
  refuseUnused(globals);
  const open = nodes.flatMap((node) => environment(node.args));
  if (open.length > 0) {
    const says = "the environment decides where this endpoint listens";
    return undecidedPorts(declared, open, {
      kind: "code",
      at: nodes.find((n) => environment(n.args).length > 0)?.at ?? "",
      says,
    });
  }
  const listeners = nodes.flatMap((node) => listenersOf(node, globals, definition));
  const pair = listeners.find((each, index) => listeners.slice(index + 1).some((other) => collide(each, other)));
  const ports = [...new Set(listeners.map((each) => each.port))];
  if (pair) {
    const says = `maddy does not start: two endpoints want port ${pair.port}`;
    return stoppedPorts([...ports, ...declared], { kind: "code", at: pair.evidence.at, says });
  }
  const on = (port: number) => listeners.filter((each) => each.port === port).map(claimsOf);
  return new Map(ports.map((port) => [port, on(port).reduce(sideBySide)]));
}

/** maddy ends where a named block is used by nobody. @throws Stops */
function refuseUnused(globals: readonly Node[]): void {
  const used = new Set<string>();
  const collect = (each: Node) => {
    for (const arg of each.args) if (arg.startsWith("&")) used.add(arg.slice(1));
    each.children?.forEach(collect);
  };
  globals.forEach(collect);
  const unused = globals.filter(isModule).find((each) => !namesOf(each).some((name) => used.has(name)));
  if (unused) throw new Stops(unused.at, "this block is used by no other");
}

function listenersOf(node: Node, globals: readonly Node[], definition: MailDefinition): Listener[] {
  const endpoint = endpointOf(node, globals, definition);
  return node.args.flatMap((address): Listener[] => {
    if (address.startsWith("unix:")) return [];
    const [, scheme, bracketed, plain, port] =
      /^(tcp|tls):\/\/(?:\[([\da-fA-F:.]*)\]|([^:[\]/]*)):(\d{1,5})\/?$/.exec(address) ?? [];
    if (scheme === undefined || Number(port) > 65535)
      throw new Stops(node.at, "an address is no tcp://host:port or tls://host:port");
    if (scheme === "tls" && endpoint.tls.on === false)
      throw new Stops(node.at, "an address of tls:// needs a tls directive that is not off");
    const host = bracketed ?? plain ?? "";
    const evidence = { kind: "code", at: node.at, says: `the endpoint ${node.name} listens here` } as const;
    // Go takes every address of both families for 0.0.0.0.
    const socket = { host: host === "" || host === "0.0.0.0" ? "::" : host, port: Number(port), evidence };
    return [{ ...socket, implicitTls: scheme === "tls", endpoint }];
  });
}

function endpointOf(node: Node, globals: readonly Node[], { version, files }: MailDefinition): Endpoint {
  const nodes = node.children ?? [];
  // An earlier release does not start with sasl_login.
  const since08 = last(nodes, "sasl_login") ? true : isSince(version, "0.8");
  const tls = tlsOf(node, globals, since08);
  const submission = node.name === "submission";
  if (!last(globals, "hostname") && !last(nodes, "hostname")) throw new Stops(node.at, "the endpoint has no hostname");
  const auth = nodes.some((each) => each.name === "auth");
  if (submission && !auth) throw new Stops(node.at, "a submission endpoint needs an auth directive");
  const login =
    since08 === undefined ? unknown("the maddy version") : since08 ? boolean(nodes, "sasl_login", false) : true;
  const way = foreignMail(node, { globals, files });
  return {
    node,
    tls,
    mechanisms: auth ? mapKnown(login, (on) => (on ? ["LOGIN", "PLAIN"] : ["PLAIN"])) : [],
    insecureAuth: any(boolean(nodes, "insecure_auth", false), not(tls.on)),
    // Since 0.8 PLAIN is not offered, yet taken: the password has crossed before maddy finds nobody to ask.
    unasked: since08 === undefined ? unknown("the maddy version") : { offered: [], accepted: since08 ? ["PLAIN"] : [] },
    way: submission ? undefined : way,
    proxy: last(nodes, "proxy_protocol"),
    defers: boolean(nodes, "defer_sender_reject", true),
    bareNewline: bareNewline(since08 || isSince(version, "0.7.1")),
  };
}

function claimsOf(listener: Listener): Claim[] {
  const { endpoint, implicitTls, evidence } = listener;
  const { clients, claims } = listeningClaims([listener]);
  if (endpoint.proxy) {
    const at = { kind: "code", at: endpoint.proxy.at, says: "proxy_protocol expects a proxy in front" } as const;
    return [...claims, ...allUnknown(clients, ["the proxy in front (proxy_protocol)"], [at])];
  }
  return [
    ...claims,
    claim("implicitTls", clients, implicitTls, [evidence]),
    ...tlsClaims(listener, clients),
    ...authClaims(listener, clients),
    ...gateClaims(endpoint, clients),
    ...defences(endpoint, clients),
  ];
}

/** The library that reads messages: maddy 0.7.1 brought the release of go-smtp in which bare newlines end none. */
function bareNewline(isMended: boolean | undefined): Endpoint["bareNewline"] {
  return isMended === undefined ? unknown("the maddy version") : isMended ? "normalized" : "accepted";
}

/** No directive changes them. */
function defences({ node: { at }, bareNewline: newline }: Endpoint, from: AddressSet): Claim[] {
  const says = (what: string) => [{ kind: "default", at, says: what } as const];
  return [
    claim("vrfy", from, "silent", says("maddy answers VRFY with 252")),
    claim("earlyPipelining", from, "accepted", says("maddy reads commands that come before their turn")),
    claim("bareNewline", from, newline, says("since 0.7.1 a dot between bare newlines does not end a message")),
  ];
}

function tlsClaims({ endpoint: { tls, node }, implicitTls }: Listener, from: AddressSet): Claim[] {
  const evidence = { kind: "code", at: tls.at, says: "tls decides whether and how the endpoint speaks TLS" } as const;
  const none = {
    kind: "default",
    at: node.at,
    says: "maddy has no setting that refuses mail in clear for want of TLS",
  } as const;
  return [
    claim("starttlsOffered", from, implicitTls ? "absent" : mapKnown(tls.on, (on) => (on ? "offered" : "absent")), [
      evidence,
    ]),
    claim("tlsGate", from, implicitTls ? "connect" : "none", [implicitTls ? evidence : none]),
    claim("tlsVersions", from, tls.versions, [evidence]),
    ...(tls.certificate ? [claim("certificateFile", from, tls.certificate, [evidence])] : []),
  ];
}

function authClaims({ endpoint, implicitTls }: Listener, from: AddressSet): Claim[] {
  const { node, tls, mechanisms, insecureAuth, unasked } = endpoint;
  const nothing = { offered: [], accepted: [] };
  const inClear = mapKnown<boolean, Maybe<FactValues["authBeforeTls"]>>(insecureAuth, (on) =>
    on ? mapKnown(mechanisms, (all) => (all.length > 0 ? { offered: all, accepted: all } : unasked)) : nothing,
  );
  const at = last(node.children ?? [], "insecure_auth")?.at ?? tls.at;
  const says = "AUTH in clear is taken where insecure_auth says so or tls is off";
  const auth = {
    kind: "code",
    at: last(node.children ?? [], "auth")?.at ?? node.at,
    says: "auth makes AUTH offered",
  } as const;
  return [
    claim("authBeforeTls", from, implicitTls ? nothing : inClear, [{ kind: "code", at, says }]),
    ...(tls.on === false ? [] : [claim("authMechanisms", from, mechanisms, [auth])]),
  ];
}

function gateClaims({ node, way, defers }: Endpoint, from: AddressSet): Claim[] {
  if (!way) {
    const evidence = { kind: "code", at: node.at, says: "a submission endpoint asks for AUTH at MAIL" } as const;
    return [claim("authGate", from, "mail", [evidence]), claim("relay", from, "closed", [evidence])];
  }
  const evidence = {
    kind: "code",
    at: way.at,
    says: "this directive decides what becomes of mail for other domains",
  } as const;
  const early = "whether the sender is refused at MAIL (defer_sender_reject)";
  const gate = mapKnown(way.taken, (taken) => (taken ? "none" : defers === true ? "rcpt" : unknown(early)));
  return [
    claim("authGate", from, gate, [evidence]),
    claim(
      "relay",
      from,
      mapKnown(way.taken, (taken) => (taken ? "open" : "closed")),
      [evidence],
    ),
  ];
}
