/** `PORT587_SEED` (a number or `random`) and `PORT587_CASES`, printed so that a run can be repeated. */
export function seedAndCount(server: string, usualSeed: number, usualCount: number) {
  const { PORT587_SEED = String(usualSeed), PORT587_CASES = String(usualCount) } = process.env;
  const seed = PORT587_SEED === "random" ? Date.now() % 1_000_000_000 : wholeNumber("PORT587_SEED", PORT587_SEED);
  const count = wholeNumber("PORT587_CASES", PORT587_CASES);
  process.stderr.write(`generated ${server} configurations: PORT587_SEED=${seed} PORT587_CASES=${count}\n`);
  return { seed, count };
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} must be a whole number, not ${text}`);
  return Number(text);
}
