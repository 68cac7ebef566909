import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "../../model/errors.js";
import { clientsIn } from "../../sources/clients/index.js";
import { treeOnDisk } from "../../sources/mail/tree.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable, unpacked } from "../setup/unpacked.js";

const begin = "account default\nhost smtp.example.net\nfrom a@example.com\n";

/** Files that msmtp reads, and such with which it sends nothing. */
const files: readonly string[] = [
  begin,
  ...["tls on", "tls", "tls off", 'tls "on"', "tls\ton", "tls_starttls off", "tls_certcheck off", "tls_nocertcheck"],
  ...["tls_nostarttls", "auth on", "port 587", "syslog off", "keepbcc on", "timeout 5", "logfile x", "from_x y"],
  ...[
    "tls maybe",
    "tls ON",
    "tls yes",
    "tls on extra",
    "TLS on",
    "tls_certchek off",
    "tls_starttls 1",
    "tls_certcheck no",
  ],
  ...["port x", "port", "host", "no_such", "tls_crl x", "__proto__ x", "# a comment", "   tls   on   "],
].map((line) => (line === begin ? line : `${begin}${line}\n`));

describeWith(namespacesUnavailable())("what msmtp does not start with", () => {
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "port587-msmtp-"));
  });
  afterEach(() => rmSync(place, { recursive: true, force: true }));

  it.each(files)("%j", (text) => {
    const file = join(place, "msmtprc");
    writeFileSync(file, text, { mode: 0o600 });
    const root = unpacked("msmtp", ["msmtp"]);
    const libraries = join(
      root,
      "usr/lib",
      readdirSync(join(root, "usr/lib")).find((each) => each.includes("linux")) ?? "",
    );
    const real = spawnSync(join(root, "usr/bin/msmtp"), ["-C", file, "--pretend", "you@example.com"], {
      env: { LD_LIBRARY_PATH: libraries, HOME: place },
      input: "",
      encoding: "utf8",
    });
    const said: InputError[] = [];
    clientsIn(treeOnDisk(place), { origin: "planned", idOf: (path) => path }, (_, error) => said.push(error));
    const line = /line (\d+): /.exec(real.stderr)?.[1];
    expect(said.map(({ where }) => where)).toEqual(line === undefined ? [] : [`${file}:${line}`]);
    expect(said.every((each) => each instanceof InputError && each.mend.includes("--pretend"))).toBe(true);
  });
});
