import { isIP } from "../../model/ip-version.js";

/** What one Received field says (RFC 5321 section 4.4), as far as it concerns a submission. */
export interface Trace {
  readonly by: string;
  /** The protocol, upper case; empty where none is named. */
  readonly with: string;
  /** `TLSv1.3`, where a version is named. */
  readonly tls: string | undefined;
  /** What it tells of the client. */
  readonly discloses: readonly ("address" | "login")[];
  /** The `from` part with its comments: what the client called itself, and where it came from. */
  readonly from: string;
}

/** The protocols of RFC 3848 and RFC 6531 section 4.3 whose names tell TLS and AUTH: those with S and with A. */
const protocols = /^(?:(?:ES|L)MTP|UTF8(?:SM|LM)TP)(S?)(A?)$/;

/** Whether the protocol's name says TLS and AUTH; undefined where it is none of the registered ones. */
export function promiseOf(protocol: string): { readonly tls: boolean; readonly authenticated: boolean } | undefined {
  if (protocol === "SMTP") return { tls: false, authenticated: false };
  const [, tls, authenticated] = protocols.exec(protocol) ?? [];
  return tls === undefined ? undefined : { tls: tls !== "", authenticated: authenticated !== "" };
}

/** Comments in which servers name the account: Postfix's and Haraka's. Their own words are not kept. */
const namesLogin = /\bauthenticated sender: *[^\s)]|\bauthenticated as [^\s)]|\(authenticated: *[^\s)]/i;

export function traceOf(value: string): Trace {
  const words = withoutComments(value);
  const clause = (name: string) => new RegExp(`(?:^|\\s)${name}\\s+(\\S+)`, "i").exec(words)?.[1] ?? "";
  const until = /\sby\s/i.exec(value)?.index ?? 0;
  const from = /^from\s/i.test(value) ? value.slice(0, until) : "";
  const addresses = from.split(/[\s[\]()]+/).map((each) => each.replace(/^IPv6:/i, ""));
  return {
    by: clause("by"),
    with: /^[\w-]{1,40}$/.exec(clause("with"))?.[0].toUpperCase() ?? "",
    tls: versionIn(value),
    discloses: [
      ...(addresses.some((each) => isIP(each) !== 0) ? (["address"] as const) : []),
      ...(namesLogin.test(value) ? (["login"] as const) : []),
    ],
    from,
  };
}

/** `TLSv1.3` of Postfix, `TLS1_3` of Gmail and Exchange, `TLS1.3` of Exim. */
function versionIn(value: string): string | undefined {
  const minor = /\bTLS ?v?1[._]([0-3])\b/i.exec(value)?.[1];
  return minor === undefined ? undefined : minor === "0" ? "TLSv1" : `TLSv1.${minor}`;
}

/** Comments nest (RFC 5322 section 3.2.2). */
function withoutComments(value: string): string {
  let depth = 0;
  let rest = "";
  for (const char of value) {
    if (char === "(") depth++;
    else if (char === ")" && depth > 0) depth--;
    else if (depth === 0) rest += char;
  }
  return rest;
}
