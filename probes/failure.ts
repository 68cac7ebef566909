import type { PathFailure } from "../model/fact.js";

type Kind = PathFailure["kind"];

/** Thrown inside a session when nothing more can be seen in it; caught where the session ends. */
export class PathEnded extends Error {
  constructor(
    readonly failure: PathFailure,
    /** The protocol that the peer speaks in place of SMTP, where it can be named. */
    readonly speaks?: string,
  ) {
    super(describeFailure(failure));
  }
}

/** `connect: refused (ECONNREFUSED)`: also the missing input of every fact that the failure hid. */
export function describeFailure({ stage, kind, detail }: PathFailure): string {
  return `${stage}: ${kind} (${detail})`;
}

const kinds: Readonly<Record<string, Kind>> = {
  // A forged RST and an ICMP port-unreachable look the same from here.
  ECONNREFUSED: "refused",
  ECONNRESET: "reset",
  ECONNABORTED: "reset",
  EPIPE: "reset",
  ETIMEDOUT: "timeout",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  ENOPROTOOPT: "unreachable",
  EHOSTDOWN: "unreachable",
  ENONET: "unreachable",
  EOPNOTSUPP: "unreachable",
  // From the network it is ICMPv6's "administratively prohibited".
  EACCES: "unreachable",
  EPERM: "local",
  EADDRNOTAVAIL: "local",
  EAFNOSUPPORT: "local",
  EINVAL: "local",
  EMFILE: "local",
  ENFILE: "local",
};

/** `sent` is false when the kernel refused before any packet left, which makes "unreachable" a matter of this machine. */
export function kindOf(code: string, sent: boolean): Kind {
  const kind = kinds[code] ?? "reset";
  return kind === "unreachable" && !sent ? "local" : kind;
}

export function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
