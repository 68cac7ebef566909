import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How a server's certificate is made; what is not said is as it should be. */
interface Kind {
  readonly key?: string;
  readonly digest?: string;
  readonly names?: string;
  /** In days from now. */
  readonly from?: number;
  readonly until?: number;
  readonly issuer?: "authority" | "intermediate" | "itself";
  /** Is the certificate of the issuer sent along? */
  readonly incomplete?: true;
}

const kinds = {
  sound: {},
  ecdsa: { key: "ec:P-256" },
  "rsa-3072": { key: "rsa:3072" },
  "rsa-1024": { key: "rsa:1024" },
  sha1: { digest: "sha1" },
  expired: { from: -40, until: -10 },
  "other-name": { names: "DNS:other.lab.example" },
  wildcard: { names: "DNS:*.lab.example" },
  "self-signed": { issuer: "itself" },
  "chain-of-three": { issuer: "intermediate" },
  incomplete: { issuer: "intermediate", incomplete: true },
} as const satisfies Record<string, Kind>;

export type CertificateKind = keyof typeof kinds;

/** PEM texts of a key followed by its chain, by kind, and of the authority that signed them. */
export function certificates(): {
  readonly authority: string;
  readonly pairs: Readonly<Record<CertificateKind, string>>;
} {
  const directory = mkdtempSync(join(tmpdir(), "port587-certificates-"));
  const at = (name: string) => join(directory, name);
  const text = (name: string) => readFileSync(at(name), "utf8");
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, "");
  const issue = (name: string, issuer: string, extensions: string, kind: Kind) => {
    const [type, size] = (kind.key ?? "rsa:2048").split(":");
    const parameter = type === "ec" ? `ec_paramgen_curve:${size}` : `rsa_keygen_bits:${size}`;
    openssl("genpkey", "-algorithm", type === "ec" ? "EC" : "RSA", "-pkeyopt", parameter, "-out", `${name}.key`);
    openssl("req", "-new", "-key", `${name}.key`, "-subj", `/CN=${name}`, "-out", `${name}.csr`);
    writeFileSync(at("index.txt"), "");
    const own = issuer === name ? ["-selfsign", "-keyfile", `${name}.key`] : [];
    const signer = issuer === name ? [] : ["-cert", `${issuer}.pem`, "-keyfile", `${issuer}.key`];
    writeFileSync(
      at("ca.cnf"),
      `[ca]\ndefault_ca=own\n[own]\nnew_certs_dir=.\ndatabase=index.txt\nrand_serial=yes\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n[extensions]\n${extensions}\n`,
    );
    openssl(
      ...["ca", "-batch", "-notext", "-config", "ca.cnf", "-extensions", "extensions", "-in", `${name}.csr`],
      ...["-out", `${name}.pem`, "-md", kind.digest ?? "sha256", ...own, ...signer],
      ...["-startdate", day(kind.from ?? -1), "-enddate", day(kind.until ?? 60)],
    );
  };
  try {
    const ca = "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign";
    issue("authority", "authority", ca, { until: 90 });
    issue("intermediate", "authority", ca, { until: 80 });
    const pairs = Object.entries<Kind>(kinds).map(([name, kind]) => {
      const { issuer = "authority", names = "DNS:mail.lab.example" } = kind;
      const extensions = `basicConstraints=critical,CA:false\nextendedKeyUsage=serverAuth\nsubjectAltName=${names}`;
      issue(name, issuer === "itself" ? name : issuer, extensions, kind);
      const sent = issuer === "intermediate" && !kind.incomplete ? text("intermediate.pem") : "";
      return [name, `${text(`${name}.key`)}${text(`${name}.pem`)}${sent}`] as const;
    });
    return { authority: text("authority.pem"), pairs: Object.fromEntries(pairs) as Record<CertificateKind, string> };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
