import type { Setting } from "../../model/client.js";
import { type Maybe, mapKnown } from "../../model/maybe.js";
import { type Bag, over } from "./bag.js";
import type { Client } from "./client.js";
import { hostAndPort } from "./host-and-port.js";

/** A receiver that sets one of these is a client of its own. */
const decisive = ["smarthost", "require_tls", "force_implicit_tls", "tls_config.insecure_skip_verify", "auth_username"];

/**
 * The `smtp_` settings of alertmanager.yml, and each receiver that sets its own (Alertmanager, "Configuration",
 * `email_config`). Port 465 is TLS from the first byte.
 */
export function alertmanager(bag: Bag): Client[] {
  const sections = new Map<string, Map<string, Setting>>();
  for (const [name, setting] of bag.definition.settings) {
    const [, section, key] = /^(global\.smtp_|receivers\.\d+\.email_configs\.\d+\.)(.+)$/.exec(name) ?? [];
    if (section === undefined || key === undefined) continue;
    const known = sections.get(section);
    if (known) known.set(key, setting);
    else sections.set(section, new Map([[key, setting]]));
  }
  const all = sections.get("global.smtp_") ?? new Map<string, Setting>();
  sections.delete("global.smtp_");
  const global = bag.of(all);
  const whole = { ...destinationOf(global), tls: tlsOf(global), verifies: checkOf(global), auth: loginOf(global) };
  const found: Client[] = all.has("smarthost") ? [whole] : [];
  for (const [prefix, own] of sections) {
    if (!decisive.some((each) => own.has(each))) continue;
    const receiver = bag.text(`${prefix.split(".", 2).join(".")}.name`);
    const name = `receiver ${typeof receiver === "string" ? receiver : prefix}`;
    const merged = global.under(bag.of(own));
    const sets = (names: readonly string[]) => names.some((each) => own.has(each));
    // Thousands of receivers may differ in one setting: what is said of the others is said once.
    const { host, port } = sets(destination) ? destinationOf(merged) : whole;
    const tls = sets(security) ? tlsOf(merged) : whole.tls;
    const verifies = sets(check) ? checkOf(merged) : whole.verifies;
    found.push({ name, host, port, tls, verifies, auth: sets(login) ? loginOf(merged) : whole.auth });
  }
  return found;
}

const passwords = ["auth_password", "auth_password_file"];
/** The settings that decide on the destination, on TLS, on the check of the certificate and on the login. */
const destination = ["smarthost"];
const security = ["require_tls", "force_implicit_tls", "smarthost"];
const check = ["tls_config.insecure_skip_verify"];
const login = ["auth_username", ...passwords];

function destinationOf(bag: Bag): Pick<Client, "host" | "port"> {
  const { host, port } = hostAndPort(bag.text("smarthost"));
  return {
    host: bag.said(host, "the smarthost", ...destination),
    port: bag.said(port, "the smarthost's port", ...destination),
  };
}

function tlsOf(bag: Bag): Client["tls"] {
  const { port } = hostAndPort(bag.text("smarthost"));
  // The port decides where force_implicit_tls does not; without require_tls it sends in clear, whatever is offered.
  const wraps: Maybe<boolean> = bag.has("force_implicit_tls")
    ? bag.flag("force_implicit_tls", false)
    : mapKnown(port, (number) => number === 465);
  const level = over([wraps, bag.flag("require_tls", true)], (implicit, required) =>
    implicit ? "implicit" : required ? "required" : "none",
  );
  return bag.said(level, "the port, require_tls and force_implicit_tls decide on TLS", ...security);
}

function checkOf(bag: Bag): Client["verifies"] {
  const skips = bag.flag("tls_config.insecure_skip_verify", false);
  return bag.said(
    mapKnown(skips, (is) => !is),
    "insecure_skip_verify decides on the check",
    ...check,
  );
}

function loginOf(bag: Bag): Client["auth"] {
  // A user without a password sends nothing where AUTH is offered.
  return bag.has("auth_username") && bag.password(passwords) === "none"
    ? bag.open(["smtp_auth_password"], "auth_username is set without a password", "auth_username")
    : bag.auth("auth_username", passwords);
}
