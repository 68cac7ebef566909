import type { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import {
  type ConnectionOptions,
  createSecureContext,
  type SecureContext,
  connect as startTls,
  type TLSSocket,
} from "node:tls";
import type { PathFailure, TlsVersion } from "../model/fact.js";
import { isIP } from "../model/ip-version.js";
import { codeOf, kindOf, PathEnded } from "./failure.js";
import type { Run } from "./run.js";
import type { Transcript } from "./transcript.js";

export interface Handshake {
  readonly socket: TLSSocket;
  readonly version: TlsVersion;
  /** Its name in IANA's registry. */
  readonly suite: string;
  /** DER, as the server sent them: the leaf first. */
  readonly chain: readonly Buffer[];
  /** The OCSP response that came with the certificate, DER. */
  readonly staple: Buffer | undefined;
}

const maxChain = 10;
/**
 * OpenSSL's own order, and the opposite, by which a server shows whose order it follows. Both begin with AES in GCM: servers hold it
 * for a client without AES in hardware that begins with ChaCha20, and may then leave their own order for that.
 */
const orders = {
  own: "DEFAULT:@SECLEVEL=0",
  opposite:
    "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384:DEFAULT:+CHACHA20:+AES256:@SECLEVEL=0",
} as const;
type Order = keyof typeof orders;
const contexts: Partial<Record<Order, SecureContext>> = {};

/** What all handshakes offer. Made once, not for each. */
function contextOf(order: Order): SecureContext {
  contexts[order] ??= createSecureContext({
    minVersion: "TLSv1.2",
    maxVersion: "TLSv1.3",
    ciphers: orders[order],
    // No local roots: OpenSSL would put them into the chain that it shows.
    ca: [],
  });
  return contexts[order];
}

/**
 * A handshake with TLS 1.2 or 1.3. Nothing is verified here and no weak key is turned away, so that what the server has
 * to show is seen; the certificate is judged apart.
 * @throws PathEnded at stage `tls`.
 */
export async function handshake(
  run: Run,
  raw: Socket,
  address: string,
  transcript: Transcript,
  order: Order = "own",
): Promise<Handshake> {
  const ms = run.limit(run.timeouts.tls);
  // Node's types do not know requestOCSP, which Node itself does.
  const options = {
    socket: raw,
    ...(isIP(run.host) ? {} : { servername: run.host }),
    secureContext: contextOf(order),
    requestOCSP: true,
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  } satisfies ConnectionOptions & { requestOCSP: true };
  const tls = startTls(options);
  run.own(tls);
  let staple: Buffer | undefined;
  tls.on("OCSPResponse", (response: Buffer | null) => {
    staple = response ?? undefined;
  });
  await secured(tls, ms, address, transcript);
  // Read now: after the end of the connection Node has forgotten it.
  const version = tls.getProtocol() as TlsVersion;
  const suite = tls.getCipher().standardName;
  transcript.event(`${version} with ${suite}`);
  return { socket: tls, version, suite, chain: sentChain(tls.getPeerX509Certificate()), staple };
}

function secured(tls: TLSSocket, ms: number, address: string, transcript: Transcript): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail("timeout", `no handshake within ${Math.round(ms)} ms`), ms);
    const onError = (error: Error) => fail(...problem(error));
    const onClose = () => fail("closed", "connection closed during the handshake");
    tls.on("error", onError).on("close", onClose).on("end", onClose);
    tls.once("secureConnect", () => {
      clearTimeout(timer);
      tls.off("error", onError).off("close", onClose).off("end", onClose);
      resolve();
    });

    function fail(kind: PathFailure["kind"], detail: string): void {
      clearTimeout(timer);
      tls.destroy();
      transcript.event(`${kind}: ${detail}`);
      reject(new PathEnded({ stage: "tls", kind, address, afterMs: transcript.elapsed(), detail }));
    }
  });
}

/** OpenSSL's complaints are the server's breach of protocol or its alert; the system's are those of the connection. */
function problem(error: Error): [PathFailure["kind"], string] {
  const code = codeOf(error);
  if (/^ERR_SSL_|^EPROTO$/.test(code)) return ["protocol", code];
  // Node reports an end before the handshake is done as ECONNRESET with words of its own.
  if (code === "ECONNRESET" && error.message.includes("disconnected"))
    return ["closed", "connection closed during the handshake"];
  return [kindOf(code, true), code];
}

function sentChain(leaf: X509Certificate | undefined): Buffer[] {
  const chain: Buffer[] = [];
  for (let each = leaf; each && chain.length < maxChain; each = each.issuerCertificate) chain.push(each.raw);
  return chain;
}
