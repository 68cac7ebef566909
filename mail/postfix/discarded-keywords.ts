import { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import { onceForEach } from "../../model/once.js";
import type { Settings } from "./settings.js";
import { anything, type Found, type Part, type Table } from "./tables/table.js";
import { tokens } from "./tokens.js";

/** The EHLO keywords that some clients are not told, and whose commands they cannot give. */
export interface Discarded {
  readonly from: AddressSet;
  /** In lower case; undefined where no file at hand tells. */
  readonly keywords: ReadonlySet<string> | undefined;
  /** The setting that says so, and the line. */
  readonly name: string;
  readonly evidence: Evidence;
}

/** A value by the client's whole address. */
const byAddress = onceForEach((table: Table) => table.answers((value) => value).addresses());

const words = "smtpd_discard_ehlo_keywords";
const maps = "smtpd_discard_ehlo_keyword_address_maps";

/** All clients in parts: what a table finds by the whole address stands in place of the list for everyone (postconf(5)). */
export function discardedKeywords(settings: Settings): Discarded[] {
  let rest: readonly Part[] = [{ from: AddressSet.everything, finds: [undefined] }];
  for (const word of tokens(settings.text(maps))) {
    const table = settings.table(word, maps);
    const unread: Part[] = [{ from: AddressSet.everything, finds: [{ value: anything, at: "" }, undefined] }];
    const isOpen = table !== undefined && table.failsAt === undefined;
    rest = under(rest, isOpen ? byAddress(table) : unread);
  }
  const everyone = {
    ...{ keywords: keywordsOf(settings.text(words)), name: words },
    evidence: settings.evidence(words, `${words} says which keywords clients are not told`),
  };
  return rest.map(({ from, finds }) => {
    const [found] = finds;
    if (!found && finds.length === 1) return { from, ...everyone };
    const evidence = settings.evidence(maps, `${maps} says which keywords these clients are not told`);
    if (!found || finds.length > 1 || found.value === anything)
      return { from, keywords: undefined, name: maps, evidence };
    return {
      from,
      keywords: keywordsOf(found.value),
      name: maps,
      evidence: { ...evidence, kind: "code", at: found.at },
    };
  });
}

/** The next table is asked where the ones before find nothing. */
function under(parts: readonly Part[], next: readonly Part[]): Part[] {
  return parts.flatMap((part) => {
    if (!part.finds.includes(undefined)) return [part];
    const found = part.finds.filter((each): each is Found => each !== undefined);
    return next
      .map(({ from, finds }) => ({ from: part.from.intersect(from), finds: [...found, ...finds] }))
      .filter(({ from }) => !from.isEmpty);
  });
}

function keywordsOf(text: string): ReadonlySet<string> {
  return new Set(tokens(text).map((word) => word.toLowerCase()));
}

/** Whether the clients are not told this keyword, and why; the answer is undefined where only a table tells. */
export function hides(
  discarded: readonly Discarded[],
  from: AddressSet,
  keyword: string,
): { readonly answer: boolean | undefined; readonly missing: string; readonly evidence: Evidence } {
  const { keywords, name, evidence } = discarded.find((part) => part.from.contains(from)) as Discarded;
  const answer = keywords?.has(keyword);
  const says = `${name} ${answer === undefined ? "may take" : "takes"} ${keyword.toUpperCase()} away`;
  return { answer, missing: `the table of ${name}`, evidence: { ...evidence, says } };
}
