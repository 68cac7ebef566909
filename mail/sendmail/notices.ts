import type { MailDefinition } from "../../model/mail.js";
import { didYouMean } from "../../model/nearest.js";
import type { Notice } from "../../model/network.js";
import { passedOver, setAgain, type Written } from "../known-settings.js";
import { configurationOf } from "./index.js";
import { cfOptions, cumulative, isOption, macroNames, program, spelt } from "./option-names.js";

/**
 * Options that Sendmail does not start with, macros that no file of its m4 asks for, and what one file sets twice.
 * @throws InputError for files that Sendmail does not read.
 */
export function sendmailNotices(definition: MailDefinition): Notice[] {
  const written = configurationOf(definition)?.written ?? [];
  const macros = written.filter(({ name }) => isMacro(name));
  // What is not at hand may ask for any macro.
  const strange = definition.missing.length > 0 ? [] : macros.filter(({ name }) => !macroNames.has(name));
  const options = written
    .filter(({ name }) => !isMacro(name))
    .map((each): Written => ({ ...each, name: spelt(each.name) }));
  return [
    ...passedOver(strange, program, macroNames),
    ...options.filter(({ name }) => !isOption(name)).map(stopsAt),
    ...setAgain(macros, "m4"),
    ...setAgain(
      options.filter(({ name }) => !cumulative.has(name)),
      "Sendmail",
    ),
  ];
}

function isMacro(name: string): boolean {
  return name.startsWith("conf");
}

function stopsAt({ name, at }: Written): Notice {
  return { at, says: `${name} is no option of ${program}, which does not start with it${didYouMean(name, cfOptions)}` };
}
