import { nothingDeclared } from "../../model/declaration.js";
import { InputError } from "../../model/errors.js";
import type { Fact } from "../../model/fact.js";
import type { MailProduct } from "../../model/mail.js";
import { Subjects } from "../../model/subjects.js";
import { mailFacts } from "../mail/facts.js";

type Texts = Readonly<Record<string, string>>;

/** What a server's files, by path, say where nothing else is known of it but its release. */
export function factsOf(product: MailProduct, texts: Texts, version?: string): Promise<Fact[]> {
  const files = Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, { at: path, text }]));
  const definition = {
    id: "lab",
    product,
    origin: "planned",
    files,
    missing: [],
    ...(version ? { version } : {}),
  } as const;
  return mailFacts([definition], new Subjects(nothingDeclared));
}

/** As `factsOf`; undefined where the files are refused. */
export async function factsUnlessRefused(
  product: MailProduct,
  texts: Texts,
  version?: string,
): Promise<Fact[] | undefined> {
  try {
    return await factsOf(product, texts, version);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
