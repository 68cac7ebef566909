import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import { type Bag, over } from "./bag.js";
import type { Client } from "./client.js";

const smtp = "django.core.mail.backends.smtp.emailbackend";

/** Django's EMAIL_ settings (settings reference, "Email"). Certificates are checked from Django 4.2 on. */
export function django(bag: Bag): Client[] {
  const isSmtp = bag.is("EMAIL_BACKEND", [smtp], smtp);
  if (isSmtp === false || !bag.has(["EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_USE_SSL", "EMAIL_HOST_USER"]))
    return [];
  const tls = over([bag.flag("EMAIL_USE_TLS", false), bag.flag("EMAIL_USE_SSL", false)], (starts, wraps) =>
    wraps ? "implicit" : starts ? "required" : "none",
  );
  return [
    {
      host: bag.host("EMAIL_HOST", bag.has("*") ? unknown("EMAIL_HOST") : "localhost"),
      port: bag.said(bag.port("EMAIL_PORT", bag.has("*") ? unknown("EMAIL_PORT") : 25), "the port", "EMAIL_PORT"),
      tls: bag.said(
        bag.has("*") && !bag.has("EMAIL_USE_TLS") && !bag.has("EMAIL_USE_SSL") ? unknown("EMAIL_USE_TLS") : tls,
        "EMAIL_USE_TLS and EMAIL_USE_SSL decide on TLS",
        "EMAIL_USE_TLS",
        "EMAIL_USE_SSL",
      ),
      verifies: bag.said(
        checks(bag),
        "Django checks certificates from version 4.2 on",
        "EMAIL_USE_TLS",
        "EMAIL_USE_SSL",
      ),
      auth: isUnknown(isSmtp)
        ? bag.open(isSmtp.unknown, "EMAIL_BACKEND decides", "EMAIL_BACKEND")
        : bag.auth("EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", bag.text("EMAIL_HOST_PASSWORD") !== ""),
    },
  ];
}

function checks(bag: Bag): Maybe<boolean> {
  const { version } = bag.definition;
  if (version === undefined) return unknown("the Django version");
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 4 || (major === 4 && minor >= 2);
}
