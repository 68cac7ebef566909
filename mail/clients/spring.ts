import { type Maybe, mapKnown, unknown } from "../../model/maybe.js";
import { Bag, over } from "./bag.js";
import type { Client } from "./client.js";

/** Relaxed binding: `spring.mail.host`, `SPRING_MAIL_HOST` and `spring.mail.HOST` are one name. */
function relaxed(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** `spring.mail` of Spring Boot with the properties of Jakarta Mail (com.sun.mail.smtp). */
export function spring({ definition }: Bag): Client[] {
  const settings = new Map([...definition.settings].map(([name, setting]) => [relaxed(name), setting]));
  const bag = new Bag({ ...definition, settings });
  const mail = (name: string) => relaxed(`spring.mail.${name}`);
  if (!bag.has(mail("host"))) return [];
  const protocol = bag.is(mail("protocol"), ["smtps"]);
  const property = (name: string) => [`smtp.${name}`, `smtps.${name}`].map((each) => mail(`properties.mail.${each}`));
  const [enable, required, ssl] = ["starttls.enable", "starttls.required", "ssl.enable"].map((each) =>
    bag.flag(property(each), false),
  ) as [Maybe<boolean>, Maybe<boolean>, Maybe<boolean>];
  const wraps = over([ssl, protocol, bag.flag(mail("ssl.enabled"), false)], (...any) => any.includes(true));
  const level = over([wraps, required, enable], (tls, must, may) =>
    tls ? "implicit" : must ? "required" : may ? "opportunistic" : "none",
  );
  const standard = mapKnown(protocol, (is) => (is ? 465 : 25));
  const identity = property("ssl.checkserveridentity");
  const names = [mail("protocol"), property("starttls.enable"), property("starttls.required"), property("ssl.enable")];
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
      auth: bag.auth(mail("username"), mail("password")),
    },
  ];
}

/** Whose name a certificate bears is checked by default in newer releases of Angus Mail only. */
function checks(bag: Bag, trust: string[], identity: string[]): Maybe<boolean> {
  const trustsAll = bag.is(trust, ["*"]);
  const named = bag.has(identity) ? bag.flag(identity, false) : unknown("mail.smtp.ssl.checkserveridentity");
  return over([trustsAll, named], (all, is) => !all && is);
}
