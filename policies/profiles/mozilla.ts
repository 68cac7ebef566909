import { certificateValid } from "../rules/certificate-valid.js";
import type { Profile, Requirement } from "./profile.js";
import { accepts, keyIs, keyOf, livesAtMost, refuses, rule, signedWithoutHashes, takesOnly } from "./tests.js";

const tls13 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];

const tls12 = [
  ...["ECDHE_ECDSA", "ECDHE_RSA", "DHE_RSA"].flatMap((exchange) =>
    ["AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256"].map(
      (cipher) => `TLS_${exchange}_WITH_${cipher}`,
    ),
  ),
];

const seen = { certainty: 1, seenIn: "the text" } as const;
const edition = {
  edition: "5.7",
  date: "2023-05-16",
  source: "https://wiki.mozilla.org/Security/Server_Side_TLS",
} as const;

const inBoth = (section: string): Requirement[] => [
  {
    id: "tls-1-3",
    section,
    asks: "TLS 1.3 is spoken.",
    level: "must",
    test: accepts("TLSv1.3"),
    ...seen,
  },
  {
    id: "certificate",
    section,
    asks: "The server's certificate is valid and names it (implied by the guide).",
    level: "must",
    test: rule(certificateValid),
    certainty: 0.8,
    seenIn: "implied: the guide speaks of certificates' type and lifespan",
  },
  {
    id: "certificate-hash",
    section,
    asks: "The certificate is signed with SHA-256 or longer.",
    level: "must",
    test: signedWithoutHashes("sha1", "md5"),
    certainty: 1,
    seenIn: "the JSON of edition 5.0, certificate_signatures",
  },
];

export const mozillaModern: Profile = {
  name: "mozilla-modern",
  title: "Mozilla, Server Side TLS: modern compatibility",
  ...edition,
  requirements: [
    ...inBoth("Modern compatibility"),
    {
      id: "protocols",
      section: "Modern compatibility",
      asks: "TLS 1.3 alone.",
      level: "must",
      test: refuses("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"),
      ...seen,
    },
    {
      id: "cipher-suites",
      section: "Modern compatibility",
      asks: "The three suites of TLS 1.3 with AES-GCM and ChaCha20 alone.",
      level: "must",
      test: takesOnly(tls13),
      ...seen,
    },
    {
      id: "certificate-type",
      section: "Modern compatibility",
      asks: "The certificate's key is ECDSA.",
      level: "must",
      test: keyIs("ec"),
      ...seen,
    },
    {
      id: "certificate-lifespan",
      section: "Modern compatibility",
      asks: "The certificate lives 90 days at most.",
      level: "must",
      test: livesAtMost(90),
      ...seen,
    },
  ],
};

export const mozillaIntermediate: Profile = {
  name: "mozilla-intermediate",
  title: "Mozilla, Server Side TLS: intermediate compatibility",
  ...edition,
  requirements: [
    ...inBoth("Intermediate compatibility"),
    {
      id: "protocols",
      section: "Intermediate compatibility",
      asks: "TLS 1.2 and 1.3 alone.",
      level: "must",
      test: refuses("SSLv3", "TLSv1", "TLSv1.1"),
      ...seen,
    },
    {
      id: "tls-1-2",
      section: "Intermediate compatibility",
      asks: "TLS 1.2 is spoken.",
      level: "must",
      test: accepts("TLSv1.2"),
      ...seen,
    },
    {
      id: "cipher-suites",
      section: "Intermediate compatibility",
      asks: "Suites with ECDHE or DHE and AES-GCM or ChaCha20 alone.",
      level: "must",
      test: takesOnly([...tls13, ...tls12]),
      ...seen,
    },
    {
      id: "certificate-key",
      section: "Intermediate compatibility",
      asks: "ECDSA with P-256 or more, or RSA with 2048 bits or more.",
      level: "must",
      test: keyOf({ rsa: 2048, curve: 256 }),
      ...seen,
    },
    {
      id: "certificate-lifespan",
      section: "Intermediate compatibility",
      asks: "The certificate lives 366 days at most.",
      level: "must",
      test: livesAtMost(366),
      ...seen,
    },
    {
      id: "certificate-lifespan-recommended",
      section: "Intermediate compatibility",
      asks: "The certificate lives 90 days at most.",
      level: "should",
      test: livesAtMost(90),
      ...seen,
    },
  ],
};
