import type picocolors from "picocolors";
import wrap from "wrap-ansi";
import type { Severity, Verdict } from "../model/finding.js";
import { required } from "../model/required.js";
import type { Style } from "./format.js";
import { oneLine } from "./text.js";
import { readable } from "./words.js";

const { createColors } = required<typeof picocolors>("picocolors");

type Ink = (text: string) => string;

const labelWidth = 8;

/** Writes wrapped, indented and (if the style has it) coloured lines; what it is given may be hostile. */
export interface Pen {
  readonly plain: Ink;
  readonly bold: Ink;
  readonly dim: Ink;
  readonly red: Ink;
  readonly yellow: Ink;
  readonly green: Ink;
  severity(severity: Severity): Ink;
  verdict(verdict: Verdict): Ink;
  /** `mark WORD rest`, the word in colour. */
  title(mark: string, ink: Ink, word: string, rest: string): string;
  /** Wrapped text; further lines go in by `hang` more columns. */
  paragraph(ink: Ink, text: string, indent?: number, hang?: number): string;
  /** `label  text`, the text in its own column. */
  field(label: string, text: string): string;
  /** As `field`, never broken: a broken link cannot be clicked. */
  link(label: string, url: string): string;
}

export function penFor(style: Style): Pen {
  const colours = createColors(style.colour);
  const plain: Ink = (text) => text;
  const severityInk: Readonly<Record<Severity, Ink>> = {
    critical: (text) => colours.bold(colours.red(text)),
    high: colours.red,
    medium: colours.yellow,
    low: colours.cyan,
    info: colours.dim,
  };
  const verdictInk: Readonly<Record<Verdict, Ink>> = {
    contradicted: (text) => colours.bold(colours.magenta(text)),
    confirmed: colours.red,
    unreachable: colours.yellow,
    unverified: colours.yellow,
    static: colours.dim,
  };
  const lines = (text: string, width: number) =>
    wrap(oneLine(readable(text)), Math.max(20, width), { hard: true }).split("\n");
  const paragraph: Pen["paragraph"] = (ink, text, indent = 0, hang = 0) =>
    lines(text, style.width - indent - hang)
      .map((line, index) => " ".repeat(index === 0 ? indent : indent + hang) + ink(line))
      .join("\n");
  const label = (text: string) => `  ${colours.dim(text.padEnd(labelWidth))}`;
  return {
    plain,
    bold: colours.bold,
    dim: colours.dim,
    red: colours.red,
    yellow: colours.yellow,
    green: colours.green,
    severity: (severity) => severityInk[severity],
    verdict: (verdict) => verdictInk[verdict],
    title: (mark, ink, word, rest) => {
      const start = `${mark} ${word}`;
      const [first = "", ...more] = lines(`${start}  ${rest}`, style.width - 2);
      return [
        ink(start) + colours.bold(first.slice(start.length)),
        ...more.map((line) => `  ${colours.bold(line)}`),
      ].join("\n");
    },
    paragraph,
    field: (name, text) => {
      const [first = "", ...more] = lines(text, style.width - labelWidth - 2);
      return [label(name) + first, ...more.map((line) => " ".repeat(labelWidth + 2) + line)].join("\n");
    },
    link: (name, url) => label(name) + colours.underline(oneLine(url)),
  };
}
