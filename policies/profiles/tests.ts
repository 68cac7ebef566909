import {
  type CertificateValue,
  type FactName,
  type FactOf,
  type FactValues,
  factsNamed,
  type TlsVersion,
} from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import type { Rule, View } from "../../model/rule.js";
import type { Answer, Test } from "./profile.js";

/** Without --enumerate the probe offers weak suites alone, and takes one of the others as it comes. */
const enumeration = "a list of every accepted cipher suite (--enumerate)";

/** No answer of the server is of one of these versions. */
export function refuses(...versions: readonly TlsVersion[]): Test {
  return about("tlsVersions", ({ accepted, refused }, { subject }) => {
    const bad = versions.filter((version) => accepted.includes(version));
    if (bad.length > 0) return fail(`${subject} accepts ${bad.join(" and ")}`);
    const open = versions.filter((version) => !refused.includes(version));
    return open.length > 0
      ? unknown(
          `${subject}: not seen whether it accepts ${open.join(" and ")}`,
          open.map((version) => `whether it accepts ${version}`),
        )
      : pass(`${subject} refuses ${versions.join(", ")}`);
  });
}

export function accepts(version: TlsVersion): Test {
  return about("tlsVersions", ({ accepted, refused }, { subject }) => {
    if (accepted.includes(version)) return pass(`${subject} accepts ${version}`);
    return refused.includes(version)
      ? fail(`${subject} refuses ${version}`)
      : unknown(`${subject}: not seen whether it accepts ${version}`, [`whether it accepts ${version}`]);
  });
}

/** At least one of these versions is spoken. */
export function takesOneOf(...versions: readonly TlsVersion[]): Test {
  return about("tlsVersions", ({ accepted, refused }, { subject }) => {
    const spoken = versions.filter((version) => accepted.includes(version));
    if (spoken.length > 0) return pass(`${subject} accepts ${spoken.join(" and ")}`);
    return versions.every((version) => refused.includes(version))
      ? fail(`${subject} refuses ${versions.join(" and ")}`)
      : unknown(`${subject}: not seen whether it accepts ${versions.join(" or ")}`, ["an answer to a TLS handshake"]);
  });
}

/** Every suite that the server takes is one of these; a weak one that was seen decides without the whole list. */
export function takesOnly(suites: readonly string[]): Test {
  return suitesAre((suite) => suites.includes(suite));
}

/** No suite that the server takes is named by one of these patterns. */
export function takesNone(...patterns: readonly RegExp[]): Test {
  return suitesAre((suite) => !patterns.some((pattern) => pattern.test(suite)));
}

/** As `takesNone`, of suites that the probe offers all at once: a refusal of that offer is one of each of them. */
export function takesNoneOfTheWeak(...patterns: readonly RegExp[]): Test {
  return suitesAre((suite) => !patterns.some((pattern) => pattern.test(suite)), true);
}

function suitesAre(isFine: (suite: string) => boolean, areAllWeak = false): Test {
  const whole = about("cipherSuites", ({ accepted }, { subject }) => {
    const bad = [...new Set(accepted.flatMap(({ suites }) => suites))].filter((suite) => !isFine(suite));
    return bad.length > 0
      ? fail(`${subject} accepts ${bad.join(", ")}`)
      : pass(`${subject} accepts no other cipher suite`);
  });
  const weak = about("weakSuites", ({ accepted }, { subject }) => {
    const bad = accepted.filter((suite) => !isFine(suite));
    if (areAllWeak && accepted.length === 0) return pass(`${subject} refuses weak cipher suites`);
    return bad.length > 0
      ? fail(`${subject} accepts ${bad.join(", ")}`)
      : unknown(`${subject}: not every cipher suite was asked for`, [enumeration]);
  });
  return (view) => {
    const known = whole(view);
    return known === undefined || known.status === "unknown" ? (weak(view) ?? known) : known;
  };
}

