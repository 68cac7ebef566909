import { mixedOffer, usualSuites } from "./client-hello.js";
import type { SessionRecord } from "./record.js";
import type { Seen } from "./seen.js";
import { suiteName } from "./suites.js";

/**
 * Two suites that the server chose out of the same ones, which it was offered in two orders: it follows its client's, and not one of
 * its own. Undefined where nothing shows that.
 *
 * What follows from it: a server that hangs up may have failed at the suite that it chose, as a Dovecot without `ssl_dh` at the first
 * with DHE. One that follows our order chooses such a suite only where it takes none of the others, which come first.
 */
export function followsClient({ secure, injection, weak, good }: Seen): readonly [string, string] | undefined {
  const [first, second] = [secure?.tls, injection?.tls];
  if (first && second && first.version === second.version && first.suite !== second.suite)
    return [first.suite, second.suite];
  if (weak?.offered !== mixedOffer) return undefined;
  // One that has an order of its own would take the same suite out of both offers.
  const [behindWeak, alone] = [usualChoice(weak), usualChoice(good)];
  if (behindWeak === undefined || alone === undefined || behindWeak === alone) return undefined;
  return [suiteName(behindWeak), suiteName(alone)];
}

/** As a clause of evidence. */
export function sayFollows([one, other]: readonly [string, string]): string {
  return `it follows our order of suites, as ${one} and ${other} have shown, and those at which a server may fail come last`;
}

/** Whether the offer of weak suites before good ones is no answer to the question whether a weak one is taken. */
export function mixedTellsNothing(seen: Seen): boolean {
  const { weak } = seen;
  if (weak?.offered !== mixedOffer || !weak.answer || followsClient(seen)) return false;
  return weak.answer.kind !== "server-hello" || usualChoice(weak) !== undefined;
}

function usualChoice(record: SessionRecord | undefined): number | undefined {
  const answer = record?.answer;
  return answer?.kind === "server-hello" && usualSuites.includes(answer.suite) ? answer.suite : undefined;
}
