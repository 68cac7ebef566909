import type { Evidence } from "../../model/evidence.js";
import type { Fact } from "../../model/fact.js";
import type { MailDefinition } from "../../model/mail.js";
import { unknown } from "../../model/maybe.js";
import { onceForEach } from "../../model/once.js";
import type { Subjects } from "../../model/subjects.js";
import { type Claim, claim, sideBySide } from "../claims.js";
import { collide, listeningClaims } from "../listening.js";
import { allUnknown, declaredPorts, type PortClaims, portFacts, undecidedPorts, withUnserved } from "../port-facts.js";
import { readCf } from "./cf.js";
import { clientsOf } from "./clients.js";
import type { Configuration } from "./configuration.js";
import { type Daemon, daemonsOf } from "./daemon.js";
import { dialogueClaims } from "./dialogue.js";
import { readMc } from "./mc.js";

/**
 * The facts of every port that Sendmail's daemon opens, per client class of the access map and of class R. `sendmail.cf`
 * decides; without it the macros of `sendmail.mc` are read. A port that is declared for it and that no DaemonPortOptions
 * names is stated as not listening.
 * @throws InputError with `file:line` for what Sendmail does not start with.
 */
export function sendmailFacts(definition: MailDefinition, subjects: Subjects): Fact[] {
  const declared = declaredPorts(definition, subjects);
  return portFacts(definition, subjects, portClaims(definition, declared), undefined);
}

function portClaims(definition: MailDefinition, declared: readonly number[]): PortClaims {
  const configuration = configurationOf(definition);
  const whole = configuration?.doubtsOf("all") ?? ["sendmail.cf"];
  if (!configuration || whole.length > 0) {
    const at = configuration?.doubts.find(({ kind }) => kind === "all")?.at ?? definition.id;
    return undecidedPorts(declared, whole, { kind: "code", at, says: "what is not at hand may decide anything" });
  }
  const daemons = daemonsOf(configuration);
  const clients = clientsOf(configuration);
  const claims = new Map<number, readonly Claim[]>();
  for (const daemon of daemons) {
    const { port } = daemon.socket;
    claims.set(port, sideBySide(claims.get(port) ?? [], daemonClaims(daemon, daemons, clients, configuration)));
  }
  return withUnserved(claims, declared, {
    kind: "code",
    at: configuration.at,
    says: "no DaemonPortOptions names this port",
  });
}

/**
 * What decides: `sendmail.cf`, or else the macros of `sendmail.mc`; undefined where neither is there. Read once: facts and
 * notices are told of the same.
 * @throws InputError with `file:line` for what Sendmail does not start with.
 */
export const configurationOf = onceForEach((definition: MailDefinition): Configuration | undefined => {
  const { "sendmail.cf": cf, "sendmail.mc": mc } = definition.files;
  if (cf) return readCf(definition, cf, mc ? `; m4 makes this file of ${mc.at}` : "");
  return mc && readMc(definition, mc);
});

function daemonClaims(
  daemon: Daemon,
  daemons: readonly Daemon[],
  clients: ReturnType<typeof clientsOf>,
  configuration: Configuration,
): Claim[] {
  const { clients: reached, claims } = listeningClaims([daemon.socket]);
  const taken = daemons.some((other) => other !== daemon && collide(other.socket, daemon.socket));
  const missing = [
    ...configuration.definition.missing,
    ...(taken ? ["which of two sockets of one address is bound"] : []),
  ];
  const listening = missing.length === 0 ? claims : claims.map((each) => doubted(each, missing));
  const evidence: Evidence = { kind: "code", at: daemon.at, says: "the access map decides for its clients" };
  if ("missing" in clients)
    return [
      ...listening,
      claim("implicitTls", reached, daemon.modifiers.has("s"), [evidence]),
      ...allUnknown(reached, [clients.missing], [evidence]).filter(({ name }) => name !== "implicitTls"),
    ];
  return [
    ...listening,
    ...clients.classes.flatMap((client) => {
      const from = client.from.intersect(reached);
      return from.isEmpty ? [] : dialogueClaims(configuration, clients, daemon, { ...client, from });
    }),
  ];
}

function doubted(each: Claim, missing: readonly string[]): Claim {
  if (each.name !== "listening" || each.value !== true) return each;
  return claim("listening", each.from, unknown(...missing), each.evidence);
}
