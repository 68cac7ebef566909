import type { Change, MailDefinition, MailFile } from "../../model/mail.js";
import { onceForEach } from "../../model/once.js";
import { type Entries, parseMainCf } from "./main-cf.js";
import { parseMasterCf, type Service } from "./master-cf.js";

/** The parsed `main.cf` and `master.cf`: what serves, what sends and what is passed over are told of the same files. */
export const mainCfOf = onceForEach(({ text, at }: MailFile) => parseMainCf(text, at));
const masterCfOf = onceForEach(({ text, at }: MailFile) => parseMasterCf(text, at));

/**
 * `main.cf` of a definition as it is in the end, under it what mailcow's start script adds; undefined where it is not at hand.
 * @throws InputError for a file that Postfix refuses to read.
 */
export function mainEntries({ files, changes = [] }: MailDefinition): Entries | undefined {
  const [main, extra] = [files["main.cf"], files["extra.cf"]];
  const added = extra && mainCfOf(extra).entries;
  const own = main && mainCfOf(main).entries;
  return own && changedEntries(added ? new Map([...own, ...added]) : own, changes);
}

/**
 * The services of a definition as they are in the end; undefined where `master.cf` is not at hand.
 * @throws InputError for a service line with which the master daemon does not start.
 */
export function servicesOf({ files, changes = [] }: MailDefinition): readonly Service[] | undefined {
  const master = files["master.cf"];
  return master && changedServices(masterCfOf(master), changes);
}

/** Settings once postconf(1) has edited them. */
function changedEntries(entries: Entries, changes: readonly Change[]): Entries {
  const own = changes.filter(({ service, name }) => service === undefined && name !== undefined);
  if (own.length === 0) return entries;
  const changed = new Map(entries);
  for (const { name = "", value, at } of own) {
    if (value === undefined) changed.delete(name);
    else changed.set(name, { value, at });
  }
  return changed;
}

/**
 * `master.cf` once postconf(1) has edited it; an option of a service that is not there changes nothing.
 * @throws InputError for a service line with which the master daemon does not start.
 */
function changedServices(services: readonly Service[], changes: readonly Change[]): readonly Service[] {
  let changed = services;
  for (const { service, ...option } of changes) {
    const { name, value, at } = option;
    const isMeant = (each: Service) => `${each.name}/${each.type}` === service;
    if (service === undefined) continue;
    if (name !== undefined) {
      const edited = (each: Service) => ({ ...each, overrides: changedEntries(each.overrides, [option]) });
      changed = changed.map((each) => (isMeant(each) ? edited(each) : each));
    } else if (value === undefined) changed = changed.filter((each) => !isMeant(each));
    else {
      const written = parseMasterCf(value, at).map((each) => ({ ...each, at }));
      changed = changed.some(isMeant)
        ? changed.flatMap((each) => (isMeant(each) ? written : [each]))
        : changed.concat(written);
    }
  }
  return changed;
}
