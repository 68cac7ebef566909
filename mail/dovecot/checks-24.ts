import { isUnknown } from "../../model/maybe.js";
import type { Configuration } from "./configuration.js";
import { stops } from "./syntax.js";
import { View } from "./view.js";

const protocols = ["imap", "pop3", "lmtp", "sieve", "submission"];
const workarounds = ["whitespace-before-path", "mailbox-for-path", "implicit-auth-external", "exotic-backend"];

/** What Dovecot 2.4 checks of the settings together before it starts. @throws Stops */
export function checkWhole(configuration: Configuration): void {
  const view = new View(configuration);
  const storage = view.text("dovecot_storage_version");
  if (!isUnknown(storage) && !/^\d+\.\d+\.\d+$/.test(storage))
    throw stops(
      view.setting("dovecot_storage_version")?.at ?? "dovecot.conf",
      "dovecot_storage_version is not three numbers",
    );
  const own = [...configuration.filters[0].settings]
    .filter(([path]) => path.endsWith("/service_protocol"))
    .flatMap(([, { value }]) => (isUnknown(value) ? [] : [value]));
  refuseOthers(view, "protocols", (word) => [...protocols, ...own].includes(word));
  refuseOthers(view, "submission_client_workarounds", (word) => workarounds.includes(word.toLowerCase()));
  for (const { settings } of configuration.filters) {
    const cleartext = settings.get("auth_allow_cleartext");
    if (settings.get("ssl")?.value === "required" && cleartext && /^(?:yes|y|1)$/i.test(String(cleartext.value)))
      throw stops(cleartext.at, "auth_allow_cleartext = yes stands beside ssl = required");
  }
}

function refuseOthers(view: View, name: string, isKnown: (word: string) => boolean): void {
  const words = view.words(name);
  const other = isUnknown(words) ? undefined : words.find((each) => !isKnown(each));
  if (other !== undefined)
    throw stops(view.setting(name)?.at ?? "dovecot.conf", `${other} in ${name} is not known to Dovecot 2.4`);
}
