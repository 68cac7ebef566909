import type { CertificateValue } from "../../model/fact.js";
import type { Rule } from "../../model/rule.js";
import { isSubmission, judgeEach } from "./words.js";

/** Bits that a key has at least, by the beginning of its type's name. */
const least: readonly (readonly [type: RegExp, bits: number])[] = [
  [/^(rsa|dsa|dh)/, 2048],
  [/^ec$/, 224],
];

export const certificateStrength: Rule = {
  id: "certificate-strength",
  title: "The certificate's key and signature withstand forgery",
  severity: "high",
  why: "A short key can be factored and a SHA-1 or MD5 signature forged: whoever does it is the server to every client. Libraries of today refuse both, so that part of the clients cannot connect.",
  remedy: "Get a certificate with an RSA key of 2048 bits or more, or a P-256 one, signed with SHA-256 or better.",
  standards: [
    {
      source: "RFC 9325",
      section: "4.5",
      asks: "RSA keys of 2048 bits and curves of 224 bits at least; SHA-256, and neither SHA-1 nor MD5.",
    },
  ],
  about: ["certificate"],
  evaluate(view) {
    if (!isSubmission(view)) return [];
    return judgeEach(view, "certificate", (certificate) => {
      const { key, signature } = certificate;
      const problems = [...keyProblems(key), ...signatureProblems(signature)];
      if (problems.length > 0)
        return { status: "fail", message: `${view.subject}: the certificate ${problems.join(", and ")}` };
      if (key.bits === 0)
        return {
          ...{ status: "undecided", missing: ["the certificate's key"] },
          message: `${view.subject}: the size of the certificate's key could not be read`,
        };
      const says = `the certificate has a key of type ${key.type} with ${key.bits} bits, signed with ${signature}`;
      return { status: "pass", message: `${view.subject}: ${says}` };
    });
  },
};

function keyProblems({ type, bits }: CertificateValue["key"]): string[] {
  const asked = least.find(([name]) => name.test(type))?.[1] ?? 0;
  return bits > 0 && bits < asked ? [`has a key of type ${type} with only ${bits} bits`] : [];
}

function signatureProblems(signature: string): string[] {
  return /sha-?1(?!\d)|md5/i.test(signature) ? [`is signed with ${signature}`] : [];
}
