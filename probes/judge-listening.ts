import type { FactValues } from "../model/fact.js";
import { isIP } from "../model/ip-version.js";
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

/** Numbers with a dot, apart from the host's name, addresses, reply codes and dates. */
export function judgeBannerVersion(seen: Seen): Judged<FactValues["bannerVersion"]> {
  const { secure } = seen;
  if (secure?.greeting?.code !== 220) return hidden(seen, secure);
  const named = namesVersion(secure.greeting.lines);
  return judged(named, `the greeting ${named ? "names" : "does not name"} a version`, secure);
}

/** A word such as `4.96`, `Postfix-3.7.11` or `8.17.1/8.17.1;`; never the host name that comes first. */
function namesVersion(lines: readonly string[]): boolean {
  const words = lines.flatMap((line) => line.split(/\s+/).slice(1));
  return words.some((word) => {
    const bare = word.replace(/^[([]|[)\];,.]+$/g, "");
    if (isIP(bare) || /^\d{1,2}\.\d{1,2}\.\d{4}$/.test(bare) || bare.includes(":")) return false;
    // The last label of a domain name starts with a letter.
    if (/\.[a-z][a-z0-9-]*$/i.test(bare) && !/^v?\d/i.test(bare)) return false;
    return /(^|[^\d.])\d+\.\d+/.test(bare);
  });
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
