import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { nameOnOneLine } from "../model/certificate.js";
import { InputError } from "../model/errors.js";
import type { CertificateValue } from "../model/fact.js";

export interface ChainVerdict {
  readonly chain: CertificateValue["chain"];
  /** Why, as a clause. */
  readonly because: string;
}

/** The certificates that a chain may end in: the public roots that Node carries (Mozilla's) and those given. */
export class TrustStore {
  private readonly bySubject = new Map<string, X509Certificate[]>();
  private readonly fingerprints = new Set<string>();
  private filled = false;

  /** @throws InputError when an anchor is no PEM certificate. */
  constructor(private readonly anchors: readonly string[]) {
    anchors.forEach((pem, index) => {
      try {
        new X509Certificate(pem);
      } catch {
        throw new InputError(
          `trust anchor ${index + 1}`,
          "this is no certificate in PEM",
          'Give the text from "-----BEGIN CERTIFICATE-----" to "-----END CERTIFICATE-----".',
        );
      }
    });
  }

  has(certificate: X509Certificate): boolean {
    this.prepare();
    return this.fingerprints.has(certificate.fingerprint256);
  }

  issuerOf(certificate: X509Certificate): X509Certificate | undefined {
    this.prepare();
    return this.bySubject.get(certificate.issuer)?.find((root) => issued(root, certificate));
  }

  /** Reads the public roots, once: some 20 ms, which are best spent where the network is waited for. */
  prepare(): void {
    if (this.filled) return;
    this.filled = true;
    for (const pem of [...this.anchors, ...rootCertificates]) {
      const root = new X509Certificate(pem);
      this.fingerprints.add(root.fingerprint256);
      this.bySubject.set(root.subject, [...(this.bySubject.get(root.subject) ?? []), root]);
    }
  }
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
