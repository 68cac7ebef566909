import type { Setting } from "../../model/client.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../model/maybe.js";
import { Bag, over } from "./bag.js";
import type { Client } from "./client.js";

/** Relaxed binding: `spring.mail.host`, `SPRING_MAIL_HOST` and `spring.mail.HOST` are one name. */
function relaxed(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** `spring.mail` of Spring Boot with the properties of Jakarta Mail (com.sun.mail.smtp). */
export function spring({ definition }: Bag): Client[] {
  const settings = new Map<string, Setting>();
  for (const [name, setting] of definition.settings) if (/^spring/i.test(name)) settings.set(relaxed(name), setting);
  const bag = new Bag({ ...definition, settings });
  const mail = (name: string) => relaxed(`spring.mail.${name}`);
  if (!bag.has(mail("host"))) return [];
  const protocol = bag.is(mail("protocol"), ["smtps"]);
  if (isUnknown(protocol)) return [openClient(bag, protocol.unknown)];
  // Each protocol has properties of its own.
  const property = (name: string) => mail(`properties.mail.${protocol ? "smtps" : "smtp"}.${name}`);
  const [enable, required, ssl] = ["starttls.enable", "starttls.required", "ssl.enable"].map((each) =>
    bag.flag(property(each), false),
  ) as [Maybe<boolean>, Maybe<boolean>, Maybe<boolean>];
  // Releases of Spring Boot before it came do not heed it.
  const isEnabled = bag.flag(mail("ssl.enabled"), false);
  const enabled = isEnabled === true ? unknown("the Spring Boot version") : isEnabled;
  const wraps = over([ssl, protocol, enabled], (...any) => any.includes(true));
  const level = over([wraps, required, enable], (tls, must, may) =>
    tls ? "implicit" : must ? "required" : may ? "opportunistic" : "none",
  );
  const standard = mapKnown(wraps, (is) => (is ? 465 : 25));
  // It logs in with both alone, whatever mail.smtp.auth says.
  const hasPassword = mapKnown(bag.text(mail("password")), (text) => text !== "");
  const identity = property("ssl.checkserveridentity");
  const names = [
    mail("protocol"),
    property("starttls.enable"),
    property("starttls.required"),
    property("ssl.enable"),
    mail("ssl.enabled"),
  ];
  return [
    {
      host: bag.host(mail("host"), unknown("spring.mail.host")),
      port: bag.said(bag.port(mail("port"), standard), "the port", mail("port"), mail("protocol")),
      tls: bag.said(level, "the protocol, starttls.enable, starttls.required and ssl.enable decide on TLS", ...names),
      verifies: bag.said(
        checks(bag, property("ssl.trust"), identity),
        "ssl.trust and ssl.checkserveridentity decide on the check",
        property("ssl.trust"),
        identity,
      ),
      auth: bag.auth(mail("username"), mail("password"), isUnknown(hasPassword) ? true : hasPassword),
    },
  ];
}

function openClient(bag: Bag, missing: readonly string[]): Client {
  const open = bag.open(missing, "the protocol decides", "springmailprotocol");
  return { host: open, port: open, tls: open, verifies: open, auth: open };
}

/**
 * The hosts of ssl.trust are believed with any certificate, and no others. Whose name a certificate bears is checked by
 * default in newer releases of Jakarta Mail only.
 */
function checks(bag: Bag, trust: string, identity: string): Maybe<boolean> {
  const trusts = mapKnown(bag.text(trust), (text) => text.trim() !== "");
  const named = bag.has(identity) ? bag.flag(identity, false) : unknown("mail.smtp.ssl.checkserveridentity");
  return over([trusts, named], (all, is) => !all && is);
}
