import { certificateValid } from "../rules/certificate-valid.js";
import { secureRenegotiation } from "../rules/secure-renegotiation.js";
import type { Profile } from "./profile.js";
import {
  accepts,
  extension,
  keyOf,
  refuses,
  rule,
  signedWithoutHashes,
  takesNone,
  takesOneOf,
  takesOnly,
} from "./tests.js";

/** Rated good or sufficient. */
const sound = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_128_CCM_SHA256",
  ...["CHACHA20_POLY1305_SHA256", "AES_256_GCM_SHA384", "AES_128_GCM_SHA256", "AES_256_CCM", "AES_128_CCM"].map(
    (cipher) => `TLS_ECDHE_ECDSA_WITH_${cipher}`,
  ),
  ...["CHACHA20_POLY1305_SHA256", "AES_256_GCM_SHA384", "AES_128_GCM_SHA256"].map(
    (cipher) => `TLS_ECDHE_RSA_WITH_${cipher}`,
  ),
];

const internetNl = "Internet.nl of 2026-07, which applies and links the guideline";

/** What is insufficient is a `must`; what is to be phased out, and what is good beyond sufficient, a `should`. */
export const ncscNl: Profile = {
  name: "ncsc-nl-2025-05",
  title: "NCSC-NL, Security guidelines for TLS",
  edition: "2025-05",
  date: "2025-05",
  source: "https://www.ncsc.nl/en/transport-layer-security/ICT-beveiligingsrichtlijnen-voor-TLS",
  requirements: [
    {
      id: "versions-sufficient",
      section: "3.3.1",
      asks: "SSL 3.0, TLS 1.0 and TLS 1.1 are insufficient.",
      level: "must",
      test: refuses("SSLv3", "TLSv1", "TLSv1.1"),
      certainty: 0.9,
      seenIn: internetNl,
    },
    {
      id: "tls-1-2-or-1-3",
      section: "3.3.1",
      asks: "TLS 1.2 (sufficient) or TLS 1.3 (good) is spoken.",
      level: "must",
      test: takesOneOf("TLSv1.2", "TLSv1.3"),
      certainty: 0.9,
      seenIn: internetNl,
    },
    {
      id: "tls-1-3",
      section: "3.3.1",
      asks: "TLS 1.3 is good.",
      level: "should",
      test: accepts("TLSv1.3"),
      certainty: 0.9,
      seenIn: internetNl,
    },
    {
      id: "suites-sufficient",
      section: "3.3.3, 3.3.4 and appendix B",
      asks: "No insufficient suites: static or anonymous key exchange, and ciphers other than AES, ChaCha20, Camellia and ARIA with SHA-256 or SHA-384.",
      level: "must",
      test: takesNone(
        /^TLS_(RSA|DH_RSA|DH_DSS|ECDH_RSA|ECDH_ECDSA|DHE_DSS|KRB5|PSK|SRP|DHE_PSK|RSA_PSK|ECDHE_PSK)_/,
        /_anon_/,
        /_(NULL|RC4|3DES|DES|IDEA|SEED|RC2)_/,
        /EXPORT/,
        /_CBC_(SHA|MD5)$/,
        /CCM_8/,
      ),
      certainty: 0.9,
      seenIn: internetNl,
    },
    {
      id: "suites-not-phased-out",
      section: "3.3.3, 3.3.4 and appendix B",
      asks: "Suites with DHE, CBC, Camellia and ARIA are to be phased out.",
      level: "should",
      test: takesOnly(sound),
      certainty: 0.9,
      seenIn: internetNl,
    },
    {
      id: "certificate",
      section: "3.3.2",
      asks: "The server's certificate is valid and names it.",
      level: "must",
      test: rule(certificateValid),
      certainty: 0.6,
      seenIn: `${internetNl}; that section 3.3.2 asks for it is from memory`,
    },
    {
      id: "key-sufficient",
      section: "3.3.2.1",
      asks: "RSA keys below 2048 bits are insufficient, and curves below 224.",
      level: "must",
      test: keyOf({ rsa: 2048, curve: 224 }),
      certainty: 0.9,
      seenIn: internetNl,
    },
    {
      id: "key-good",
      section: "3.3.2.1",
      asks: "RSA keys of 2048 to 3071 bits are to be phased out, and curves below 256.",
      level: "should",
      test: keyOf({ rsa: 3072, curve: 256 }),
      certainty: 0.9,
      seenIn: internetNl,
    },
    {
      id: "certificate-hash",
      section: "3.3.2 and 3.3.5",
      asks: "SHA-1 and MD5 are insufficient.",
      level: "must",
      test: signedWithoutHashes("sha1", "md5"),
      certainty: 0.9,
      seenIn: internetNl,
    },
    {
      id: "no-compression",
      section: "3.4.1",
      asks: "TLS compression is off.",
      level: "must",
      test: extension("compression", false, "TLS compression"),
      certainty: 0.9,
      seenIn: internetNl,
    },
    {
      id: "secure-renegotiation",
      section: "3.4.2",
      asks: "Renegotiation is secure.",
      level: "must",
      test: rule(secureRenegotiation),
      certainty: 0.9,
      seenIn: internetNl,
    },
  ],
};
