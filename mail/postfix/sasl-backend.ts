import type { MailDefinition } from "../../model/mail.js";
import { mainEntries, servicesOf } from "./changes.js";
import { listenersOf } from "./listeners.js";
import { Settings, Stops, Undecided } from "./settings.js";
import { tokens } from "./tokens.js";
import { newest, parseVersion } from "./versions.js";

/** Whom a port asks for the mechanisms of AUTH, and what it takes away from them. */
export interface SaslBackend {
  readonly type: string;
  /** `smtpd_sasl_path` below `queue_directory`; undefined where that directory is not set. */
  readonly socket: { readonly path: string; readonly directory: string | undefined };
  readonly options: { readonly clear: readonly string[]; readonly inside: readonly string[] };
  /** `smtpd_sasl_mechanism_filter`, which 3.6 brought; undefined where no line sets it. */
  readonly filter: string | undefined;
}

/** The backend of the services on this port; undefined where they differ, or where the files do not tell. */
export function saslBackend(definition: MailDefinition, port: number): SaslBackend | undefined {
  const { version: declared, id } = definition;
  const services = servicesOf(definition);
  const version = declared === undefined ? newest : Math.min(newest, parseVersion(declared, id));
  const settings = new Settings(version, mainEntries(definition));
  try {
    const own = listenersOf(services ?? [], settings).filter((each) => each.port === port);
    const found = own.map(({ service }) => backendOf(settings.with(service.overrides)));
    const [first, ...others] = found;
    return others.every((each) => JSON.stringify(each) === JSON.stringify(first)) ? first : undefined;
  } catch (error) {
    if (error instanceof Undecided || error instanceof Stops) return undefined;
    throw error;
  }
}

function backendOf(settings: Settings): SaslBackend {
  const filter = "smtpd_sasl_mechanism_filter";
  const options = (name: string) => tokens(settings.text(name)).map((each) => each.toLowerCase());
  return {
    type: settings.text("smtpd_sasl_type"),
    socket: {
      path: settings.text("smtpd_sasl_path").replace(/^unix:/, ""),
      directory: settings.isSet("queue_directory") ? settings.text("queue_directory") : undefined,
    },
    options: { clear: options("smtpd_sasl_security_options"), inside: options("smtpd_sasl_tls_security_options") },
    filter: settings.isSet(filter) ? settings.text(filter) : undefined,
  };
}
