/** What a scanner says of one port. */
export interface Findings {
  readonly versions: ReadonlySet<string>;
  /** Only what the scanner says was refused. */
  readonly refused: ReadonlySet<string>;
  /** Of port587 an example of what is weak, of the others all that is accepted; by their names in IANA's registry. */
  readonly suites: ReadonlySet<string>;
  /** All that is accepted, by version. */
  readonly taken: Taken;
  /** What was asked for, where the scanner says so: silence about the rest is no refusal. */
  readonly offered?: Taken;
  /** SHA-256 of the leaves, in hexadecimal digits. */
  readonly certificates: ReadonlySet<string>;
  /** Do chain, name and dates hold, by the authority of the lab? */
  readonly isTrusted?: boolean;
}

type Taken = ReadonlyMap<string, ReadonlySet<string>>;

const hex = (fingerprint: string) => fingerprint.replaceAll(":", "").toLowerCase();

interface Report {
  readonly facts: readonly { subject: string; name: string; origin: string; value: Record<string, never> }[];
  readonly findings: readonly { subject: string; rule: string; status: string }[];
}

/** @throws Error when it says nothing of the port. */
export function ofPort587(json: string, port: number): Findings {
  const { facts, findings } = JSON.parse(json) as Report;
  const subject = `mail.lab.example:${port}`;
  const value = (name: string) => facts.find((each) => each.subject === subject && each.name === name)?.value ?? {};
  const { accepted = [], refused = [] } = value("tlsVersions") as { accepted?: string[]; refused?: string[] };
  if (accepted.length === 0) throw new Error(`port587 saw no TLS on port ${port}`);
  const { accepted: lists = [] } = value("cipherSuites") as { accepted?: { version: string; suites: string[] }[] };
  const { sha256 } = value("certificate") as { sha256?: string };
  const verdict = findings.find((each) => each.subject === subject && each.rule === "certificate-valid")?.status;
  return {
    versions: new Set(accepted),
    refused: new Set(refused),
    suites: new Set((value("weakSuites") as { accepted?: string[] }).accepted),
    taken: new Map(lists.map((each) => [each.version, new Set(each.suites)])),
    certificates: new Set(sha256 ? [hex(sha256)] : []),
    ...(sha256 ? { isTrusted: verdict === "pass" } : {}),
  };
}

const sslyzeVersions = {
  ssl_3_0: "SSLv3",
  tls_1_0: "TLSv1",
  tls_1_1: "TLSv1.1",
  tls_1_2: "TLSv1.2",
  tls_1_3: "TLSv1.3",
};

interface Sslyze {
  readonly server_scan_results: readonly {
    server_location: { port: number };
    // biome-ignore format: the names are sslyze's own.
    scan_result: Record<string, { status: string; result: { accepted_cipher_suites: { cipher_suite: { name: string } }[]; rejected_cipher_suites: { cipher_suite: { name: string } }[]; certificate_deployments: { received_certificate_chain: { fingerprint_sha256: string }[]; path_validation_results: { verified_certificate_chain: unknown }[] }[] } }>;
  }[];
}

/** @throws Error when it did not complete what it began. */
export function ofSslyze(json: string, port: number): Findings {
  const { server_scan_results } = JSON.parse(json) as Sslyze;
  const result = server_scan_results.find(({ server_location }) => server_location.port === port)?.scan_result ?? {};
  const accepted = Object.entries(sslyzeVersions).map(([name, version]) => {
    const scan = result[`${name}_cipher_suites`];
    if (scan?.status !== "COMPLETED") throw new Error(`sslyze did not complete ${version} on port ${port}`);
    const names = (kind: "accepted_cipher_suites" | "rejected_cipher_suites") =>
      scan.result[kind].map(({ cipher_suite }) => cipher_suite.name);
    const suites = names("accepted_cipher_suites");
    return { version, suites, offered: [...suites, ...names("rejected_cipher_suites")] };
  });
  const taken = accepted.filter(({ suites }) => suites.length > 0);
  const deployments = result.certificate_info?.result.certificate_deployments ?? [];
  const leaves = deployments.flatMap((each) => each.received_certificate_chain[0] ?? []);
  const isTrusted = deployments.every((each) =>
    each.path_validation_results.some(({ verified_certificate_chain }) => verified_certificate_chain !== null),
  );
  return {
    versions: new Set(taken.map(({ version }) => version)),
    refused: new Set(),
    suites: new Set(taken.flatMap(({ suites }) => suites)),
    taken: new Map(taken.map(({ version, suites }) => [version, new Set(suites)])),
    offered: new Map(accepted.map(({ version, offered }) => [version, new Set(offered)])),
    certificates: new Set(leaves.map((leaf) => Buffer.from(leaf.fingerprint_sha256, "base64").toString("hex"))),
    isTrusted,
  };
}

/** @throws Error when it found no TLS. */
export function ofNmap(xml: string, port: number): Findings {
  const own = new RegExp(`<port protocol="tcp" portid="${port}">(.*?)</port>`, "s").exec(xml)?.[1] ?? "";
  const tables = [...own.matchAll(/<table key="(TLSv[\d.]+|SSLv3)">(.*?)<elem key="cipher preference">/gs)];
  if (tables.length === 0) throw new Error(`nmap saw no TLS on port ${port}`);
  const taken = tables.map(([, version = "", table = ""]) => {
    const names = [...table.matchAll(/<elem key="name">(TLS_\w+)/g)];
    // nmap names the suites of TLS 1.3 as if they had a key exchange.
    const suites = names.map(([, name = ""]) => name.replace("TLS_AKE_WITH_", "TLS_"));
    return [version.replace(/\.0$/, ""), new Set(suites)] as const;
  });
  return {
    versions: new Set(taken.map(([version]) => version)),
    refused: new Set(),
    suites: new Set(taken.flatMap(([, suites]) => [...suites])),
    taken: new Map(taken),
    certificates: new Set(),
  };
}

const testsslVersions = { SSLv3: "SSLv3", TLS1: "TLSv1", TLS1_1: "TLSv1.1", TLS1_2: "TLSv1.2", TLS1_3: "TLSv1.3" };

/** @throws Error when it was interrupted. */
export function ofTestssl(json: string): Findings {
  const lines = JSON.parse(json) as { id: string; finding: string }[];
  const versions = Object.entries(testsslVersions).flatMap(([id, version]) => {
    const line = lines.find((each) => each.id === id);
    if (!line) throw new Error(`testssl.sh does not say whether ${version} is offered`);
    return /^offered/.test(line.finding) ? [version] : [];
  });
  const taken = new Map<string, Set<string>>();
  for (const { id, finding } of lines) {
    const [, version] = /^cipher-?_?(.*)_x[0-9a-f]+$/.exec(id) ?? [];
    const name = finding.split(/\s+/).at(-1);
    const known = Object.entries(testsslVersions).find(([key]) => key === version?.toUpperCase())?.[1];
    if (known !== undefined && name !== undefined) taken.set(known, (taken.get(known) ?? new Set()).add(name));
  }
  const certificate = lines.filter(({ id }) => /^cert_fingerprintSHA256/.test(id)).map(({ finding }) => hex(finding));
  return {
    versions: new Set(versions),
    refused: new Set(),
    suites: new Set([...taken.values()].flatMap((suites) => [...suites])),
    taken,
    certificates: new Set(certificate),
  };
}
