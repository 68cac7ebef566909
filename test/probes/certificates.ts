import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface KeyPair {
  readonly key: string;
  /** PEM: the leaf, and what else the server sends. */
  readonly cert: string;
}

/** Test certificates, made by the openssl command: none of them comes from the code under test. */
export interface Certificates {
  /** The root's PEM, to be given as a trust anchor. */
  readonly anchor: string;
  readonly sound: KeyPair;
  readonly expired: KeyPair;
  readonly otherName: KeyPair;
  readonly selfSigned: KeyPair;
  /** Issued by an intermediate that is not sent. */
  readonly incomplete: KeyPair;
  /** The same leaf, with its intermediate. */
  readonly complete: KeyPair;
  /** Issued by an intermediate that has expired. */
  readonly staleIntermediate: KeyPair;
  /** Under a root that is no anchor, root sent. */
  readonly foreignRoot: KeyPair;
  /** 1024 bits and SHA-1: seen, although modern OpenSSL would turn it away. */
  readonly weak: KeyPair;
  readonly ecdsa: KeyPair;
  /** With the TLS feature status_request (RFC 7633). */
  readonly mustStaple: KeyPair;
  /** OCSP responses, DER: about `mustStaple`, but for the revoked one and that of another. */
  readonly staples: Readonly<
    Record<"good" | "delegated" | "foreign" | "unauthorised" | "revoked" | "ofAnother", Buffer>
  >;
  readonly revoked: KeyPair;
}

const everyName = "DNS:localhost,DNS:mail.example.test,IP:127.0.0.1,IP:::1";

/** @param names what leaves are for, as openssl writes subjectAltName. */
export function makeCertificates(names = everyName): Certificates {
  const dir = mkdtempSync(join(tmpdir(), "port587-certs-"));
  try {
    return make(dir, names);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function make(dir: string, names: string): Certificates {
  const file = (name: string) => join(dir, name);
  const read = (name: string) => readFileSync(file(name), "utf8");
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: dir, stdio: "pipe" });
  writeFileSync(file("index.txt"), "");
  writeFileSync(file("serial"), "1000");
  writeFileSync(
    file("ca.cnf"),
    `[ca]
default_ca = d
[d]
dir = ${dir}
database = ${file("index.txt")}
serial = ${file("serial")}
new_certs_dir = ${dir}
default_md = sha256
policy = p
unique_subject = no
copy_extensions = copy
[p]
commonName = supplied
[v3_ca]
basicConstraints = critical,CA:true
[v3_leaf]
basicConstraints = CA:false
[v3_staple]
basicConstraints = CA:false
tlsfeature = status_request
[v3_responder]
basicConstraints = CA:false
extendedKeyUsage = OCSPSigning
`,
  );

  const rsa = (name: string, bits = 2048) => openssl("genrsa", "-out", `${name}.key`, String(bits));
  const root = (name: string) => {
    rsa(name);
    const ca = ["-addext", "basicConstraints=critical,CA:true"];
    openssl(
      "req",
      "-x509",
      "-new",
      "-key",
      `${name}.key`,
      "-subj",
      `/CN=port587 ${name}`,
      "-days",
      "3650",
      "-out",
      `${name}.pem`,
      ...ca,
    );
  };
  const sign = (name: string, ca: string, section: string, dates: [string, string], ...more: string[]) =>
    openssl(
      ...["ca", "-batch", "-config", "ca.cnf", "-extensions", section, "-cert", `${ca}.pem`, "-keyfile", `${ca}.key`],
      ...[
        "-in",
        `${name}.csr`,
        "-out",
        `${name}.pem`,
        "-notext",
        "-startdate",
        dates[0],
        "-enddate",
        dates[1],
        ...more,
      ],
    );
  const request = (name: string, subject: string, san?: string) =>
    openssl(
      "req",
      "-new",
      "-key",
      `${name}.key`,
      "-subj",
      `/CN=${subject}`,
      "-out",
      `${name}.csr`,
      ...(san ? ["-addext", `subjectAltName=${san}`] : []),
    );
  const now: [string, string] = [stamp(-30), stamp(300)];
  const past: [string, string] = [stamp(-300), stamp(-10)];
  const leaf = (name: string, ca: string, san = names, dates = now, ...more: string[]) => {
    request(name, name, san);
    sign(name, ca, "v3_leaf", dates, ...more);
    return { key: read(`${name}.key`), cert: read(`${name}.pem`) };
  };
  const rsaLeaf = (name: string, ca: string, san = names, dates = now) => {
    rsa(name);
    return leaf(name, ca, san, dates);
  };
  const intermediate = (name: string, dates: [string, string]) => {
    rsa(name);
    request(name, `port587 ${name}`);
    sign(name, "root", "v3_ca", dates);
  };

  root("root");
  root("foreign");
  intermediate("intermediate", now);
  intermediate("stale", past);
  rsa("self");
  openssl(
    "req",
    "-x509",
    "-new",
    "-key",
    "self.key",
    "-subj",
    "/CN=self",
    "-days",
    "30",
    "-out",
    "self.pem",
    "-addext",
    `subjectAltName=${names}`,
  );
  const below = rsaLeaf("below", "intermediate");
  const underStale = rsaLeaf("under-stale", "stale");
  const foreign = rsaLeaf("foreign-leaf", "foreign");
  rsa("weak", 1024);
  openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "ec.key");
  const leafOf = (name: string, section: string) => {
    rsa(name);
    request(name, name, names);
    sign(name, "root", section, now);
    return { key: read(`${name}.key`), cert: read(`${name}.pem`) };
  };
  const mustStaple = leafOf("must-staple", "v3_staple");
  const revoked = leafOf("revoked", "v3_leaf");
  leafOf("responder", "v3_responder");
  leafOf("no-responder", "v3_leaf");
  openssl("ca", "-config", "ca.cnf", "-cert", "root.pem", "-keyfile", "root.key", "-revoke", "revoked.pem");
  const sound = rsaLeaf("sound", "root");
  const staple = (about: string, signer: string) => {
    const by = ["-CA", "root.pem", "-issuer", "root.pem", "-rsigner", `${signer}.pem`, "-rkey", `${signer}.key`];
    openssl("ocsp", "-index", "index.txt", ...by, "-cert", `${about}.pem`, "-ndays", "7", "-respout", "staple.der");
    return readFileSync(file("staple.der"));
  };
  return {
    anchor: read("root.pem"),
    mustStaple,
    revoked,
    staples: {
      good: staple("must-staple", "root"),
      delegated: staple("must-staple", "responder"),
      foreign: staple("must-staple", "foreign"),
      unauthorised: staple("must-staple", "no-responder"),
      revoked: staple("revoked", "root"),
      ofAnother: staple("sound", "root"),
    },
    sound,
    expired: rsaLeaf("expired", "root", names, past),
    otherName: rsaLeaf("other", "root", "DNS:smtp.elsewhere.test,DNS:*.example.test"),
    selfSigned: { key: read("self.key"), cert: read("self.pem") },
    incomplete: below,
    complete: { ...below, cert: below.cert + read("intermediate.pem") },
    staleIntermediate: { ...underStale, cert: underStale.cert + read("stale.pem") },
    foreignRoot: { ...foreign, cert: foreign.cert + read("foreign.pem") },
    weak: leaf("weak", "root", names, now, "-md", "sha1"),
    ecdsa: leaf("ec", "root"),
  };
}

/** OpenSSL's way of writing an instant, so many days from now. */
function stamp(days: number): string {
  return `${new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
}
