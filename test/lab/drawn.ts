/**
 * Seed and count of a lab's random configurations. A normal run draws the same ones every time; PORT587_SEED (a number or
 * `random`) and PORT587_CASES draw others.
 */
export function drawn(server: string, usual: number): { readonly seed: number; readonly count: number } {
  const { PORT587_SEED = "7", PORT587_CASES = String(usual) } = process.env;
  const seed = PORT587_SEED === "random" ? Date.now() % 1_000_000_000 : wholeNumber("PORT587_SEED", PORT587_SEED);
  const count = wholeNumber("PORT587_CASES", PORT587_CASES);
  process.stderr.write(`generated ${server} configurations: PORT587_SEED=${seed} PORT587_CASES=${count}\n`);
  return { seed, count };
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} must be a whole number, not ${text}`);
  return Number(text);
}
