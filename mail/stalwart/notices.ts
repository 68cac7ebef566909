import type { MailDefinition } from "../../model/mail.js";
import type { Notice } from "../../model/network.js";
import { passedOver } from "../known-settings.js";
import { isKnown, isMisspelt, judged, knownLike } from "./known-names.js";
import { settingsOf } from "./settings.js";

/** Settings that Stalwart does not ask for, in the tables that decide mail. @throws InputError for a file that is no TOML. */
export function stalwartNotices(definition: MailDefinition): Notice[] {
  const settings = settingsOf(definition);
  if (!settings) return [];
  const tables = [...judged, ...settings.tops.filter(isMisspelt)];
  // `a.b` and `"a.b"` are one name.
  const unknown = new Set(tables.flatMap((table) => settings.within(table, (name) => !isKnown(name))));
  return passedOver(
    [...unknown].map((name) => ({ name, at: settings.place(name) })),
    "Stalwart 0.7 to 0.15",
    knownLike,
  );
}
