import type { MailDefinition } from "../../model/mail.js";
import type { Notice } from "../../model/network.js";
import { setAgain } from "../known-settings.js";
import { readConfiguration } from "./configuration.js";
import { Stops, Undecided } from "./syntax.js";

/** Settings that one file sets twice in one block with different values. @throws InputError for text that Dovecot refuses. */
export function dovecotNotices(definition: MailDefinition): Notice[] {
  try {
    return readConfiguration(definition).written.flatMap((settings) => setAgain(settings, "Dovecot"));
  } catch (error) {
    if (error instanceof Stops || error instanceof Undecided) return [];
    throw error;
  }
}
