/**
 * Is a declared release this one or a later one? undefined where the text leaves it open: none is declared, or `3.3` is asked
 * about 3.3.4.
 */
export function isSince(declared: string | undefined, release: string): boolean | undefined {
  const own = numbers(declared ?? "");
  for (const [index, number] of numbers(release).entries()) {
    const mine = own[index];
    if (mine === undefined) return undefined;
    if (mine !== number) return mine > number;
  }
  return true;
}

function numbers(text: string): number[] {
  const [dotted = ""] = /^\d{1,9}(?:\.\d{1,9})*/.exec(text) ?? [];
  return dotted === "" ? [] : dotted.split(".").map(Number);
}
