import type { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import type { Fact } from "../../model/fact.js";
import type { MailDefinition } from "../../model/mail.js";
import { isUnknown, type Maybe } from "../../model/maybe.js";
import type { Subjects } from "../../model/subjects.js";
import { type Claim, claim, sideBySide } from "../claims.js";
import { listeningClaims } from "../listening.js";
import { allUnknown, declaredPorts, portFacts, undecidedPorts, withUnserved } from "../port-facts.js";
import { olderSetting } from "./defaults.js";
import { planOf } from "./plan.js";
import { sessionClaims } from "./session.js";
import { type SettingsSource, settingsOf } from "./settings.js";
import { type Tls, tlsOf } from "./tls.js";

/**
 * The facts of every port that Stalwart serves SMTP on, as config.toml (0.7 to 0.15) or a plan (0.16) says; what its database
 * may say instead is unknown.
 * @throws InputError with `file:line` for a file that is no TOML, or a line that is no operation of a plan.
 */
export function stalwartFacts(definition: MailDefinition, subjects: Subjects): Fact[] {
  const plan = definition.files["config.toml"] ? undefined : planOf(definition);
  const settings = plan ?? settingsOf(definition);
  const declared = declaredPorts(definition, subjects);
  if (!settings) {
    const claims = undecidedPorts(declared, definition.missing, code(definition.id, "config.toml is not at hand"));
    return portFacts(definition, subjects, claims, undefined);
  }
  const claims = new Map<number, readonly Claim[]>();
  const unread: string[] = [...(plan?.open ?? [])];
  for (const name of settings.below("server.listener")) {
    for (const [port, said] of listenerClaims(settings, name, unread))
      claims.set(port, sideBySide(claims.get(port) ?? [], said));
  }
  // Where a listener is bound to what the environment says, or the database has others, it may be any port that is not named.
  if (unread.length > 0) {
    const anywhere = undecidedPorts(
      declared,
      unread,
      code(settings.at, "a listener is bound to what is not written here"),
    );
    for (const [port, said] of anywhere) if (!claims.has(port)) claims.set(port, said);
  }
  const nowhere = code(settings.at, "no listener of config.toml has this port");
  const host = settings.get("server.hostname");
  const isPlain = typeof host === "string" && !host.includes("%{");
  return portFacts(definition, subjects, withUnserved(claims, declared, nowhere), isPlain ? host : undefined);
}

const mailPorts: ReadonlySet<number> = new Set([25, 465, 587, 2525]);

/** @param unread takes the setting where no address with a port can be read. */
function listenerClaims(settings: SettingsSource, name: string, unread: string[]): [number, Claim[]][] {
  const key = `server.listener.${name}`;
  const protocol = settings.get(`${key}.protocol`);
  const evidence = code(settings.place(`${key}.bind`), `the listener ${name} is bound here`);
  const older = settings.version === undefined ? olderSetting(settings) : undefined;
  return [settings.get(`${key}.bind`) ?? []].flat().flatMap((bind): [number, Claim[]][] => {
    const [, six, four, port] = /^(?:\[([\da-fA-F:.]+)\]|([\d.]+)):(\d{1,5})$/.exec(String(bind)) ?? [];
    const number = Number(port);
    if (port === undefined || number < 1 || number > 65535) {
      unread.push(`${key}.bind`);
      return [];
    }
    const isOther = protocol !== undefined && protocol !== "smtp";
    // Whatever speaks IMAP or HTTP elsewhere is no matter of mail's ports.
    if (isOther && !mailPorts.has(number)) return [];
    const { clients, claims } = listeningClaims([{ host: six ?? four ?? "", port: number, evidence }]);
    const other = isOther ? `a listener that speaks SMTP (${name} speaks ${String(protocol).slice(0, 20)})` : undefined;
    const lacks =
      other ?? (protocol === undefined ? `${key}.protocol` : older && `the Stalwart version: ${older} is of 0.6`);
    if (lacks !== undefined) return [[number, [...claims, ...allUnknown(clients, [lacks], [evidence])]]];
    const tls = tlsOf(settings, name);
    const session = { listener: name, port: number, isTls: false };
    return [[number, [...claims, ...tlsClaims(tls, clients), ...sessionClaims(settings, session, tls, clients)]]];
  });
}

function tlsClaims(tls: Tls, from: AddressSet): Claim[] {
  const evidence = [code(tls.at, "tls.implicit decides how TLS begins, tls.enable whether there is any")];
  return [
    claim("implicitTls", from, tls.implicit, evidence),
    claim("starttlsOffered", from, starttls(tls), evidence),
    ...(tls.isThere === false ? [] : [claim("tlsVersions", from, tls.versions, evidence)]),
  ];
}

function starttls({ implicit, isThere }: Tls): Maybe<"offered" | "absent"> {
  if (implicit === true || isThere === false) return "absent";
  if (isUnknown(implicit)) return implicit;
  return isUnknown(isThere) ? isThere : "offered";
}

function code(at: string, says: string): Evidence {
  return { kind: "code", at, says };
}
