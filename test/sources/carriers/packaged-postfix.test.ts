import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mailDefinitionsInUserData } from "../../../sources/cloud-init.js";
import { readSources } from "../../../sources/index.js";

/** What is missing to tell what Postfix does; `[]` where its files are known, undefined where no server is seen. */
async function missing(file: string, text: string): Promise<readonly string[] | undefined> {
  const directory = mkdtempSync(join(tmpdir(), "port587-packaged-"));
  try {
    writeFileSync(join(directory, "beside.tf.json"), "{}");
    writeFileSync(join(directory, "grafana.ini"), "[smtp]\nenabled = true\nhost = mail.example.com:587\n");
    writeFileSync(join(directory, file), text);
    const { estate } = await readSources([directory]);
    const found = estate.definitions.filter(({ product }) => product === "postfix");
    return found.length === 0
      ? undefined
      : found.flatMap((each) => each.missing.map((one) => one.replaceAll(`${directory}/`, "")));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const quiet = "ENV DEBIAN_FRONTEND=noninteractive\n";
const install = "RUN apt-get update && apt-get install -y --no-install-recommends postfix\n";
const edit = "RUN postconf -e smtpd_tls_security_level=encrypt\n";
const told = (answer: string) => `RUN echo "postfix postfix/main_mailer_type ${answer}" | debconf-set-selections\n`;
const answer = "the answer to debconf's postfix/main_mailer_type";
const base = "main.cf and master.cf as the package of the image of Dockerfile:1 has them";

describe("a Dockerfile that installs Postfix and edits it with postconf", () => {
  it.each<[name: string, dockerfile: string, missing: readonly string[] | undefined]>([
    ["Debian 12, as debconf has it by default", `FROM debian:bookworm\n${quiet}${install}${edit}`, []],
    ["by number and point release, slim", `FROM docker.io/library/debian:12.5-slim\n${quiet}${install}${edit}`, []],
    [
      "in one command",
      `FROM debian:12\nRUN DEBIAN_FRONTEND=noninteractive apt-get install -y postfix && postconf -e a=b\n`,
      [],
    ],
    ["told to be an Internet site", `FROM debian:12\n${quiet}${told("string 'Internet Site'")}${install}${edit}`, []],
    ["told to be local", `FROM debian:12\n${quiet}${told("select Local only")}${install}${edit}`, []],
    [
      "told to relay",
      `FROM debian:12\n${quiet}${told("select Satellite system")}${install}${edit}`,
      ["Dockerfile:4: what debconf's postfix/main_mailer_type, Satellite system, makes of main.cf"],
    ],
    [
      "told by a file",
      `FROM debian:12\n${quiet}RUN debconf-set-selections /answers\n${install}${edit}`,
      [`Dockerfile:4: ${answer}`],
    ],
    ["asked", `FROM debian:12\n${install}${edit}`, [`Dockerfile:2: ${answer}`]],
    ["another release", `FROM debian:trixie\n${quiet}${install}${edit}`, [`Dockerfile:3: ${base}`]],
    ["no release", `FROM debian\n${quiet}${install}${edit}`, [`Dockerfile:3: ${base}`]],
    [
      "another distribution",
      "FROM alpine:3\nRUN apk add --no-cache postfix && postconf -e a=b\n",
      [`Dockerfile:2: ${base}`],
    ],
    [
      "sed beside it",
      `FROM debian:12\n${quiet}${install}${edit}RUN sed -i s/a/b/ /etc/postfix/main.cf\n`,
      ["Dockerfile:5"],
    ],
    [
      "postconf within a condition",
      `FROM debian:12\n${quiet}${install}RUN if a; then postconf -e a=b; fi\n`,
      ["Dockerfile:4"],
    ],
    ["without postconf", `FROM debian:12\n${quiet}${install}`, undefined],
    ["another package", `FROM debian:12\n${quiet}RUN apt-get install -y postfix-doc\n${edit}`, undefined],
    [
      "files that are copied over the package's",
      `FROM debian:12\n${quiet}${install}COPY etc/ /etc/\n${edit}`,
      undefined,
    ],
  ])("%s", async (_, text, expected) => {
    expect(await missing("Dockerfile", text)).toEqual(expected);
  });
});

const distribution =
  "main.cf and master.cf as the package of the machine's distribution has them, of Debian and Ubuntu by the answer to debconf's postfix/main_mailer_type";

it.each([
  ["script", "#!/bin/sh\npostconf -e smtpd_tls_security_level=may\n"],
  ["runcmd", "#cloud-config\npackages: [postfix]\nruncmd:\n  - postconf -e smtpd_tls_security_level=may\n"],
  [
    "runcmd as lists",
    '#cloud-config\npackages: [postfix]\nruncmd:\n  - ["postconf", "-e", "smtpd_tls_security_level=may"]\n',
  ],
])("cloud-init's %s with postconf over the package's files is undecided", (_, data) => {
  const found = mailDefinitionsInUserData(data, { origin: "planned", at: "urn#userData" });
  expect(found).toEqual([
    {
      id: "urn#userData:/etc/postfix",
      product: "postfix",
      origin: "planned",
      files: {},
      missing: [`urn#userData: ${distribution}`],
    },
  ]);
});

it("a playbook that installs Postfix and runs postconf is undecided", async () => {
  const play = (name: string) => `- hosts: all
  tasks:
    - apt:
        name: ${name}
    - command: postconf -e smtpd_tls_security_level=may
`;
  expect(await missing("site.yml", play("[postfix, rsync]"))).toEqual([`site.yml:5: ${distribution}`]);
  expect(await missing("site.yml", play("rsync"))).toBeUndefined();
});
