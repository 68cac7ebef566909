import { didYouMean } from "../../model/nearest.js";
import { names23 } from "./setting-names.js";
import { stops } from "./syntax.js";

/** Sections in which every name is a user's own. */
const open = ["plugin", "dict"];

/** Pigeonhole brings its own. */
const ofPlugins = /^managesieve_/;

/**
 * Dovecot 2.3 ends with the first setting or section that it does not know; which names a section knows is not told apart.
 * @param path of the section around it, `""` at the top.
 * @throws Stops
 */
export function checkName(name: string, path: string, at: string): void {
  if (names23.has(name) || ofPlugins.test(name) || open.includes(path.split("/")[0] as string)) return;
  throw stops(at, `${name} is no setting of Dovecot 2.3${didYouMean(name, names23)}`);
}
