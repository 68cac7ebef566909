import type { MailDefinition } from "../../model/mail.js";

/** The reader of one mail server's configuration, by path: a file or a directory. */
export interface MailSource {
  /** Told by names or content; never throws. */
  readonly recognises: (path: string) => Promise<boolean>;
  /** @throws InputError with the file at fault. */
  readonly read: (path: string) => Promise<MailDefinition>;
}
