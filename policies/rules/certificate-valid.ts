import type { CertificateValue } from "../../model/fact.js";
import type { Rule } from "../../model/rule.js";
import { isSubmission, judgeEach } from "./words.js";

export const certificateValid: Rule = {
  id: "certificate-valid",
  title: "The certificate is valid for the advertised name",
  severity: "high",
  why: "Clients that verify refuse to send; users who learn to click the warning away no longer notice an interceptor.",
  remedy:
    "Install a certificate of a trusted authority with the advertised host name in subjectAltName, and send its intermediates.",
  standards: [
    {
      source: "RFC 9525",
      section: "6.3",
      asks: "The presented identifier matches the reference host name; a wildcard stands for the left-most label only.",
    },
    { source: "RFC 8314", section: "4.4", asks: "Mail servers present certificates that clients can verify." },
  ],
  about: ["certificate"],
  evaluate(view) {
    if (!isSubmission(view)) return [];
    const host = view.subject.slice(0, view.subject.lastIndexOf(":")).replace(/^\[|\]$/g, "");
    return judgeEach(view, "certificate", (certificate) => {
      const problems = [...dates(certificate, view.now), ...chain(certificate), ...names(certificate, host)];
      return problems.length > 0
        ? { status: "fail", message: `${view.subject}: the certificate ${problems.join(", and ")}` }
        : {
            status: "pass",
            message: `${view.subject}: the certificate is valid for ${host} until ${certificate.notAfter.slice(0, 10)}`,
          };
    });
  },
};

function dates({ notBefore, notAfter }: CertificateValue, now: Date): string[] {
  if (now < new Date(notBefore)) return [`is not valid before ${notBefore.slice(0, 10)}`];
  return now > new Date(notAfter) ? [`expired on ${notAfter.slice(0, 10)}`] : [];
}

const chains: Record<CertificateValue["chain"], string | undefined> = {
  trusted: undefined,
  "self-signed": "is self-signed",
  untrusted: "was issued by an authority that is not trusted",
  incomplete: "comes without the intermediate certificates that lead to its authority",
  invalid: "has a chain that does not verify",
};

function chain(certificate: CertificateValue): string[] {
  const problem = chains[certificate.chain];
  return problem ? [problem] : [];
}

function names({ names }: CertificateValue, host: string): string[] {
  return names.some((name) => matches(name.toLowerCase(), host.toLowerCase().replace(/\.$/, "")))
    ? []
    : [`does not name ${host}`];
}

/** RFC 9525 section 6.3: labels compare one by one; `*` stands for one whole left-most label. */
function matches(name: string, host: string): boolean {
  if (!name.startsWith("*.")) return name === host;
  const dot = host.indexOf(".");
  return dot > 0 && host.slice(dot) === name.slice(1) && name.indexOf(".", 2) > 0;
}
