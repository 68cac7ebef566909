import type { Evidence, WireLine } from "../model/evidence.js";

const most = 4;

/**
 * The lines of a conversation that the evidence's own sentence speaks of: those that share its verbs, codes and names,
 * rare ones counting most, in the order in which they were said. A command brings its answer along. None, when the
 * sentence speaks of nothing that was said.
 */
export function decidingLines({ says, transcript = [] }: Evidence): readonly WireLine[] {
  const spoken = tokens(says);
  const heard = transcript.map(({ text }) => [...tokens(text)].filter((token) => spoken.has(token)));
  const frequency = new Map<string, number>();
  for (const token of heard.flat()) frequency.set(token, (frequency.get(token) ?? 0) + 1);
  const scored = heard
    .map((shared, index) => ({ index, score: shared.reduce((sum, token) => sum + 1 / (frequency.get(token) ?? 1), 0) }))
    .filter(({ score }) => score >= 0.5)
    .sort((a, b) => b.score - a.score || a.index - b.index);
  const chosen = scored.slice(0, most).map(({ index }) => index);
  const last = Math.max(...chosen);
  if (chosen.length < most && transcript[last]?.by === ">" && transcript[last + 1]?.by === "<") chosen.push(last + 1);
  return transcript.filter((_, index) => chosen.includes(index));
}

/** Verbs, reply codes, versions and mechanisms: words with a digit or two capitals. */
function tokens(text: string): Set<string> {
  const words = text.slice(0, 600).match(/[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?/g) ?? [];
  return new Set(words.filter((word) => /\d|[A-Z]{2}/.test(word)));
}
