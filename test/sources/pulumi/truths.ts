import { factsNamed } from "../../../model/fact.js";
import { isUnknown } from "../../../model/maybe.js";
import { answer, factsOf, forms, fromState, missingAt, type Written } from "./programs.js";

const truths: Readonly<Record<string, boolean | "unknown">> = { fail: true, pass: false, unknown: "unknown" };

/**
 * Programs whose names begin with the truth about `subject`, for a client of the internet: `fail_` it is open, `pass_` it
 * is not, `unknown_` that is undecided with what is missing. Read from each form of a stack.
 */
export function describeTruths(title: string, subject: string, programs: Readonly<Record<string, readonly Written[]>>) {
  describe.each(Object.entries(forms))(`${title} from %s`, (_, read) => {
    it.each(Object.entries(programs))("%s", async (name, program) => {
      const expected = truths[name.split("_")[0] as string];
      const facts = factsOf(await read(program));
      expect(answer(facts, "reachable", subject, "8.8.8.8")).toBe(expected);
      if (expected === "unknown") expect(missingAt(facts, "reachable", subject).length).toBeGreaterThan(0);
    });
  });
}

/** What the listener `lb:587` of a program speaks; none where nothing is said. */
export async function spokenBy(program: readonly Written[]): Promise<unknown[]> {
  const said = factsNamed(factsOf(await fromState(program)), "listenerProtocol");
  return said.filter(({ subject }) => subject === "lb:587").map(({ value }) => (isUnknown(value) ? "unknown" : value));
}
