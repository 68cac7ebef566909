import type { MailDefinition } from "../../model/mail.js";
import type { Notice } from "../../model/network.js";
import { setAgain, type Written } from "../known-settings.js";
import { writtenIn } from "./others.js";
import { NotAtHand, statementsOf } from "./statements.js";

/**
 * Statements and macros that are there twice with different values, which `smtpd -n` takes without a word.
 * @throws InputError for text that smtpd refuses.
 */
export function opensmtpdNotices(definition: MailDefinition): Notice[] {
  const macros: Written[] = [];
  try {
    const statements = statementsOf(definition, (macro) => macros.push(macro));
    const written = statements.flatMap((statement) => writtenIn(statement) ?? []);
    return [
      ...setAgain(written, "smtpd"),
      ...setAgain(macros, "smtpd", "what stands between them has the first one, what follows the last one"),
    ];
  } catch (error) {
    if (error instanceof NotAtHand) return [];
    throw error;
  }
}
