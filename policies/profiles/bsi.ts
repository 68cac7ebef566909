import { certificateValid } from "../rules/certificate-valid.js";
import type { Profile } from "./profile.js";
import { extension, keyOf, refuses, rule, signedWithoutHashes, takesOneOf, takesOnly } from "./tests.js";

/** Table 1 of earlier editions: with forward secrecy. Suites with pre-shared keys are left out. */
const suites = [
  ...["ECDHE_ECDSA", "ECDHE_RSA"].flatMap((exchange) =>
    ["AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "AES_128_CBC_SHA256", "AES_256_CBC_SHA384"].map(
      (cipher) => `TLS_${exchange}_WITH_${cipher}`,
    ),
  ),
  ...["DHE_RSA", "DHE_DSS"].flatMap((exchange) =>
    ["AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "AES_128_CBC_SHA256", "AES_256_CBC_SHA256"].map(
      (cipher) => `TLS_${exchange}_WITH_${cipher}`,
    ),
  ),
  ...["ECDHE_ECDSA", "DHE_RSA"].flatMap((exchange) =>
    ["AES_128_CCM", "AES_256_CCM"].map((cipher) => `TLS_${exchange}_WITH_${cipher}`),
  ),
  ...["AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "AES_128_CCM_SHA256"].map((cipher) => `TLS_${cipher}`),
];

/** The word of the BSI is "recommended"; a `must` here is what it recommends without an alternative. */
export const bsi: Profile = {
  name: "bsi",
  title: "BSI TR-02102-2, Cryptographic Mechanisms: use of TLS",
  edition: "2026-01",
  date: "2026-01-27",
  source: "https://www.bsi.bund.de/SharedDocs/Downloads/EN/BSI/Publications/TechGuidelines/TG02102/BSI-TR-02102-2.html",
  requirements: [
    {
      id: "no-old-versions",
      section: "3.2",
      asks: "TLS 1.2 and 1.3 are recommended; SSL 3.0, TLS 1.0 and TLS 1.1 are not.",
      level: "must",
      test: refuses("SSLv3", "TLSv1", "TLSv1.1"),
      certainty: 0.9,
      seenIn: "a summary of the edition 2026-01",
    },
    {
      id: "tls-1-2-or-1-3",
      section: "3.2",
      asks: "TLS 1.2 or TLS 1.3 is spoken.",
      level: "must",
      test: takesOneOf("TLSv1.2", "TLSv1.3"),
      certainty: 0.9,
      seenIn: "a summary of the edition 2026-01",
    },
    {
      id: "cipher-suites",
      section: "3.3.1 and 3.4.4",
      asks: "Only recommended suites with forward secrecy: AES in GCM, CCM or CBC; no ChaCha20.",
      level: "must",
      test: takesOnly(suites),
      certainty: 0.7,
      seenIn: "the dataset of FBK (2025) for earlier editions; a reader of 2026-01 confirms AES-GCM alone",
    },
    {
      id: "certificate",
      section: "3.6",
      asks: "The server's certificate is valid and names it.",
      level: "must",
      test: rule(certificateValid),
      certainty: 0.5,
      seenIn: "memory",
    },
    {
      id: "certificate-key",
      section: "3.6.1",
      asks: "RSA keys have 3000 bits or more, curves 250 or more.",
      level: "must",
      test: keyOf({ rsa: 3000, curve: 250 }),
      certainty: 0.8,
      seenIn: "quotations from the edition 2023-01 in the dataset of FBK (2025)",
    },
    {
      id: "certificate-hash",
      section: "3.3.3 and 3.4.3",
      asks: "SHA-1 and MD5 sign nothing.",
      level: "must",
      test: signedWithoutHashes("sha1", "md5"),
      certainty: 0.6,
      seenIn: "the dataset of FBK (2025) for the section; the hashes from memory",
    },
    {
      id: "no-compression",
      section: "3.3.4",
      asks: "TLS compression is not used.",
      level: "must",
      test: extension("compression", false, "TLS compression"),
      certainty: 0.6,
      seenIn: "the dataset of FBK (2025) for the level; the section from memory",
    },
    {
      id: "secure-renegotiation",
      section: "3.3.4",
      asks: "Renegotiation goes with renegotiation_info.",
      level: "should",
      test: extension("secureRenegotiation", true, "renegotiation_info"),
      certainty: 0.6,
      seenIn: "the dataset of FBK (2025) for the level; the section from memory",
    },
    {
      id: "extended-master-secret",
      section: "3.3.4",
      asks: "Extended Master Secret is used.",
      level: "should",
      test: extension("extendedMasterSecret", true, "extended_master_secret"),
      certainty: 0.6,
      seenIn: "the dataset of FBK (2025) for the level; the section from memory",
    },
  ],
};
