import { posix } from "node:path";
import { InputError } from "../../model/errors.js";
import type { Fact } from "../../model/fact.js";
import type { MailDefinition } from "../../model/mail.js";
import { unknown } from "../../model/maybe.js";
import type { Subjects } from "../../model/subjects.js";
import { type Claim, claim, merged } from "../claims.js";
import {
  declaredPorts,
  type PortClaims,
  portFacts,
  stoppedPorts,
  undecidedPorts,
  withUnserved,
} from "../port-facts.js";
import { type Config, configOf } from "./config.js";
import { debianConfiguration } from "./debian.js";
import { dialogueClaims } from "./dialogue.js";
import { hygieneClaims } from "./hygiene.js";
import { fileAt, Reader } from "./lines.js";
import { type Listener, listenersOf } from "./listeners.js";
import { type PhysicalLine, physicalLines } from "./physical.js";
import { Refused, Undecided } from "./stops.js";

/** Where Debian and upstream keep the files; absolute includes below one of them are looked for in the definition. */
const homes = ["/etc/exim4", "/etc/exim"];

const whole = ["exim4.conf", "exim.conf", "configure"];

/**
 * The facts of every SMTP port that an Exim configuration serves, per client class: a whole file, or the parts from which
 * Debian's update-exim4.conf builds one. A port that is declared for this configuration and not served is not listening.
 */
export function eximFacts(definition: MailDefinition, subjects: Subjects): Fact[] {
  const { claims, host } = read(definition, declaredPorts(definition, subjects));
  return portFacts(definition, subjects, claims, host);
}

interface Reading {
  readonly claims: PortClaims;
  /** `primary_hostname`, where it is written out. */
  readonly host?: string | undefined;
}

function read(definition: MailDefinition, declared: readonly number[]): Reading {
  try {
    if (definition.missing.length > 0) throw new Undecided(...definition.missing);
    const { files } = definition;
    const name = whole.find((each) => files[each] !== undefined);
    const file = name === undefined ? undefined : files[name];
    const lines: PhysicalLine[] = file ? physicalLines(file.text, file.at) : debianConfiguration(files);
    const directory = name === undefined ? "/var/lib/exim4" : posix.join(homes[0] as string, posix.dirname(name));
    const table = (path: string) => fileAt(path, files, homes);
    const config = configOf(new Reader(files, homes).logicalLines(lines, directory), versionOf(definition), table);
    return { claims: served(config, definition, declared), host: hostOf(config) };
  } catch (error) {
    if (error instanceof Refused) return { claims: stoppedPorts(declared, error.evidence) };
    if (!(error instanceof Undecided)) throw error;
    const says = "the files at hand do not decide where Exim listens";
    return { claims: undecidedPorts(declared, error.missing, { kind: "code", at: definition.id, says }) };
  }
}

/** @throws InputError for a text that is no release of Exim 4. */
function versionOf({ version, id }: MailDefinition): string | undefined {
  if (version === undefined || /^4\.\d{2,3}(\.\d+)*$/.test(version)) return version;
  throw new InputError(id, "the version is no release of Exim 4", "Declare it as 4.96, or leave it out.");
}

function hostOf({ options }: Config): string | undefined {
  const name = options.get("primary_hostname")?.value;
  return name === undefined || name === "" || name.includes("$") ? undefined : name;
}

function served(config: Config, definition: MailDefinition, declared: readonly number[]): PortClaims {
  const claims = new Map(listenersOf(config).map((each) => [each.port, listenerClaims(config, each)] as const));
  const nowhere = { kind: "code", at: definition.id, says: "daemon_smtp_ports does not name this port" } as const;
  return withUnserved(claims, declared, nowhere);
}

function listenerClaims(config: Config, listener: Listener): Claim[] {
  const { clients, evidence, doubt } = listener;
  return merged([
    claim("listening", clients, doubt.length > 0 ? unknown(...doubt) : true, evidence),
    claim("listening", clients.complement(), false, evidence),
    ...dialogueClaims(config, listener),
    ...hygieneClaims(config, listener),
  ]);
}
