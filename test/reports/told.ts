import type { Evidence, WireLine } from "../../model/evidence.js";
import type { Report } from "../../model/report.js";

interface Written extends Omit<Evidence, "transcript"> {
  readonly transcript?: number;
}

/** Those of a printed report, by their ids. */
function linesById(document: { readonly transcripts: readonly { id: number; lines: readonly WireLine[] }[] }) {
  return new Map(document.transcripts.map(({ id, lines }) => [id, lines]));
}

/** A report as it was before it was printed as JSON: the lines of a transcript stand in each piece of evidence that names it. */
export function reportOf(json: string): Report {
  const document = JSON.parse(json);
  const byId = linesById(document);
  const whole = ({ transcript, ...rest }: Written) => {
    if (transcript === undefined) return rest;
    const lines = byId.get(transcript);
    if (!lines) throw new Error(`no transcript ${transcript}`);
    return { ...rest, transcript: lines };
  };
  const each = <T extends { readonly evidence: readonly Written[] }>(part: T) => ({
    ...part,
    evidence: part.evidence.map(whole),
  });
  const { transcripts: _, ...rest } = document;
  for (const { subjects } of document.profiles ?? [])
    for (const subject of subjects) subject.requirements = subject.requirements.map(each);
  return { ...rest, facts: document.facts.map(each), findings: document.findings.map(each) };
}
