import type { Fact } from "../model/fact.js";
import { isUnknown } from "../model/maybe.js";
import type { Style } from "./format.js";
import { groupBy } from "./order.js";
import { penFor } from "./pen.js";
import { place, valueInWords } from "./words.js";

/** Facts by subject, each with its value, whom it holds for and the line that decided it, or the default where none did. */
export function renderExplanation(facts: readonly Fact[], style: Style): string {
  const pen = penFor(style);
  const blocks = [...groupBy(facts, ({ subject }) => subject)].map(([subject, about]) =>
    [
      pen.bold(subject),
      ...about.flatMap((fact) => [
        pen.paragraph(
          isUnknown(fact.value) ? pen.yellow : pen.plain,
          `${isUnknown(fact.value) ? "?" : "·"} ${fact.name}: ${valueInWords(fact)}${forWhom(fact)}`,
          2,
          2,
        ),
        ...fact.evidence.map(({ kind, at, says }) =>
          pen.paragraph(pen.dim, `${kind === "default" ? `no line sets it (${at})` : place(at)}  ${says}`, 6, 2),
        ),
      ]),
    ].join("\n"),
  );
  return `${blocks.length > 0 ? blocks.join("\n\n") : "The definitions say nothing about a mail port."}\n`;
}

function forWhom({ from }: Fact): string {
  const all = from.toString();
  return all === "anyone" ? "" : `, for ${all}`;
}
