import type { FactOf } from "../model/fact.js";
import { isUnknown } from "../model/maybe.js";
import type { Pen } from "./pen.js";
import { oneLine } from "./text.js";

const versionWidth = "TLSv1.2".length;

/** The cipher suites that one endpoint was seen to take, a line each; none where they were not asked for. */
export function suiteLines(facts: readonly FactOf<"cipherSuites">[], pen: Pen): string[] {
  return facts
    .filter(({ origin }) => origin === "observed")
    .flatMap(({ value, evidence }) => {
      if (isUnknown(value))
        return [pen.paragraph(pen.yellow, `cipher suites: not known (${value.unknown.join("; ")})`, 4, 2)];
      const head = pen.paragraph(pen.plain, evidence[0]?.says ?? "", 4, 2);
      const rows = value.accepted.flatMap(({ version, suites }) =>
        suites.map((suite) => `    ${version.padEnd(versionWidth)}  ${oneLine(suite)}`),
      );
      return [head, ...rows];
    });
}
