import { X509Certificate } from "node:crypto";
import { describeCertificate } from "../../model/certificate.js";
import type { CertificateValue } from "../../model/fact.js";
import { unknown } from "../../model/maybe.js";
import type { Claim } from "./scan.js";

/** The leaf as the scanner keeps it (PEM or DER), with what it says of signature and chain. */
export function certificateClaim(
  leaf: string | Buffer,
  { signature, chain, says }: { signature: string; chain: CertificateValue["chain"]; says: string },
): Claim {
  try {
    const { sha256, ...said } = describeCertificate(new X509Certificate(leaf));
    return { name: "certificate", value: { ...said, signature, chain, sha256 }, says };
  } catch {
    const reason = "the certificate in the scanner's file cannot be read";
    return { name: "certificate", value: unknown(reason), says: reason };
  }
}