/** Bits of the leaf's key: of RSA's modulus, of the curve's order. */
export function keyOf(least: { readonly rsa: number; readonly curve: number }): Test {
  return about("certificate", ({ key: { type, bits } }, { subject }) => {
    const asked = /^rsa/.test(type) ? least.rsa : /^(ec|ed25519|ed448)$/.test(type) ? least.curve : undefined;
    if (asked === undefined || bits === 0)
      return unknown(`${subject}: the certificate's key cannot be read`, ["the certificate's key"]);
    const says = `${subject}: the certificate has a key of type ${type} with ${bits} bits`;
    return bits >= asked ? pass(says) : fail(`${says}, and ${asked} are asked for`);
  });
}

/** The kind of the leaf's key, as Node names it. */
export function keyIs(...types: readonly string[]): Test {
  return about("certificate", ({ key: { type } }, { subject }) =>
    types.includes(type)
      ? pass(`${subject}: the certificate's key is of type ${type}`)
      : fail(`${subject}: the certificate's key is of type ${type}`),
  );
}

/** The hash by which the leaf is signed; of RSASSA-PSS and Ed25519 the name does not tell one that is weak. */
export function signedWithoutHashes(...hashes: readonly string[]): Test {
  return about("certificate", ({ signature }, { subject }) => {
    const plain = signature.toLowerCase().replace(/[-_]/g, "");
    const bad = hashes.some((hash) => plain.includes(hash));
    const says = `${subject}: the certificate is signed with ${signature}`;
    return bad ? fail(says) : pass(says);
  });
}

const day = 86_400_000;

export function livesAtMost(days: number): Test {
  return about("certificate", (certificate, { subject }) => {
    const lives = daysOf(certificate);
    const says = `${subject}: the certificate lives ${lives} days`;
    return lives <= days ? pass(says) : fail(`${says}, more than ${days}`);
  });
}

function daysOf({ notBefore, notAfter }: CertificateValue): number {
  return Math.round((new Date(notAfter).getTime() - new Date(notBefore).getTime()) / day);
}

/** One of what the ServerHello of TLS 1.2 says; where TLS 1.2 is refused, the fact says so. */
export function extension(name: keyof FactValues["tlsExtensions"], wanted: boolean, words: string): Test {
  return about("tlsExtensions", (value, { subject }) =>
    value[name] === wanted
      ? pass(`${subject}: ${wanted ? "with" : "without"} ${words}`)
      : fail(`${subject}: ${wanted ? "without" : "with"} ${words}`),
  );
}

/** What a rule asks: its outcomes over the same facts. */
export function rule({ evaluate, options = {} }: Rule): Test {
  const defaults = Object.fromEntries(Object.entries(options).map(([name, option]) => [name, option.default]));
  return (view) =>
    worst(
      evaluate({ ...view, options: defaults }).map(({ status, message, missing, evidence }) => ({
        status: status === "undecided" ? ("unknown" as const) : status,
        says: message,
        missing,
        evidence,
      })),
    );
}

type Said = Omit<Answer, "evidence">;

function about<N extends FactName>(name: N, answer: (value: FactValues[N], view: View) => Said): Test {
  return (view) =>
    worst(
      factsNamed(view.facts, name).map((fact: FactOf<N>) => ({
        ...(isUnknown(fact.value)
          ? unknown(`${view.subject}: not known`, fact.value.unknown)
          : answer(fact.value as FactValues[N], view)),
        evidence: fact.evidence,
      })),
    );
}

const rank = { fail: 0, unknown: 1, pass: 2 } as const;

/** One certain violation is enough, and one open question leaves it open; the sentences are those that decide. */
export function worst(answers: readonly Answer[]): Answer | undefined {
  const [first] = answers.toSorted((a, b) => rank[a.status] - rank[b.status]);
  if (!first) return undefined;
  const same = answers.filter(({ status }) => status === first.status);
  return {
    status: first.status,
    says: [...new Set(same.map(({ says }) => says))].join("; "),
    missing: first.status === "unknown" ? [...new Set(same.flatMap(({ missing }) => missing))].sort() : [],
    evidence: same.flatMap(({ evidence }) => evidence),
  };
}

function pass(says: string): Said {
  return { status: "pass", says, missing: [] };
}

function fail(says: string): Said {
  return { status: "fail", says, missing: [] };
}

function unknown(says: string, missing: readonly string[]): Said {
  return { status: "unknown", says, missing };
}
