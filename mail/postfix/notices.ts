import type { MailDefinition } from "../../model/mail.js";
import type { Notice } from "../../model/network.js";
import { passedOver, setAgain, type Written } from "../known-settings.js";
import { besideMainCf } from "./beside.js";
import { mainCfOf, mainEntries, servicesOf } from "./changes.js";
import type { Service } from "./master-cf.js";
import { parameterNames, tableSuffixes, transportSuffixes } from "./parameter-names.js";
import { fileTypes, openTable } from "./tables/index.js";
import { parseVersion, type Version, versionName } from "./versions.js";

const newest = Math.max(...[...parameterNames.values()].map((since) => since ?? 0));
const program = `Postfix (3.5 to ${versionName(newest)})`;

/**
 * Parameters that Postfix passes over: a name that it does not know and that no value refers to, what a later release than
 * the declared one brought, and what main.cf sets again (`postconf` warns of the first and the last).
 * @throws InputError for files that Postfix does not read.
 */
export function postfixNotices(definition: MailDefinition): Notice[] {
  const { id, files, version, missing, changedBy = [] } = definition;
  const { "main.cf": main } = files;
  const entries = mainEntries(definition) ?? new Map();
  const services = servicesOf(definition);
  const settings = [entries, ...(services ?? []).map((each) => each.overrides)].flatMap((each) =>
    [...each].map(([name, { value, at }]): Written => ({ name, value, at })),
  );
  const isUsed = usedIn(settings, services);
  // What is not at hand may ask for any name.
  const isWhole = missing.length + changedBy.length === 0;
  const unknown = settings.filter(({ name }) => isWhole && !parameterNames.has(name) && !isUsed(name));
  return [
    ...passedOver(unknown, program, parameterNames.keys()),
    ...(version === undefined ? [] : tooNew(settings, parseVersion(version, id))),
    ...(main ? setAgain(mainCfOf(main).written, "Postfix") : []),
    ...skippedLines(settings, definition),
  ];
}

const mostOfTables = 50;
const tableName = new RegExp(`(?:^|[\\s,{!])((?:${fileTypes.join("|")}):(?:\\$\\{\\w+\\})?[^\\s,{}]+)`, "g");

/** What has no effect in the lookup tables at hand, and a table that cannot be opened. */
function skippedLines(settings: readonly Written[], definition: MailDefinition): Notice[] {
  const beside = besideMainCf(definition);
  const words = settings.flatMap(({ value }) => [...value.matchAll(tableName)].map(([, word = ""]) => word));
  const notices: Notice[] = [];
  for (const word of new Set(words)) {
    const path = word.replace(/\$(?:\{config_directory\}|\(config_directory\)|config_directory)/, beside.directory);
    const table = openTable(path, "", newest, (name) => beside.file(name));
    notices.push(...(table?.skipped ?? []));
    if (table?.failsAt)
      notices.push({
        at: table.failsAt,
        says: `${twice}: ${word} cannot be opened, and lookups are answered with 451`,
      });
  }
  const more = notices.length - mostOfTables;
  const rest = more > 0 ? [{ at: definition.id, says: `${more} more lines of tables that have no effect` }] : [];
  return [...notices.slice(0, mostOfTables), ...rest];
}

const twice = "the key is there a second time";

function tooNew(settings: readonly Written[], declared: Version): Notice[] {
  return settings.flatMap(({ name, at }) => {
    const since = parameterNames.get(name);
    if (since === undefined || since <= declared) return [];
    const says = `${name} came with Postfix ${versionName(since)}: ${versionName(declared)}, which is declared, passes it over`;
    return [{ at, says }];
  });
}

const longestName = 200;
const reference = /\$[({]?\s*(\w+)/g;
const table = /\b(ldap|mysql|pgsql|sqlite|memcache|mongodb):([\w-]+)/g;

/**
 * Names of a user's own that something asks for (src/postconf: `postconf_user.c`, `postconf_service.c`, `postconf_dbms.c`):
 * `$name` in a value, a restriction class, a transport's name before a known suffix, a table's parameters in main.cf.
 */
function usedIn(settings: readonly Written[], services: readonly Service[] | undefined): (name: string) => boolean {
  const used = new Set<string>();
  const tables = new Map<string, ReadonlySet<string> | undefined>();
  for (const { name, value } of settings) {
    // Most values have neither sign.
    if (value.includes("$")) for (const [, each] of value.matchAll(reference)) used.add(each as string);
    if (value.includes(":"))
      for (const [, type = "", each = ""] of value.matchAll(table)) tables.set(each, tableSuffixes.get(type));
    if (name === "smtpd_restriction_classes") for (const each of value.split(/[,\s]+/)) used.add(each);
  }
  const transports = services && new Set(services.map(({ name }) => name));
  return (name) => {
    if (used.has(name)) return true;
    const suffix = transportSuffixes.find((each) => name.endsWith(`_${each}`));
    // Without master.cf any name may be a transport's.
    if (suffix !== undefined && (transports?.has(name.slice(0, -suffix.length - 1)) ?? true)) return true;
    if (name.length > longestName) return false;
    return [...name.matchAll(/_/g)].some(({ index }) => tables.get(name.slice(0, index))?.has(name.slice(index + 1)));
  };
}
