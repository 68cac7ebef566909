import type { FactValues } from "../model/fact.js";
import { speaksTls } from "./judge-listening.js";
import { type Reply, shortReply } from "./replies.js";
import { hidden, hiddenByTls, type Judged, judged, type Seen, undecided } from "./seen.js";

/**
 * Two answers inside TLS before the one to QUIT, the first of a single line: NOOP, which was sent before TLS, has been carried
 * out. One answer: it was thrown away. Nothing else counts, so that a server that answers oddly is no finding.
 */
export function judgeInjection(seen: Seen): Judged<FactValues["commandInjection"]> {
  const { secure, injection } = seen;
  if (secure?.implicit) {
    if (!speaksTls(seen)) return hidden(seen, secure);
    return judged("safe", "TLS from the first byte: no command can precede it", secure);
  }
  if (!injection) return hiddenByTls(seen, secure);
  // Only beside a session that went well can an odd end be laid to the injected command.
  if (!secure?.secure || secure.failure?.kind === "protocol") return hidden(seen, secure);
  const { starttls, failure, injection: replies } = injection;
  if (replies) return byOrder(replies, seen);
  if (starttls?.value === "refused") {
    return judged("safe", "STARTTLS is refused when another command follows it at once", injection);
  }
  const hungUp = failure && (failure.kind === "closed" || failure.kind === "reset");
  if (hungUp && (failure.stage === "starttls" || failure.stage === "tls")) {
    return judged("safe", "the connection ends when another command follows STARTTLS at once", injection);
  }
  return hidden(seen, injection);
}

function byOrder(replies: readonly Reply[], { injection }: Seen): Judged<FactValues["commandInjection"]> {
  const said = replies.filter(({ code }) => code !== 221);
  const [first, second] = said;
  const told = `EHLO inside TLS, after STARTTLS and NOOP in one write, is answered ${said.map(shortReply).join(", ")}`;
  const isList = (reply: Reply | undefined) => reply?.code === 250 && reply.lines.length > 1;
  if (said.length === 1 && (isList(first) || (first?.code === 250 && replies.at(-1)?.code === 221))) {
    return judged("safe", `${told}: once, for EHLO alone`, injection);
  }
  if (said.length === 2 && first?.lines.length === 1 && second?.code === 250) {
    return judged("vulnerable", `${told}: the first of them is for the NOOP`, injection);
  }
  return undecided(told, injection);
}

/** RFC 3207 section 4.2: STARTTLS must not be offered once TLS is up. */
export function judgeStarttlsTwice(seen: Seen): Judged<FactValues["starttlsTwice"]> {
  const { secure } = seen;
  if (!secure?.secure) return hiddenByTls(seen, secure);
  const listed = secure.secure.keywords.includes("STARTTLS");
  return judged(listed, `EHLO inside TLS ${listed ? "lists" : "does not list"} STARTTLS`, secure);
}
