import { isUnknown, type Maybe, missingOf, unknown } from "../../../model/maybe.js";
import type { Input } from "../input.js";
import { type References, referenceOf, referencesOf } from "../references.js";
import type { Resource } from "../resource.js";
import { Named } from "./named.js";

const accountTypes = ["gcp:serviceaccount/account:Account", "gcp:serviceAccount/account:Account"];

/** Network tags or service accounts: those that are surely meant, and the inputs that may name others. */
export interface Labels {
  readonly known: ReadonlySet<string>;
  readonly missing: readonly string[];
}

export const noLabels: Labels = { known: new Set(), missing: [] };

export function isNone({ known, missing }: Labels): boolean {
  return known.size === 0 && missing.length === 0;
}

/** Is one of the wanted labels carried? */
export function overlap(wanted: Labels, carried: Labels): Maybe<boolean> {
  if ([...wanted.known].some((each) => carried.known.has(each))) return true;
  const missing = [...wanted.missing, ...carried.missing];
  return missing.length === 0 || isNone(wanted) || isNone(carried) ? false : unknown(...missing);
}

/** A list of network tags; absent is empty. */
export function tagsOf(input: Input): Labels {
  const items = input.items() ?? [];
  if (isUnknown(items)) return { known: new Set(), missing: items.unknown };
  const texts = items.map((each) => each.text());
  const known = texts.filter((text): text is string => typeof text === "string");
  return { known: new Set(known), missing: missingOf(...texts) };
}

/** Service accounts by their email; an account of this program stands for itself while its email is unknown. */
export class Accounts {
  private readonly accounts: Named;

  constructor(resources: readonly Resource[]) {
    this.accounts = new Named(resources, accountTypes);
  }

  /** A list of emails, the input `property`. */
  listed(holder: Resource, property: string, emails: Input): Labels {
    return labelsOf(referencesOf(holder, property, emails, this.accounts), emails.at);
  }

  /** One email within the input `property`. */
  one(holder: Resource, property: string, email: Input): Labels {
    return labelsOf(referenceOf(holder, property, email, this.accounts), email.at);
  }
}

/** What references name, as labels. */
export function labelsOf({ certain, outside, doubtful, missing }: References, at: string): Labels {
  return {
    known: new Set([...certain.map(({ urn }) => urn), ...outside.map(({ id }) => id)]),
    missing: doubtful.length > 0 ? [...new Set([...missing, at])] : missing,
  };
}
