import { parseLevel } from "./compatibility.js";
import type { Settings } from "./settings.js";

/** The compatibility level as a number that sorts. @throws Stops when malformed: every Postfix program does. */
export function compatibilityLevel(settings: Settings): number {
  const level = parseLevel(settings.text("compatibility_level"), settings.version >= 306);
  if (level === undefined) {
    throw settings.stops(
      "compatibility_level",
      `compatibility_level is no level ${settings.version < 306 ? "of a release before 3.6" : "(major.minor)"}`,
    );
  }
  return level;
}
