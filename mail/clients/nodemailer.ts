import { type Maybe, mapKnown, unknown } from "../../model/maybe.js";
import { type Bag, over } from "./bag.js";
import type { Client } from "./client.js";

/** The options of each `createTransport({ … })`, as `0.host`; of a URL as well (nodemailer, "SMTP transport"). */
export function nodemailer(bag: Bag): Client[] {
  const indexes = new Set([...bag.definition.settings.keys()].map((name) => name.slice(0, name.indexOf("."))));
  return [...indexes].flatMap((index) => {
    const options = bag.within(`${index}.`);
    return options.has("host") ? [clientOf(options)] : [];
  });
}

function clientOf(bag: Bag): Client {
  const written = bag.port("port", 0);
  // Left out, `secure` follows from the port.
  const secure: Maybe<boolean> = bag.has("secure")
    ? bag.flag("secure", false)
    : mapKnown(written, (port) => port === 465);
  const port = over([secure], (is) => (is ? 465 : 587));
  // ignoreTLS is asked first: beside it requireTLS does nothing.
  const level = over([secure, bag.flag("ignoreTLS", false), bag.flag("requireTLS", false)], (tls, ignored, required) =>
    tls ? "implicit" : ignored ? "none" : required ? "required" : "opportunistic",
  );
  return {
    host: bag.host("host", unknown("host")),
    port: bag.said(written === 0 ? port : written, "the port", "port", "secure"),
    tls: bag.said(level, "secure, requireTLS and ignoreTLS decide on TLS", "secure", "requireTLS", "ignoreTLS", "port"),
    verifies: bag.said(
      bag.flag("tls.rejectUnauthorized", true),
      "tls.rejectUnauthorized decides on the check",
      "tls.rejectUnauthorized",
    ),
    auth: bag.auth("auth.user", "auth.pass"),
  };
}
