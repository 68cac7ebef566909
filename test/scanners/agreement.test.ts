import { weakSuites } from "../../probes/suites.js";
import { describeWith } from "../setup/real-part.js";
import { type Scans, scan } from "../setup/scanners.js";
import { namespacesUnavailable } from "../setup/unpacked.js";
import { certificates } from "./certificates.js";
import { type Findings, ofNmap, ofPort587, ofSslyze, ofTestssl } from "./findings.js";
import { type Product, servers, type Way, ways } from "./servers.js";

// A normal run starts a few of the servers. The long run starts them all, and lets testssl.sh look as well:
//   PORT587_SCAN=all npm test -- test/scanners
const isLong = process.env.PORT587_SCAN === "all";
const few: Readonly<Record<Product, readonly string[]>> = {
  postfix: [
    "as it comes",
    "TLS 1.3 alone",
    "static RSA alone below TLS 1.3",
    "a chain without its intermediate",
    "an RSA and an ECDSA certificate",
  ],
  exim: ["anonymous suites"],
  dovecot: ["as it comes"],
  haraka: [],
  opensmtpd: [],
};

const allVersions = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
const nothing: ReadonlySet<string> = new Set();
const weak = new Set(weakSuites.map(([, name]) => name));

/** What port587 says and the other does not, in words; empty where they agree as far as both have looked. */
function disagreements(own: Findings, other: Findings): string[] {
  const said: string[] = [];
  for (const version of own.versions) if (!other.versions.has(version)) said.push(`${version} is refused`);
  for (const version of own.refused) if (other.versions.has(version)) said.push(`${version} is accepted`);
  const old = ["TLSv1", "TLSv1.1"].filter((version) => other.versions.has(version));
  if (old.length > 0 && !old.some((version) => own.versions.has(version))) said.push(`${old} is accepted`);
  const taken = [...other.suites].filter((suite) => weak.has(suite));
  if (own.suites.size === 0 && taken.length > 0) said.push(`${taken} are accepted`);
  for (const suite of own.suites) if (!other.suites.has(suite)) said.push(`${suite} is refused`);
  for (const version of allVersions) {
    const [mine, its] = [own.taken.get(version) ?? nothing, other.taken.get(version) ?? nothing];
    const offered = other.offered?.get(version);
    for (const suite of mine)
      if (!its.has(suite) && (offered?.has(suite) ?? true)) said.push(`${version} with ${suite} is refused`);
    for (const suite of its) if (!mine.has(suite)) said.push(`${version} with ${suite} is accepted`);
  }
  const [certificate] = own.certificates;
  if (certificate && other.certificates.size > 0 && !other.certificates.has(certificate))
    said.push("another certificate");
  if (own.isTrusted !== undefined && other.isTrusted !== undefined && own.isTrusted !== other.isTrusted)
    said.push(`the chain is ${other.isTrusted ? "" : "not "}trusted`);
  return said;
}

