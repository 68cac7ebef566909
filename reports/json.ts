import type { Evidence } from "../model/evidence.js";
import type { Report } from "../model/report.js";
import { NumberedConversations } from "./conversations.js";
import type { Format } from "./format.js";
import { jsonPieces } from "./json-pieces.js";
import { inOrder } from "./order.js";

/** Down to each fact, finding, probe and transcript. */
const depth = 2;

/**
 * The whole report as data; `schemas/report.schema.json` describes it. What was said on one connection stands once, under the number
 * that the HTML report gives it, and evidence names that.
 */
export const json: Format = {
  *render(report) {
    yield* jsonPieces(toldOnce(inOrder(report)), depth);
    yield "\n";
  },
};

function toldOnce(report: Report) {
  const conversations = new NumberedConversations(report);
  const named = (evidence: Evidence) =>
    evidence.transcript ? { ...evidence, transcript: conversations.numberOf(evidence) } : evidence;
  const once = <T extends { readonly evidence: readonly Evidence[] }>(each: T) => ({
    ...each,
    evidence: each.evidence.map(named),
  });
  const profiles = report.profiles?.map((profile) => ({
    ...profile,
    subjects: profile.subjects.map((each) => ({ ...each, requirements: each.requirements.map(once) })),
  }));
  return {
    ...report,
    ...(profiles ? { profiles } : {}),
    facts: report.facts.map(once),
    findings: report.findings.map(once),
    transcripts: conversations.all.map(({ number, ...said }) => ({ id: number, ...said })),
  };
}
