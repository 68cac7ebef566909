import type { MailDefinition, MailProduct } from "../../model/mail.js";
import { postfix } from "./postfix.js";
import type { MailSource } from "./source.js";

/** One line a server; the first that recognises a path reads it. */
const servers: Readonly<Record<MailProduct, MailSource>> = { postfix };

/** Which server's configuration a file or directory is. */
export async function recognisesMail(path: string): Promise<MailProduct | undefined> {
  for (const [product, source] of Object.entries(servers))
    if (await source.recognises(path)) return product as MailProduct;
  return undefined;
}

/** @throws InputError for a file that cannot be read. */
export async function readMail(path: string): Promise<MailDefinition[]> {
  const product = await recognisesMail(path);
  return product === undefined ? [] : [await servers[product].read(path)];
}
