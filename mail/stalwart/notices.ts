import type { MailDefinition } from "../../model/mail.js";
import type { Notice } from "../../model/network.js";
import { passedOver } from "../known-settings.js";
import { settingsOf } from "./settings.js";

/**
 * What the releases of Stalwart from 0.7.0 to 0.15.5 ask for below `session`, each perhaps a table of conditions
 * (`git grep -ohE '"session[.][a-z.-]+"'` in their source).
 */
const known: readonly string[] = `auth.directory auth.errors.total auth.errors.wait auth.mechanisms
  auth.must-match-sender auth.require connect.greeting connect.hostname connect.script
  data.add-headers.auth-results data.add-headers.date data.add-headers.delivered-to data.add-headers.message-id
  data.add-headers.received data.add-headers.received-spf data.add-headers.return-path data.limits.messages
  data.limits.received-headers data.limits.size data.milter data.pipe data.script data.spam-filter duration
  ehlo.reject-non-fqdn ehlo.require ehlo.script extensions.chunking extensions.deliver-by extensions.dsn
  extensions.expn extensions.future-release extensions.mt-priority extensions.no-soliciting extensions.pipelining
  extensions.requiretls extensions.vrfy hook mail.is-allowed mail.rewrite mail.script milter mta-sts.max-age
  mta-sts.mode mta-sts.mx rcpt.catch-all rcpt.directory rcpt.errors.total rcpt.errors.wait
  rcpt.max-recipients rcpt.relay rcpt.rewrite rcpt.script rcpt.sub-addressing throttle timeout transfer-limit`
  .split(/\s+/)
  .map((name) => `session.${name}`);

/** Settings below `session` that Stalwart does not ask for. @throws InputError for a file that is no TOML. */
export function stalwartNotices(definition: MailDefinition): Notice[] {
  const settings = settingsOf(definition);
  if (!settings) return [];
  const isKnown = (name: string) => known.some((each) => name === each || name.startsWith(`${each}.`));
  const unknown = settings.within("session").filter((name) => !isKnown(name));
  return passedOver(
    unknown.map((name) => ({ name, at: settings.place(name) })),
    "Stalwart 0.7 to 0.15",
    known,
  );
}
