import type { Setting } from "../../model/client.js";
import { type Maybe, mapKnown } from "../../model/maybe.js";
import { Bag, over } from "./bag.js";
import type { Client } from "./client.js";
import { hostAndPort } from "./host-and-port.js";

/** A receiver that sets one of these is a client of its own. */
const decisive = ["smarthost", "require_tls", "force_implicit_tls", "tls_config.insecure_skip_verify", "auth_username"];

/**
 * The `smtp_` settings of alertmanager.yml, and each receiver that sets its own (Alertmanager, "Configuration",
 * `email_config`). Port 465 is TLS from the first byte.
 */
export function alertmanager(bag: Bag): Client[] {
  const { definition } = bag;
  const sections = new Map<string, Map<string, Setting>>();
  for (const [name, setting] of definition.settings) {
    const [, section, key] = /^(global\.smtp_|receivers\.\d+\.email_configs\.\d+\.)(.+)$/.exec(name) ?? [];
    if (section === undefined || key === undefined) continue;
    const known = sections.get(section);
    if (known) known.set(key, setting);
    else sections.set(section, new Map([[key, setting]]));
  }
  const all = sections.get("global.smtp_") ?? new Map<string, Setting>();
  sections.delete("global.smtp_");
  const global = new Bag({ ...definition, settings: all });
  const whole = all.has("smarthost") ? [clientOf(global, undefined)] : [];
  const found = [...whole];
  for (const [prefix, settings] of sections) {
    if (!decisive.some((each) => settings.has(each))) continue;
    const receiver = bag.text(`${prefix.split(".", 2).join(".")}.name`);
    const merged = global.under(new Bag({ ...definition, settings }));
    found.push(clientOf(merged, `receiver ${typeof receiver === "string" ? receiver : prefix}`));
  }
  return found;
}

function clientOf(merged: Bag, name: string | undefined): Client {
  const { host, port } = hostAndPort(merged.text("smarthost"));
  const is465: Maybe<boolean> = mapKnown(port, (number) => number === 465);
  // The port decides where force_implicit_tls does not; without require_tls it sends in clear, whatever is offered.
  const wraps = merged.has("force_implicit_tls") ? merged.flag("force_implicit_tls", false) : is465;
  const level = over([wraps, merged.flag("require_tls", true)], (implicit, required) =>
    implicit ? "implicit" : required ? "required" : "none",
  );
  const password = ["auth_password", "auth_password_file"];
  const skips = merged.flag("tls_config.insecure_skip_verify", false);
  return {
    ...(name === undefined ? {} : { name }),
    host: merged.said(host, "the smarthost", "smarthost"),
    port: merged.said(port, "the smarthost's port", "smarthost"),
    tls: merged.said(
      level,
      "the port, require_tls and force_implicit_tls decide on TLS",
      "require_tls",
      "force_implicit_tls",
      "smarthost",
    ),
    verifies: merged.said(
      mapKnown(skips, (is) => !is),
      "insecure_skip_verify decides on the check",
      "tls_config.insecure_skip_verify",
    ),
    // A user without a password sends nothing where AUTH is offered.
    auth:
      merged.has("auth_username") && merged.password(password) === "none"
        ? merged.open(["smtp_auth_password"], "auth_username is set without a password", "auth_username")
        : merged.auth("auth_username", password),
  };
}
