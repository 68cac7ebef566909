import { type Offer, plainOldOffer, plainWeakOffer, weakOffer } from "./client-hello.js";
import { followsClient, mixedTellsNothing } from "./preference.js";
import type { SessionRecord } from "./record.js";
import type { Seen } from "./seen.js";

/** Whether the server hangs up where others send an alert, which decides what C offers: the first session tells that sees it. */
export class Manner {
  /** What is told later changes nothing. */
  tell: (hangsUp: boolean) => void = () => undefined;
  readonly hangsUp = new Promise<boolean>((resolve) => {
    this.tell = resolve;
  });
}

/** The server agreed to TLS, and hung up without an alert on what came in place of a ClientHello. */
export function hungUpOnTls({ failure }: SessionRecord): boolean {
  return failure?.stage === "tls" && (failure.kind === "closed" || failure.kind === "reset");
}

/**
 * What is left to be offered after the sessions. A hang-up may be a failure at a suite, or the server's way to refuse, as Dovecot's,
 * which sends no alert at all. Where the server follows our order of suites it is a refusal; else where it hangs up on suites at
 * which none can fail, too.
 */
export function furtherOffers(
  seen: Seen,
  again: (name: "oldAgain" | "weak" | "weakAgain", offer: Offer) => () => Promise<void>,
): (() => Promise<void>)[] {
  if (followsClient(seen)) return [];
  const isAlone = !mixedTellsNothing(seen);
  const weak = async () => {
    if (!isAlone) {
      delete seen.weak;
      await again("weak", weakOffer)();
    }
    if (seen.weak?.answer?.kind === "closed") await again("weakAgain", plainWeakOffer)();
  };
  return [
    ...(seen.clear?.offer?.hungUp ? [again("oldAgain", plainOldOffer)] : []),
    ...(!isAlone || seen.weak?.answer?.kind === "closed" ? [weak] : []),
  ];
}
