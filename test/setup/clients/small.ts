import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "../cache.js";
import { withLock } from "../lock.js";
import { pythonWith } from "../python.js";
import { unpacked } from "../unpacked.js";
import type { ClientLab, Sender } from "./lab.js";

const message = "From: app@example.com\nTo: you@example.com\nSubject: test\n\nhello\n";

export function msmtp(lab: ClientLab): Sender {
  const root = unpacked("msmtp", ["msmtp"]);
  return ({ directory }) => {
    const file = join(directory, "msmtprc");
    return lab.run("msmtp", ["-C", file, "-f", "app@example.com", "you@example.com"], { root, input: message });
  };
}

export function ssmtp(lab: ClientLab): Sender {
  const root = unpacked("ssmtp", ["ssmtp"]);
  return ({ directory }) =>
    lab.run("ssmtp", [`-C${join(directory, "ssmtp.conf")}`, "you@example.com"], { root, input: message });
}

/** Django of one release, on a Python that has it. */
export async function django(lab: ClientLab, version: string): Promise<Sender> {
  const python = await pythonWith("django", version);
  const script =
    "from django.core.mail import send_mail; send_mail('test', 'hello', 'app@example.com', ['you@example.com'])";
  return ({ directory }) =>
    lab.run(python, ["-c", script], {
      environment: { PYTHONPATH: directory, DJANGO_SETTINGS_MODULE: "settings", EMAIL_PASSWORD: "hunter2" },
    });
}

/** nodemailer of one release, kept in the cache; a file `mailer.cjs` runs as it is. */
export async function nodemailer(lab: ClientLab, version: string): Promise<Sender> {
  const home = join(cacheDirectory(), `nodemailer-${version}`);
  await withLock(`${home}.lock`, async () => {
    if (existsSync(join(home, "complete"))) return;
    mkdirSync(home, { recursive: true });
    const quietly = ["--no-audit", "--no-fund", "--ignore-scripts"];
    execFileSync("npm", ["install", "--prefix", home, ...quietly, `nodemailer@${version}`], {
      stdio: "ignore",
      timeout: 300_000,
    });
    writeFileSync(join(home, "complete"), "");
  });
  return ({ directory }) =>
    lab.run(process.execPath, [join(directory, "mailer.cjs")], {
      environment: {
        NODE_PATH: join(home, "node_modules"),
        NODE_EXTRA_CA_CERTS: lab.authority,
        SMTP_PASSWORD: "hunter2",
      },
    });
}
