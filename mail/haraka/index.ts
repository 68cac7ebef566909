import type { Fact } from "../../model/fact.js";
import type { MailDefinition } from "../../model/mail.js";
import type { Subjects } from "../../model/subjects.js";
import { type Claim, sideBySide } from "../claims.js";
import { listeningClaims } from "../listening.js";
import { allUnknown, declaredPorts, portFacts, stoppedPorts, undecidedPorts, withUnserved } from "../port-facts.js";
import { isSince } from "../releases.js";
import { dialogueClaims } from "./dialogue.js";
import { HarakaFiles, NotAtHand } from "./files.js";
import type { Haraka } from "./haraka.js";
import { type Listener, listenersOf, Stops } from "./listeners.js";
import { pluginsOf } from "./plugins.js";
import { tlsOf } from "./tls.js";

/** The facts of every port that a Haraka configuration serves, per client class, as Haraka 3.1 and later read it. */
export function harakaFacts(definition: MailDefinition, subjects: Subjects): Fact[] {
  const files = new HarakaFiles(definition);
  const at = files.at("smtp.ini");
  const nowhere = { kind: "code", at, says: "smtp.ini names no such port" } as const;
  const name = files.has("me") ? files.list("me")[0]?.text : undefined;
  const declared = declaredPorts(definition, subjects);
  const claims = withUnserved(portsOf(definition, files, declared), declared, nowhere);
  return portFacts(definition, subjects, claims, name);
}

function portsOf(definition: MailDefinition, files: HarakaFiles, declared: readonly number[]): Map<number, Claim[]> {
  const at = files.at("smtp.ini");
  try {
    if (["smtp.json", "smtp.yaml"].some((name) => files.has(name)))
      throw new NotAtHand(["smtp.json or smtp.yaml, which may replace other files"]);
    if (!files.has("smtp.ini"))
      throw new NotAtHand(definition.missing.length > 0 ? definition.missing : ["config/smtp.ini"]);
    const listeners = listenersOf(files);
    const ports = [...new Set(listeners.map((each) => each.port))];
    const haraka = started(files, listeners);
    if (haraka instanceof Stops) return stoppedPorts([...ports, ...declared], haraka.evidence);
    const on = (port: number) => listeners.filter((each) => each.port === port).map((each) => claimsOf(each, haraka));
    return new Map(ports.map((port) => [port, on(port).reduce(sideBySide)]));
  } catch (error) {
    if (error instanceof Stops) return stoppedPorts(declared, error.evidence);
    if (!(error instanceof NotAtHand)) throw error;
    return undecidedPorts(declared, error.missing, { kind: "code", at, says: "smtp.ini names the ports" });
  }
}

/** Everything but the sockets, or why nobody is served, or what is missing to tell. */
function started(files: HarakaFiles, listeners: readonly Listener[]): Haraka | Stops | NotAtHand {
  try {
    const lacking = lacksTexts(files);
    if (lacking) return new NotAtHand([lacking]);
    const plugins = pluginsOf(files);
    return { files, plugins, tls: tlsOf(files, plugins, listeners) };
  } catch (error) {
    if (error instanceof Stops || error instanceof NotAtHand) return error;
    throw error;
  }
}

function claimsOf(listener: Listener, haraka: Haraka | NotAtHand): Claim[] {
  const { clients, claims } = listeningClaims([listener]);
  try {
    if (haraka instanceof NotAtHand) throw haraka;
    return [...claims, ...dialogueClaims(haraka, listener, clients)];
  } catch (error) {
    if (!(error instanceof NotAtHand)) throw error;
    return [...claims, ...allUnknown(clients, error.missing, [listener.evidence])];
  }
}

/**
 * Releases from 3.1 end with the first client where connection.ini lacks these sections; earlier ones have no such file.
 * @throws Stops where the declared release ends before it serves anyone.
 */
function lacksTexts(files: HarakaFiles): string | undefined {
  const ini = files.ini("connection.ini");
  const lacking = ["message", "max", "uuid"].filter((section) => !ini.has(section));
  if (lacking.length > 0) return `connection.ini with the sections ${lacking.join(", ")}, or the Haraka version`;
  if (ini.setting("haproxy", "hosts")) return undefined;
  const asks = isSince(files.version, "3.3.1");
  const says = "connection.ini has no hosts[] in [haproxy]: Haraka before 3.3.1 does not start";
  if (asks === false) throw new Stops({ kind: "code", at: files.at("connection.ini"), says });
  return asks ? undefined : `the Haraka version (${says})`;
}
