import { didYouMean } from "../known-settings.js";
import { names23 } from "./setting-names.js";
import { names24 } from "./setting-names-24.js";
import { stops, Undecided } from "./syntax.js";

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

/** The first line of a file of 2.4, and what takes the place of a setting: a group, a part of a list. */
const ofTheFile = /^(?:dovecot_(?:config|storage)_version$|@)|\//;

/**
 * Dovecot 2.4 ends with a name that neither it nor a plugin knows; its documentation need not have all of those. Inside blocks
 * names leave out what the block is called, each in its own way, and are not told apart.
 * @param path of the block around it, `""` at the top.
 * @throws Undecided
 */
export function checkName24(name: string, path: string, at: string): void {
  if (path !== "" || names24.has(name) || ofTheFile.test(name)) return;
  const missing = `whether Dovecot knows ${name}, which the documentation of 2.4 does not have (${at})`;
  throw new Undecided([`${missing}${didYouMean(name, names24)}`], at);
}
