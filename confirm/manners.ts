import type { PathFailure } from "../model/trial.js";

const moments: Readonly<Record<PathFailure["stage"], string>> = {
  resolve: "in the DNS",
  connect: "as soon as it stands",
  greeting: "before it greets",
  ehlo: "at EHLO",
  starttls: "at STARTTLS",
  tls: "in the TLS handshake",
  session: "in the middle of the conversation",
};

/** What follows "Port 587": how a probe that did not come to its end was stopped. */
export function mannerOf({ stage, kind, detail }: Pick<PathFailure, "stage" | "kind" | "detail">): string {
  const moment = moments[stage];
  switch (kind) {
    case "not-found":
      return "cannot be tried";
    case "local":
      return "is blocked here";
    case "refused":
      return "is refused";
    case "unreachable":
      return "cannot be reached";
    case "timeout":
      if (stage === "resolve") return "cannot be tried";
      return stage === "connect" ? "does not answer" : `takes the connection, then falls silent ${moment}`;
    case "closed":
      return `closes the connection ${moment}`;
    case "reset":
      return `resets the connection ${moment}`;
    case "busy":
      return `answers ${detail.replace(/^EHLO /, "")}${stage === "greeting" ? "" : ` ${moment}`}`;
    case "protocol":
      if (foreign.test(detail)) return "does not speak SMTP";
      return stage === "tls" ? "fails in the TLS handshake" : "does not speak SMTP as it should";
  }
}

const foreign = /^it speaks (?!SMTP\b)/;

/** What listens there and what it does, where the peer breaks the protocol or speaks another. */
export function breachInWords({ detail }: Pick<PathFailure, "detail">): string {
  const tls = /^ERR_SSL_|^EPROTO$/.test(detail) ? tlsProblems.find(([code]) => code.test(detail)) : undefined;
  if (tls) return `the server ${tls[1]} (${detail})`;
  return `what listens there ${detail.startsWith("it ") ? detail.slice(3) : `breaks the protocol: ${detail}`}`;
}

/** OpenSSL's words for what a server does in the handshake; the last row fits every one. */
const tlsProblems: readonly (readonly [RegExp, string])[] = [
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH|UNEXPECTED_MESSAGE|BAD_RECORD_TYPE/, "answers with something that is no TLS"],
  [/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|INAPPROPRIATE/, "has neither TLS 1.2 nor TLS 1.3"],
  [/HANDSHAKE_FAILURE|INSUFFICIENT_SECURITY/, "finds no cipher suite in common: it may have no certificate"],
  [/INTERNAL_ERROR/, "reports an internal error of its own"],
  [/UNRECOGNIZED_NAME/, "does not know this host name"],
  [/./, "breaks the handshake off"],
];

/** Why something was not seen; a failure (`greeting: busy (421 4.7.0)`) in the words of `mannerOf`. */
export function reasonInWords(missing: string): string {
  const [, stage, kind, detail = ""] =
    /^(greeting|ehlo|starttls|tls|session): (timeout|reset|closed|busy|protocol) \((.*)\)$/s.exec(missing) ?? [];
  if (stage && kind) {
    const failure = { stage: stage as PathFailure["stage"], kind: kind as PathFailure["kind"], detail };
    return kind === "protocol" ? breachInWords(failure) : `on one try it ${mannerOf(failure)}`;
  }
  return missing.startsWith("a ") ? `that takes ${missing}` : missing;
}
