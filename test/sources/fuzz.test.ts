import fc from "fast-check";
import { InputError } from "../../model/errors.js";
import { drawn } from "../lab/drawn.js";
import { type Language, languages, type Texts } from "./made-up.js";

async function outcome({ read, beside = {} }: Language, texts: Texts): Promise<"read" | "refused"> {
  try {
    await read(new Map([...Object.entries(beside), ...texts]));
    return "read";
  } catch (error) {
    if (error instanceof InputError) return "refused";
    throw error;
  }
}

type Steps = readonly string[];

/** The parts of a value, by the keys that lead to them. */
function partsOf(value: unknown): Steps[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [[key], ...partsOf(each).map((steps) => [key, ...steps])]);
}

function at(value: unknown, steps: Steps): unknown {
  return steps.reduce((holder: unknown, step) => (holder as Record<string, unknown> | undefined)?.[step], value);
}

/** The whole with some of its parts replaced: by what is made, by another of its parts, or by nothing. */
function changed<T>(whole: T, made: fc.Arbitrary<unknown>): fc.Arbitrary<T> {
  const part = fc.constantFrom(...partsOf(whole));
  const other = part.map((steps) => at(whole, steps));
  const edit = fc.tuple(part, fc.oneof(made, other, fc.constant(undefined)));
  return fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => {
    const copy = structuredClone(whole);
    for (const [steps, value] of edits) {
      const holder = at(copy, steps.slice(0, -1));
      if (typeof holder === "object" && holder !== null)
        Object.assign(holder, { [steps.at(-1) as string]: structuredClone(value) });
    }
    return copy;
  });
}

const edges = [null, "", 0, -1, 587, 65536, 1e21, 0.5, true, [], {}, [null], "__proto__", "constructor", "::/129"];
const madeValue = fc.oneof(fc.constantFrom(...edges, "a".repeat(300)), fc.jsonValue({ maxDepth: 3 }));
const noise = fc.string({ unit: "binary", maxLength: 8 });

function written(sample: unknown, write: Language["write"] = JSON.stringify): string {
  return typeof sample === "string" ? sample : write(sample);
}

/** A sample with some of its words or parts replaced. */
function variant(sample: unknown, words: readonly string[], write: Language["write"] = JSON.stringify) {
  if (typeof sample !== "string") return changed(sample, madeValue).map(write);
  return changed(sample.split(/(\s+|[="':,;/])/), fc.oneof(fc.constantFrom(...words), noise)).map((each) =>
    each.join(""),
  );
}

// The long run: PORT587_SEED=random PORT587_CASES=100000 npm test -- test/sources/fuzz; one language alone: -t '^pf whatever'
const { seed, count } = drawn("made-up texts of containers, clusters and host firewalls", 100);

describe.each(Object.entries(languages))("%s", (_, language) => {
  const { files, heads, samples = [], write } = language;
  const words = language.words.split(/ {2,}|\n {2,}/);
  const piece = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(fc.constantFrom(...words), fc.constantFrom(" ", " ", "\n", "")).map((each) => each.join("")),
    },
    { weight: 1, arbitrary: noise },
  );
  const soup = fc
    .tuple(fc.constantFrom(...heads), fc.array(piece, { maxLength: 40 }))
    .map(([head, pieces]) => head + pieces.join(""));
  const text = fc.oneof(soup, ...samples.map((sample) => variant(sample, words, write)));
  const texts = fc
    .tuple(...files.map(() => text))
    .map((made) => new Map(files.map((path, i) => [path, made[i] ?? ""])));

  it("whatever the files hold, they are read or an InputError says why not", async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (made) => {
        await outcome(language, made);
      }),
      { seed, numRuns: count },
    );
  }, 36_000_000);

  it("what the samples hold is read", async () => {
    for (const sample of samples)
      expect(await outcome(language, new Map([[files[0] as string, written(sample, write)]]))).toBe("read");
  });

  it.each([
    `${words.join(" ")}\n`,
    `${words.join("\n")}\n`,
    "x ",
    "x: y\n",
    "x = y\n",
    '"',
    "{",
    "[",
    "<a>",
    "- ",
    "\\\n",
    "\n",
    "# x\n",
  ])("%j many times ends", async (unit) => {
    const made = `${heads.at(-1)}${unit.repeat(Math.ceil(100_000 / unit.length))}`;
    expect(await outcome(language, new Map([[files[0] as string, made]]))).toMatch(/^(read|refused)$/);
  });
});
