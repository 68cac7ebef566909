import type { Evidence } from "../../model/evidence.js";
import type { MailDefinition } from "../../model/mail.js";
import { isUnknown } from "../../model/maybe.js";
import { readConfiguration } from "./configuration.js";
import { mechanisms as known } from "./defaults.js";
import { authTrouble } from "./mechanisms.js";
import { Stops, Undecided } from "./syntax.js";
import { View } from "./view.js";

/** What Dovecot's auth process offers other servers that check logins with it. */
export interface SaslProvider {
  /** Where it listens for them, by whole path. */
  readonly sockets: readonly string[];
  /** In the order of the setting, with ANONYMOUS. */
  readonly mechanisms: readonly string[];
  readonly evidence: Evidence;
}

/**
 * Dovecot as the SASL provider of another server; undefined where the files do not decide it, or its auth process ends.
 * @throws InputError with `file:line` for text that Dovecot refuses to read.
 */
export function saslProvider(definition: MailDefinition): SaslProvider | undefined {
  if (definition.missing.length > 0 || definition.changedBy) return undefined;
  try {
    const configuration = readConfiguration(definition);
    const view = new View(configuration);
    const words = view.words("auth_mechanisms");
    if (isUnknown(words) || authTrouble(view)) return undefined;
    const section = "service/auth/unix_listener";
    const sockets = [...(configuration.sections.get(section) ?? [])].filter((path) => isOpen(view, section, path));
    const mechanisms = [...new Set(words.map((each) => each.toUpperCase()))];
    return { sockets, mechanisms, evidence: view.evidence("auth_mechanisms", "auth_mechanisms of Dovecot names them") };
  } catch (error) {
    if (error instanceof Stops || error instanceof Undecided) return undefined;
    throw error;
  }
}

/** A socket of mode 0 is not opened. */
function isOpen(view: View, section: string, path: string): boolean {
  const mode = ["mode", "unix_listener_mode"].map((name) => view.setting(`${section}/${path}/${name}`)?.value);
  return path.startsWith("/") && !mode.some((each) => each !== undefined && (isUnknown(each) || /^0+$/.test(each)));
}

/** The mechanisms that a security option of Cyrus SASL's vocabulary takes away; undefined for an option that is not known. */
export function takenAwayBy(option: string): ((mechanism: string) => boolean) | undefined {
  switch (option) {
    case "noplaintext":
      return (name) => known.get(name) === "plaintext";
    case "noanonymous":
      return (name) => known.get(name) === "anonymous";
    case "noactive":
    case "nodictionary":
      return (name) => name === "CRAM-MD5" || name === "DIGEST-MD5";
    default:
      return undefined;
  }
}
