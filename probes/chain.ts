import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { nameOnOneLine } from "../model/certificate.js";
import { InputError } from "../model/errors.js";
import type { CertificateValue } from "../model/fact.js";
import { onceForEach } from "../model/once.js";
import { issuerName } from "./der.js";

export interface ChainVerdict {
  readonly chain: CertificateValue["chain"];
  /** Why, as a clause. */
  readonly because: string;
}

/** A trusted certificate; it is read when its name is asked for. */
interface Root {
  readonly raw: Buffer;
  certificate?: X509Certificate;
}

/** The certificates that a chain may end in: the public roots that Node carries (Mozilla's) and those given. */
export class TrustStore {
  private readonly anchors: readonly Root[];
  private all: readonly Root[] | undefined;

  /** @throws InputError when an anchor is no PEM certificate. */
  constructor(anchors: readonly string[]) {
    this.anchors = anchors.map((pem, index) => {
      try {
        const certificate = new X509Certificate(pem);
        return { raw: certificate.raw, certificate };
      } catch {
        throw new InputError(
          `trust anchor ${index + 1}`,
          "this is no certificate in PEM",
          'Give the text from "-----BEGIN CERTIFICATE-----" to "-----END CERTIFICATE-----".',
        );
      }
    });
  }

  readonly has = onceForEach(({ raw }: X509Certificate) => this.roots.some((root) => root.raw.equals(raw)));

  /** Reading all public roots takes some 20 ms: first come those that hold the issuer's name as the certificate writes it. */
  readonly issuerOf = onceForEach((certificate: X509Certificate): X509Certificate | undefined => {
    const name = issuerName(certificate.raw);
    const named = this.roots.filter(({ raw }) => raw.includes(name));
    for (const each of [...named, ...this.roots]) {
      const root = read(each);
      if (root.subject === certificate.issuer && issued(root, certificate)) return root;
    }
    return undefined;
  });

  private get roots(): readonly Root[] {
    this.all ??= [...this.anchors, ...rootCertificates.map((pem) => ({ raw: derOf(pem) }))];
    return this.all;
  }
}

function read(root: Root): X509Certificate {
  root.certificate ??= new X509Certificate(root.raw);
  return root.certificate;
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----/g, ""), "base64");
}

/**
 * Builds the path from the leaf to an anchor out of what the server sent (RFC 5280 section 6, without policies and name
 * constraints). Names and dates of the leaf are judged elsewhere, so that one fault is one finding; those of
 * intermediates count here. An anchor ends the path wherever it fits, so an old cross-signature does no harm.
 */
export function judgeChain(sent: readonly X509Certificate[], trust: TrustStore, now: Date): ChainVerdict {
  const [leaf, ...others] = sent;
  if (!leaf) return { chain: "invalid", because: "the server sent no certificate" };
  let current = leaf;
  for (let depth = 0; depth <= others.length; depth++) {
    if (trust.has(current)) return trusted(depth === 0 ? "it is itself a trust anchor" : "it ends in a trusted root");
    if (trust.issuerOf(current)) return trusted("it ends in a trusted root");
    if (isSelfSigned(current)) {
      if (current === leaf) return { chain: "self-signed", because: "the certificate has signed itself" };
      return {
        chain: "untrusted",
        because: `it ends in "${nameOnOneLine(current.subject)}", a root that is not trusted`,
      };
    }
    const named = others.filter((each) => each.subject === current.issuer);
    const issuer = named.find((each) => issued(each, current));
    if (!issuer) return broken(current, leaf, named.length > 0);
    const fault = faultOfIntermediate(issuer, now);
    if (fault) return { chain: "invalid", because: `the intermediate "${nameOnOneLine(issuer.subject)}" ${fault}` };
    current = issuer;
  }
  return { chain: "invalid", because: "its certificates have issued each other in a circle" };
}

function trusted(because: string): ChainVerdict {
  return { chain: "trusted", because };
}

function broken(at: X509Certificate, leaf: X509Certificate, issuerSent: boolean): ChainVerdict {
  const issuer = nameOnOneLine(at.issuer);
  if (issuerSent) return { chain: "invalid", because: `the signature of "${issuer}" does not hold` };
  // A server leaves out the root, never an intermediate: with the leaf alone, an intermediate is what is missing.
  if (at === leaf) {
    const because = `its issuer "${issuer}" was not sent and is no trusted root: an intermediate is missing, or the CA is private`;
    return { chain: "incomplete", because };
  }
  return { chain: "untrusted", because: `it ends in "${issuer}", which is no trusted root` };
}

function faultOfIntermediate(certificate: X509Certificate, now: Date): string | undefined {
  if (!certificate.ca) return "is no CA certificate";
  if (new Date(certificate.validTo) < now) return "has expired";
  if (new Date(certificate.validFrom) > now) return "is not valid yet";
  return undefined;
}

/** Has it signed this certificate? False, too, for a key type that OpenSSL cannot use. */
export function issued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    // A key type that OpenSSL cannot use for this signature.
    return false;
  }
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && issued(certificate, certificate);
}
