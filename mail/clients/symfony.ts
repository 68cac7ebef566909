import type { Bag } from "./bag.js";
import type { Client } from "./client.js";
import { mailerUrl } from "./mailer-url.js";

/** MAILER_DSN of Symfony Mailer; transports that are no SMTP are none of ours. */
export function symfony(bag: Bag): Client[] {
  return mailerUrl(bag, "MAILER_DSN");
}
