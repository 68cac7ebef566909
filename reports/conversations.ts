import type { Evidence, WireLine } from "../model/evidence.js";
import type { Report } from "../model/report.js";

export interface Conversation {
  readonly number: number;
  /** As the evidence that it stands behind has it. */
  readonly at: string;
  readonly lines: readonly WireLine[];
}

/** Every transcript of a report once, numbered in the order in which a reader meets it; `report` is in order. */
export class NumberedConversations {
  readonly all: Conversation[] = [];
  /** The evidence of one session shares its lines, so most are found without reading them. */
  private readonly byLines = new Map<readonly WireLine[], Conversation[]>();
  private readonly byPlace = new Map<string, Conversation[]>();

  constructor(report: Report) {
    const required = (report.profiles ?? []).flatMap(({ subjects }) =>
      subjects.flatMap(({ requirements }) => requirements),
    );
    for (const part of [report.findings, report.facts, required])
      for (const { evidence } of part) for (const each of evidence) this.keep(each);
  }

  /** Undefined where nothing was said. */
  numberOf({ at, transcript = [] }: Evidence): number | undefined {
    return this.byLines.get(transcript)?.find((each) => each.at === at)?.number;
  }

  private keep(evidence: Evidence): void {
    const { at, transcript: lines = [] } = evidence;
    if (lines.length === 0 || this.numberOf(evidence) !== undefined) return;
    const there = this.byPlace.get(at) ?? [];
    const twin = there.find((each) => saysTheSame(each.lines, lines));
    const conversation = twin ?? { number: this.all.length + 1, at, lines };
    if (!twin) {
      this.all.push(conversation);
      this.byPlace.set(at, there);
      there.push(conversation);
    }
    this.byLines.set(lines, [...(this.byLines.get(lines) ?? []), conversation]);
  }
}

function saysTheSame(one: readonly WireLine[], other: readonly WireLine[]): boolean {
  return (
    one.length === other.length &&
    one.every((line, i) => {
      const { at, by, text } = other[i] as WireLine;
      return line.at === at && line.by === by && line.text === text;
    })
  );
}