/** Disagreements that are not ours, each with the reason. */
const theirs: readonly {
  readonly scanner: string;
  readonly product?: Product;
  readonly way: RegExp;
  readonly says: RegExp;
  readonly why: string;
}[] = [
  {
    scanner: "sslyze",
    way: /NULL|every suite/,
    says: /^TLS_RSA_WITH_NULL_MD5 is refused$/,
    why: "sslyze does not offer it below SSL 3.0; the server's ServerHello names it",
  },
  {
    scanner: "sslyze",
    way: /^a SHA-1 signature$/,
    says: /^the chain is not trusted$/,
    why: 'its library knows the chain, and "Forbidden signature algorithm … RsaWithSha1"; we call that certificate-strength',
  },
  {
    scanner: "testssl.sh",
    way: /^anonymous suites$/,
    says: /^TLSv1(\.1)? with TLS_((ECDHE|DHE)_)?RSA_WITH_AES_(128|256)_CBC_SHA is refused$/,
    why: "it does not say why it saw them at TLS 1.2 alone; sslyze ends a handshake with each of them",
  },
  {
    scanner: "testssl.sh",
    way: /^TLS 1\.[01]( and 1\.1)? alone$/,
    says: /^testssl\.sh does not say whether/,
    why: 'it stops with "Your OpenSSL cannot connect": the OpenSSL that it runs does not speak these versions by itself',
  },
  {
    scanner: "testssl.sh",
    way: /^NULL suites alone below TLS 1\.3$/,
    says: /^TLSv1(\.1)?( with TLS_\w+_NULL_\w+)? is refused$/,
    why: "its ClientHello below TLS 1.2 (TLS_CIPHER in tls_data.txt) has neither 00,01 nor 00,02 nor c0,10 nor c0,15",
  },
  ...["testssl.sh", "sslyze"].map((scanner) => ({
    ...{ scanner, product: "opensmtpd" as const, way: /^/ },
    says: /^(sslyze did not complete|testssl\.sh does not say whether)/,
    why: "OpenSMTPD 6.8 of Debian 12 sends a ServerHello and then an alert: no handshake ends, and they need one",
  })),
  ...["testssl.sh", "nmap"].map((scanner) => ({
    ...{ scanner, product: "dovecot" as const, way: /^/ },
    says: /^TLSv1(\.[12])? with TLS_\w+ is refused$/,
    why: "it offers many at once; a Dovecot without ssl_dh hangs up at the first one with DHE; sslyze takes each alone",
  })),
  {
    scanner: "nmap",
    way: /^anonymous suites$/,
    says: /^TLSv1\.2 with TLS_ECDHE_RSA_WITH_AES_128_(GCM_SHA256|CBC_SHA) is refused$/,
    why: "nmap offers them beside anonymous ones, of which GnuTLS picks one and fails; alone, to sslyze, it takes them",
  },
  {
    scanner: "nmap",
    way: /^SECURE256$/,
    says: /^TLSv1\.2 with TLS_DHE_RSA_WITH_(AES_256_GCM_SHA384|CHACHA20_POLY1305_SHA256|AES_256_CCM) is refused$/,
    why: "nmap does not say why it saw none with DHE; sslyze ends a handshake with each of them",
  },
];

/** Ways that are scanned beside each other: in a normal run ports of one server, in the long run a server each. */
function groupsOf(chosen: readonly Way[]): readonly (readonly Way[])[] {
  if (!isLong) return [chosen];
  return Array.from({ length: Math.ceil(chosen.length / 3) }, (_, index) => chosen.slice(3 * index, 3 * index + 3));
}

/** What a scanner says otherwise, or why it says nothing. */
function saidBy(own: Findings, look: () => Findings): readonly string[] {
  try {
    return disagreements(own, look());
  } catch (error) {
    return [(error as Error).message];
  }
}

/** What the other scanners say otherwise, and is not theirs. */
function unexplained(product: Product, way: Way, port: number, scans: Scans): readonly string[] {
  const own = ofPort587(scans.port587, port);
  const looks = {
    sslyze: () => ofSslyze(scans.sslyze, port),
    nmap: () => ofNmap(scans.nmap, port),
    ...(isLong ? { "testssl.sh": () => ofTestssl(scans.testssl[port] ?? "") } : {}),
  };
  return Object.entries(looks).flatMap(([scanner, look]) => {
    const known = theirs.filter(
      (each) => each.scanner === scanner && (each.product ?? product) === product && each.way.test(way.name),
    );
    return saidBy(own, look)
      .filter((says) => !known.some((each) => each.says.test(says)))
      .map((says) => `${scanner}: ${says}`);
  });
}

describeWith(namespacesUnavailable())("other scanners see what port587 sees", () => {
  const { authority, pairs } = certificates();
  for (const product of Object.keys(ways) as Product[]) {
    const chosen: readonly Way[] = isLong
      ? ways[product]
      : ways[product].filter(({ name }) => few[product].includes(name));
    if (chosen.length === 0) continue;
    describe.each(groupsOf(chosen).map((group) => ({ group, first: group[0]?.name })))(
      `${product}, from "$first" on`,
      ({ group }) => {
        let seen: readonly { readonly port: number; readonly scans: Scans }[];
        beforeAll(async () => {
          const started = isLong ? group.map((way) => [way]) : [group];
          const scanned = await Promise.all(started.map((each) => servers(product, each, pairs)));
          const scans = await scan(scanned, authority, isLong);
          seen = scanned.flatMap(({ ports }, index) => ports.map((port) => ({ port, scans: scans[index] as Scans })));
        }, 3_600_000);
        it.each(group.map((way, index) => ({ way, name: way.name, index })))("$name", ({ way, name, index }) => {
          const { port, scans } = seen[index] as (typeof seen)[number];
          const said = unexplained(product, way, port, scans);
          if (isLong) process.stdout.write(`${product}, ${name}: ${said.join("; ") || "agreed"}\n`);
          expect(said).toEqual([]);
        });
      },
    );
  }
});
