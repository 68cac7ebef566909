import { webcrypto } from "node:crypto";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

const day = 86_400_000;
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

export interface Identity {
  /** PEM: the private key, and the certificate with its authority's. */
  readonly key: string;
  readonly cert: string;
}

/** A certificate authority that lives as long as the lab. */
export interface Authority {
  readonly pem: string;
  issue(host: string, validDays: number): Promise<Identity>;
}

export async function authority(now: Date): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const root = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: "01",
      name: "CN=port587 lab authority",
      notBefore: new Date(now.getTime() - day),
      notAfter: new Date(now.getTime() + 365 * day),
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(true, 1, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      ],
    },
    webcrypto,
  );
  let serial = 1;
  return {
    pem: root.toString("pem"),
    async issue(host, validDays) {
      const own = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
      serial += 1;
      const leaf = await x509.X509CertificateGenerator.create(
        {
          serialNumber: serial.toString(16).padStart(2, "0"),
          subject: `CN=${host}`,
          issuer: root.subject,
          notBefore: new Date(now.getTime() - day),
          notAfter: new Date(now.getTime() + validDays * day),
          publicKey: own.publicKey,
          signingKey: keys.privateKey,
          signingAlgorithm: algorithm,
          extensions: [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: host }])],
        },
        webcrypto,
      );
      const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", own.privateKey)).toString("base64");
      return {
        key: `-----BEGIN PRIVATE KEY-----\n${key.replace(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`,
        cert: `${leaf.toString("pem")}\n${root.toString("pem")}`,
      };
    },
  };
}
