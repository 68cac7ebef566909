import type { FactValues } from "../model/fact.js";
import { hidden, type Judged, judged, type Seen } from "./seen.js";
import { printable } from "./transcript.js";

/** A mail server answers: a greeting of any code, or TLS. Another protocol is a sure no, silence and refusals are not. */
export function judgeListening(seen: Seen): Judged<FactValues["listening"]> {
  const { secure } = seen;
  if (secure?.greeting) return judged(true, `the server greets with ${secure.greeting.code}`, secure);
  if (secure && speaksTls(seen)) return judged(true, "the server speaks TLS", secure);
  if (secure?.speaks) return judged(false, `another protocol is spoken here: ${secure.speaks}`, secure);
  return hidden(seen, secure);
}

export function judgeGreeting(seen: Seen): Judged<FactValues["greeting"]> {
  const { secure } = seen;
  if (!secure?.greeting) return hidden(seen, secure);
  const { code, lines } = secure.greeting;
  return judged({ code, text: printable(lines.join(" ")) }, `the server greets with ${code}`, secure);
}

/** Of the first EHLO that was answered: in the clear, or inside implicit TLS. */
export function judgeKeywords(seen: Seen): Judged<FactValues["ehloKeywords"]> {
  const { secure } = seen;
  const first = secure?.implicit ? secure.secure : secure?.clear;
  if (!first) return hidden(seen, secure);
  const inside = secure?.implicit ? "inside TLS" : "in the clear";
  return judged(first.keywords.map(printable), `EHLO ${inside} lists ${first.keywords.length} keywords`, secure);
}

/** TLS has answered in some way: with a handshake, an alert, or a ServerHello of an old version. */
export function speaksTls({ secure, clear }: Seen): boolean {
  if (secure?.tls) return true;
  return clear?.offer !== undefined && clear.offer.notTls === "" && !clear.offer.hungUp;
}
