import { authBeforeTls } from "../rules/auth-before-tls.js";
import { certificateValid } from "../rules/certificate-valid.js";
import { tlsRequired } from "../rules/tls-required.js";
import type { Profile } from "./profile.js";
import { keyOf, refuses, rule, takesNoneOfTheWeak } from "./tests.js";

const text = "the wording of the requirement, as published by third parties";

/** For submission that carries cardholder data: whether it does, nobody can see from outside. */
export const pci: Profile = {
  name: "pci-dss-4.0.1",
  title: "PCI DSS, for submission that carries cardholder data over open, public networks",
  edition: "4.0.1",
  date: "2024-06",
  source: "https://www.pcisecuritystandards.org/document_library/",
  requirements: [
    {
      id: "trusted-certificate",
      section: "4.2.1",
      asks: "Only trusted certificates are accepted; they are confirmed as valid and not expired.",
      level: "must",
      test: rule(certificateValid),
      certainty: 0.9,
      seenIn: text,
    },
    {
      id: "no-fallback-to-cleartext",
      section: "4.2.1",
      asks: "The protocol does not fall back to insecure configurations: no mail without TLS.",
      level: "must",
      test: rule(tlsRequired),
      certainty: 0.9,
      seenIn: text,
    },
    {
      id: "secure-versions",
      section: "4.2.1",
      asks: "Only secure versions are supported: none before TLS 1.2.",
      level: "must",
      test: refuses("SSLv3", "TLSv1", "TLSv1.1"),
      certainty: 0.9,
      seenIn: `${text}; which versions are secure is the industry's word, not this requirement's`,
    },
    {
      id: "secure-algorithms",
      section: "4.2.1",
      asks: "No insecure algorithms: NULL, anonymous, EXPORT, RC4, DES and 3DES.",
      level: "must",
      test: takesNoneOfTheWeak(/_NULL_/, /_anon_/, /EXPORT/, /_(RC4|DES|3DES|RC2)_/),
      certainty: 0.8,
      seenIn: `${text}; which algorithms are insecure is the glossary's strong cryptography (112 bits), from memory`,
    },
    {
      id: "key-sizes",
      section: "4.2.1",
      asks: "No insecure key sizes: RSA 2048 bits or more, curves 224 or more.",
      level: "must",
      test: keyOf({ rsa: 2048, curve: 224 }),
      certainty: 0.8,
      seenIn: `${text}; the sizes are the glossary's strong cryptography (112 bits), from memory`,
    },
    {
      id: "passwords-encrypted",
      section: "8.3.2",
      asks: "Authentication factors are unreadable during transmission.",
      level: "must",
      test: rule(authBeforeTls),
      certainty: 0.9,
      seenIn: text,
    },
  ],
};
