import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Pair {
  readonly key: Buffer;
  readonly cert: Buffer;
}

/** Of the lab's names by its authority, of another name by the same one, and of the lab's names by nobody. */
export interface Pairs {
  readonly trusted: Pair;
  readonly wrongName: Pair;
  readonly untrusted: Pair;
}

/** Makes an authority (`authority.pem` in the directory) and the servers' keys and certificates. */
export function certificates(directory: string): Pairs {
  const path = (name: string, ending: string) => join(directory, `${name}.${ending}`);
  const make = (name: string, ...more: string[]): Pair => {
    const [key, cert] = [path(name, "key"), path(name, "pem")];
    const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert];
    execFileSync("openssl", [...request, ...more], { stdio: "ignore" });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  };
  const server = (name: string) => [
    ...["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`],
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
  ];
  make("authority", "-subj", "/CN=Authority of the lab", "-addext", "keyUsage=keyCertSign");
  const signed = ["-CA", path("authority", "pem"), "-CAkey", path("authority", "key")];
  return {
    trusted: make("trusted", ...server("*.lab.example"), ...signed),
    wrongName: make("wrong-name", ...server("mail.elsewhere.example"), ...signed),
    untrusted: make("untrusted", ...server("*.lab.example")),
  };
}
