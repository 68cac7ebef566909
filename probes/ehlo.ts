import type { Reply } from "./replies.js";

/** What a server says it can do (RFC 5321 section 4.1.1.1). */
export interface Capabilities {
  /** Upper case, sorted. */
  readonly keywords: readonly string[];
  /** SASL mechanisms, upper case, sorted; the old spelling `AUTH=PLAIN` counts, because clients of its time obey it. */
  readonly mechanisms: readonly string[];
  /** A middlebox has overwritten keywords (`XXXXXXXA`), as the ESMTP inspection of firewalls does. */
  readonly masked: boolean;
}

/** Reads the lines after the first of a positive EHLO reply. */
export function capabilitiesOf({ lines }: Reply): Capabilities {
  const keywords = new Set<string>();
  const mechanisms = new Set<string>();
  for (const line of lines.slice(1)) {
    const [keyword = "", ...parameters] = line
      .trim()
      .toUpperCase()
      .split(/[\s=]+/);
    if (keyword === "") continue;
    keywords.add(keyword);
    if (keyword === "AUTH") for (const each of parameters) if (each !== "") mechanisms.add(each);
  }
  const sorted = [...keywords].sort();
  return {
    keywords: sorted,
    mechanisms: [...mechanisms].sort(),
    masked: sorted.some((keyword) => /^X{4,}[A-Z]?$/.test(keyword)),
  };
}
