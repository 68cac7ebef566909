import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";

const example = (path: string) => readFileSync(`examples/${path}`, "utf8");
const postfix = {
  "postfix/main.cf": example("acme/postfix/mail/main.cf"),
  "postfix/master.cf": example("acme/postfix/mail/master.cf"),
};
const pem = "postfix/mail.pem";
const maddy = { "maddy/maddy.conf": example("maddy/maddy/maddy.conf") };
const exim = { "exim4/exim4.conf": example("exim/exim4/exim4.conf") };

/** Files of /etc, the directory that is explained, and what is said of the certificates that it names. */
const cases: readonly (readonly [name: string, files: Readonly<Record<string, string>>, path: string, says: string])[] =
  [
    ["postfix, there", { ...postfix, [pem]: "" }, "/etc/postfix", "present"],
    ["postfix, not there", postfix, "/etc/postfix/", "missing"],
    ["postfix, a directory in its place", { ...postfix, [`${pem}/x`]: "" }, "/etc/postfix", "missing"],
    [
      "postfix, a copy elsewhere",
      { "copy/main.cf": postfix["postfix/main.cf"], "copy/master.cf": postfix["postfix/master.cf"] },
      "/etc/copy",
      "elsewhere",
    ],
    ["maddy, one of two not there", { ...maddy, "ssl/mail.example.com.crt": "" }, "/etc/maddy", "missing"],
    [
      "maddy, both there",
      { ...maddy, "ssl/mail.example.com.crt": "", "ssl/private/mail.example.com.key": "" },
      "/etc/maddy",
      "present",
    ],
    ["exim, there", { ...exim, "exim4/exim.crt": "" }, "/etc/exim4", "present"],
    ["exim, not there", exim, "/etc/exim4", "missing"],
  ];

/** In a mount namespace whose /etc has these files as well. */
function explained(files: Readonly<Record<string, string>>, path: string): { name: string; value: unknown }[] {
  const over = mkdtempSync(join(tmpdir(), "port587-etc-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(over, name)), { recursive: true });
      writeFileSync(join(over, name), text);
    }
    const script = `mount -t overlay overlay -o "lowerdir=$1:/etc" /etc && exec "$2" dist/cli/main.js explain --config "$3" --json`;
    const command = ["-m", "--propagation", "private", "sh", "-c", script, "sh", over, process.execPath, path];
    return JSON.parse(execFileSync("unshare", command, { encoding: "utf8" }));
  } finally {
    rmSync(over, { recursive: true, force: true });
  }
}

describeWith(namespacesUnavailable())("certificates, where a server's own directory is read", () => {
  it.each(cases)("%s", (_, files, path, says) => {
    const found = explained(files, path).filter(({ name }) => name === "certificateFile");
    expect([...new Set(found.map(({ value }) => value))]).toEqual([says]);
  });
});
