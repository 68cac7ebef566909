import { certificateValid } from "../rules/certificate-valid.js";
import type { Profile } from "./profile.js";
import { accepts, extension, keyOf, refuses, rule, signedWithoutHashes, takesOnly } from "./tests.js";

/** Section 3.3.1.1.1 to 3.3.1.1.4, and 3.3.1.2 for TLS 1.3; suites with pre-shared keys are left out. */
const suites = [
  ...["ECDHE_ECDSA", "ECDHE_RSA", "DHE_RSA", "DHE_DSS"].flatMap((exchange) =>
    ["AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "AES_128_CBC_SHA256", "AES_128_CBC_SHA", "AES_256_CBC_SHA"].map(
      (cipher) => `TLS_${exchange}_WITH_${cipher}`,
    ),
  ),
  ...["ECDHE_ECDSA", "ECDHE_RSA"].map((exchange) => `TLS_${exchange}_WITH_AES_256_CBC_SHA384`),
  ...["DHE_RSA", "DHE_DSS"].map((exchange) => `TLS_${exchange}_WITH_AES_256_CBC_SHA256`),
  ...["ECDHE_ECDSA", "DHE_RSA"].flatMap((exchange) =>
    ["AES_128_CCM", "AES_256_CCM", "AES_128_CCM_8", "AES_256_CCM_8"].map((cipher) => `TLS_${exchange}_WITH_${cipher}`),
  ),
  ...["AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "AES_128_CCM_SHA256", "AES_128_CCM_8_SHA256"].map(
    (cipher) => `TLS_${cipher}`,
  ),
];

/** As for servers of government-only applications. */
export const nist: Profile = {
  name: "nist-800-52r2",
  title: "NIST SP 800-52, Guidelines for TLS implementations: servers of government-only applications",
  edition: "Revision 2",
  date: "2019-08",
  source: "https://doi.org/10.6028/NIST.SP.800-52r2",
  requirements: [
    {
      id: "tls-1-2",
      section: "3.1",
      asks: "TLS 1.2 is supported.",
      level: "must",
      test: accepts("TLSv1.2"),
      certainty: 0.9,
      seenIn: "a quotation in BoringSSL",
    },
    {
      id: "tls-1-3",
      section: "3.1",
      asks: "TLS 1.3 is supported, from 2024 on.",
      level: "must",
      test: accepts("TLSv1.3"),
      certainty: 0.9,
      seenIn: "NIST's page on the publication and the dataset of FBK (2025)",
    },
    {
      id: "no-tls-1-0",
      section: "3.1",
      asks: "SSL 3.0 and TLS 1.0 are not used.",
      level: "must",
      test: refuses("SSLv3", "TLSv1"),
      certainty: 0.9,
      seenIn: "a quotation in BoringSSL",
    },
    {
      id: "no-tls-1-1",
      section: "3.1",
      asks: "Servers are not configured to use TLS 1.1.",
      level: "should",
      test: refuses("TLSv1.1"),
      certainty: 0.9,
      seenIn: "a quotation in BoringSSL",
    },
    {
      id: "cipher-suites",
      section: "3.3.1",
      asks: "Only suites of approved algorithms: AES in GCM, CCM or CBC with ephemeral keys; no ChaCha20, no static RSA.",
      level: "must",
      test: takesOnly(suites),
      certainty: 0.8,
      seenIn: "the lists in s2n-tls and the dataset of FBK (2025)",
    },
    {
      id: "certificate",
      section: "3.2",
      asks: "The server's certificate is valid and names it.",
      level: "must",
      test: rule(certificateValid),
      certainty: 0.7,
      seenIn: "a reference by the NSA to section 3.2",
    },
    {
      id: "certificate-key",
      section: "3.2",
      asks: "RSA keys have 2048 bits or more, curves 224 or more.",
      level: "must",
      test: keyOf({ rsa: 2048, curve: 224 }),
      certainty: 0.8,
      seenIn: "the dataset of FBK (2025)",
    },
    {
      id: "certificate-hash",
      section: "3.2.1",
      asks: "Certificates are signed with SHA-224 or longer.",
      level: "must",
      test: signedWithoutHashes("sha1", "md5"),
      certainty: 0.5,
      seenIn: "memory",
    },
    {
      id: "secure-renegotiation",
      section: "3.4.1.1",
      asks: "Renegotiation Indication is supported.",
      level: "must",
      test: extension("secureRenegotiation", true, "renegotiation_info"),
      certainty: 0.6,
      seenIn: "memory; the dataset of FBK (2025) has the level",
    },
    {
      id: "extended-master-secret",
      section: "3.4.1.3",
      asks: "Extended Master Secret is supported.",
      level: "must",
      test: extension("extendedMasterSecret", true, "extended_master_secret"),
      certainty: 0.5,
      seenIn: "memory; the dataset of FBK (2025) has the level",
    },
    {
      id: "no-compression",
      section: "3.7",
      asks: "TLS compression is not used.",
      level: "must",
      test: extension("compression", false, "TLS compression"),
      certainty: 0.6,
      seenIn: "memory; the dataset of FBK (2025) has the level",
    },
  ],
};
