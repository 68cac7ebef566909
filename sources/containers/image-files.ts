import { isHarmless, touchesServers } from "../mail/index.js";
import { itemOf, joined } from "../shell-items.js";
import type { Run } from "./dockerfile-steps.js";

/** Directories from which known mail images take settings and scripts when they start (their documentation). */
const directories =
  /\/(?:tmp\/docker-mailserver|docker-init\.(?:d|db)|opt\/postfix|hooks|etc\/(?:postfix|dovecot|nginx|supervisor))(?![\w-])/;

/** Whether a text names a mail server's files or programs, or a directory of a known image. */
export function touchesImage(text: string): boolean {
  return directories.test(text) || touchesServers(text);
}

/** Whether a command changes what a known image does, as far as its own words tell. */
export function changesImage({ run, text, at, isPlain }: Run): boolean {
  if (!touchesImage(text)) return false;
  const { commands, unread } = joined([itemOf(run, at, touchesImage)], touchesImage);
  return !isPlain || unread.length > 0 || !commands.every(isHarmless);
}
