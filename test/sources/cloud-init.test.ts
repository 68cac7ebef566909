import { gzipSync } from "node:zlib";
import { nothingDeclared } from "../../model/declaration.js";
import { InputError } from "../../model/errors.js";
import type { MailDefinition } from "../../model/mail.js";
import { Subjects } from "../../model/subjects.js";
import { mailDefinitionsInUserData } from "../../sources/cloud-init.js";
import { mailFacts } from "../mail/facts.js";

const at = "urn:mail#userData";
const main = "myhostname = mail.example.com\nsmtpd_tls_security_level = encrypt\n";
const master = "submission inet n - y - - smtpd\n";

function read(data: string | Uint8Array): MailDefinition[] {
  return mailDefinitionsInUserData(data, { at, origin: "planned", hostedBy: "urn:mail" });
}

/** User data with a `write_files` list, as JSON, which is YAML as well. */
function config(files: readonly object[], more: object = {}): string {
  return `#cloud-config\n${JSON.stringify({ write_files: files, ...more })}\n`;
}

const file = (content: string | undefined, more: object = {}) => ({ path: "/etc/postfix/main.cf", content, ...more });
const base64 = (data: string | Uint8Array) => Buffer.from(data).toString("base64");

const yaml = `#cloud-config
packages: [postfix]
write_files:
  - path: /etc/postfix/main.cf
    owner: root:root
    content: |
      myhostname = mail.example.com
      smtpd_tls_security_level = encrypt
`;

function archive(...parts: { type: string; body: string; encoding?: string }[]): string {
  const head = 'Content-Type: multipart/mixed; boundary="==b=="\nMIME-Version: 1.0\n\n';
  const body = parts.map(
    ({ type, body, encoding }) =>
      `--==b==\nContent-Type: ${type}\n${encoding ? `Content-Transfer-Encoding: ${encoding}\n` : ""}\n${body}\n`,
  );
  return `${head}${body.join("")}--==b==--\n`;
}

describe("the main.cf that cloud-init leaves on the machine", () => {
  const cases: [string, string | Uint8Array, string][] = [
    ["plain YAML", yaml, main],
    ["plain JSON", config([file(main)]), main],
    ["Windows line ends", yaml.replaceAll("\n", "\r\n"), main],
    ["base64 user data", base64(yaml), main],
    ["base64 user data in lines", base64(yaml).replace(/.{76}/g, "$&\n"), main],
    ["gzip user data", gzipSync(yaml), main],
    ["gzip user data in base64", base64(gzipSync(yaml)), main],
    ["base64 content", config([file(base64(main), { encoding: "b64" })]), main],
    ["base64 content, spelled out", config([file(base64(main), { encoding: "Base64" })]), main],
    ["gzip content in base64", config([file(base64(gzipSync(main)), { encoding: "gz+b64" })]), main],
    ["gzip content in base64, spelled out", config([file(base64(gzipSync(main)), { encoding: "gzip+base64" })]), main],
    [
      "binary gzip content",
      `#cloud-config\nwrite_files:\n- path: /etc/postfix/main.cf\n  encoding: gzip\n  content: !!binary ${base64(gzipSync(main))}\n`,
      main,
    ],
    ["an encoding that does not exist is plain text", config([file(main, { encoding: "rot13" })]), main],
    ["an encoding with a name of JavaScript", config([file(main, { encoding: "__proto__" })]), main],
    ["text/plain", config([file(main, { encoding: "text/plain" })]), main],
    ["no content", config([{ path: "/etc/postfix/main.cf" }]), ""],
    ["the later of two entries", config([file("x = y\n"), file(main)]), main],
    ["an appended entry", config([file("a = b\n"), file("c = d\n", { append: true })]), "a = b\nc = d\n"],
    ["append as a word", config([file("a = b\n"), file("c = d\n", { append: "yes" })]), "a = b\nc = d\n"],
    ["a deferred entry comes last", config([file(main, { defer: true }), file("x = y\n")]), main],
    ["a path with detours", config([file(main, { path: "/etc/../etc/postfix//main.cf" })]), main],
    [
      "the later part of an archive",
      archive(
        { type: "text/cloud-config", body: config([file("x = y\n")]) },
        { type: "text/cloud-config", body: yaml },
      ),
      main,
    ],
    ["a part in base64", archive({ type: "text/cloud-config", body: base64(yaml), encoding: "base64" }), main],
    [
      "a part without its own mark",
      archive({ type: "text/cloud-config", body: yaml.replace("#cloud-config\n", "") }),
      main,
    ],
    ["a part of plain text", archive({ type: "text/plain", body: yaml }), main],
    [
      "a part after a script",
      archive({ type: "text/x-shellscript", body: "#!/bin/sh\ntrue\n" }, { type: "text/cloud-config", body: yaml }),
      main,
    ],
    [
      "a repeated key's last value",
      `${yaml}${yaml.split("\n").slice(2).join("\n").replace("encrypt", "may")}`,
      main.replace("encrypt", "may"),
    ],
  ];

  it.each(cases)("%s", (_, data, text) => {
    expect(read(data)).toEqual([
      {
        id: `${at}:/etc/postfix`,
        product: "postfix",
        origin: "planned",
        hostedBy: "urn:mail",
        files: { "main.cf": { at: `${at}:/etc/postfix/main.cf`, text } },
        missing: [],
      },
    ]);
  });

  it("a later part of an archive replaces the whole list of an earlier one", () => {
    const first = config([file(main), file(master, { path: "/etc/postfix/master.cf" })]);
    const parts = [first, yaml].map((body) => ({ type: "text/cloud-config", body }));
    expect(read(archive(...parts)).map(({ files }) => Object.keys(files))).toEqual([["main.cf"]]);
  });

  it("main.cf and master.cf of one directory belong together, other directories are other servers", () => {
    const found = read(
      config([
        file(main),
        file(master, { path: "/etc/postfix/master.cf" }),
        file("x = y\n", { path: "/etc/postfix-out/main.cf" }),
        file("secret", { path: "/etc/postfix/sasl_passwd" }),
      ]),
    );
    expect(found.map(({ id, files }) => [id, Object.keys(files).sort()])).toEqual([
      [`${at}:/etc/postfix`, ["main.cf", "master.cf"]],
      [`${at}:/etc/postfix-out`, ["main.cf"]],
    ]);
  });
});

describe("what decides the file elsewhere is listed as missing", () => {
  const cases: [string, string, string[]][] = [
    [
      "an entry appended to the packaged file",
      config([file("a = b\n", { append: true })]),
      [`${at}:/etc/postfix/main.cf`],
    ],
    [
      "an entry fetched from elsewhere",
      config([file(undefined, { source: { uri: "https://example.com/" } })]),
      [`${at}:/etc/postfix/main.cf`],
    ],
    ["a command that runs postconf", config([file(main)], { runcmd: [["postconf", "-e", "x=y"]] }), []],
    ["postconf before the files", config([file(main)], { bootcmd: [["postconf", "-e", "x=y"]] }), [`${at}:bootcmd`]],
    ["postconf in another place", config([file(main)], { runcmd: ["postconf -c /a -e x=y"] }), [`${at}:runcmd`]],
    [
      "postconf within a condition",
      config([file(main)], { runcmd: ["if a; then postconf -e x=y; fi"] }),
      [`${at}:runcmd`],
    ],
    ["a variable of the shell", config([file(main)], { runcmd: ["postconf -e x=$Y"] }), [`${at}:runcmd`]],
    ["a sed", config([file(main)], { runcmd: ["sed -i s/a/b/ /etc/postfix/main.cf"] }), [`${at}:runcmd`]],
    ["postconf that only shows", config([file(main)], { runcmd: ["postconf -n", "postconf mynetworks"] }), []],
    [
      "a command that edits the file",
      config([file(main)], { bootcmd: ["sed -i s/a/b/ /etc/postfix/main.cf"] }),
      [`${at}:bootcmd`],
    ],
    ["a command about something else", config([file(main)], { runcmd: ["systemctl restart postfix"] }), []],
    [
      "a script that edits the file",
      archive(
        { type: "text/x-shellscript", body: "#!/bin/sh\nsed -i s/a/b/ /etc/postfix/main.cf\n" },
        { type: "text/cloud-config", body: yaml },
      ),
      [`${at}:script`],
    ],
    [
      "a script that runs postconf",
      archive(
        { type: "text/x-shellscript", body: "#!/bin/sh\npostconf -e a=b\n" },
        { type: "text/cloud-config", body: yaml },
      ),
      [],
    ],
    ["a template", `## template: jinja\n${yaml}`, [`${at}:template`]],
    [
      "parts merged in a way of their own",
      archive(
        { type: "text/cloud-config", body: yaml },
        { type: "text/cloud-config", body: "#cloud-config\nmerge_how: list(append)\nruncmd: [ls]\n" },
      ),
      [`${at}:merge_how`],
    ],
  ];

  it.each(cases)("%s", (_, data, missing) => {
    expect(read(data).map((found) => found.missing)).toEqual([missing]);
  });
});

describe("what defines no mail server gives no definition", () => {
  it.each([
    ["nothing", ""],
    ["a script", "#!/bin/sh\npostfix reload\n"],
    ["a script that writes the file", "#!/bin/sh\ncat > /etc/postfix/main.cf\n"],
    ["another file", config([file(main, { path: "/etc/nginx/nginx.conf" })])],
    ["a list that is none", '#cloud-config\nwrite_files: "main.cf"\n'],
    ["an entry without a path", config([{ content: "main.cf" }])],
    ["broken YAML about something else", "#cloud-config\nwrite_files: [\n"],
    ["an archive configuration", `#cloud-config-archive\n- type: text/cloud-config\n  content: main.cf\n`],
    ["an archive without parts", archive()],
    ["text that is almost base64", "abc"],
  ])("%s", (_, data) => {
    expect(read(data)).toEqual([]);
  });
});

describe("mail files that cannot be read are refused, in bounded memory, and never quoted", () => {
  const bomb = gzipSync(Buffer.alloc(11 * 1024 * 1024));
  const aliases = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"].concat(
    Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(",")}]`),
  );
  const cases: [string, string | Uint8Array, RegExp, RegExp][] = [
    [
      "broken YAML",
      "#cloud-config\nwrite_files:\n- path: /etc/postfix/main.cf\n  content: [hunter2\n",
      /^urn:mail#userData:\d+:\d+$/,
      /malformed cloud-config/,
    ],
    ["content that is no base64", config([file("hunter2!", { encoding: "b64" })]), /main\.cf$/, /not base64/],
    ["content that is no gzip", config([file(base64("hunter2"), { encoding: "gz+b64" })]), /main\.cf$/, /damaged gzip/],
    [
      "content that unpacks without end",
      config([file(base64(bomb), { encoding: "gz+b64" })]),
      /main\.cf$/,
      /more than 10 MiB/,
    ],
    ["user data that unpacks without end", bomb, /#userData$/, /more than 10 MiB/],
    ["user data of damaged gzip", gzipSync(yaml).subarray(0, 40), /#userData$/, /damaged gzip/],
    ["aliases without end", `#cloud-config\n# main.cf\n${aliases.join("\n")}\n`, /#userData:\d+$/, /aliases/],
  ];

  it.each(cases)("%s", (_, data, where, problem) => {
    let error: unknown;
    try {
      read(data);
    } catch (reason) {
      error = reason;
    }
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).where).toMatch(where);
    expect((error as InputError).problem).toMatch(problem);
    expect((error as InputError).message).not.toContain("hunter2");
  });
});

/** The fact of port 587 once the commands have run, and where the line that decides stands. */
describe("postconf edits what the same user data writes", () => {
  const files = [
    file("compatibility_level = 3.6\nsmtpd_tls_security_level = encrypt\nsmtpd_tls_cert_file = /a.pem\n"),
    file("submission inet n - n - - smtpd\n", { path: "/etc/postfix/master.cf" }),
  ];
  const cases: [string, unknown[], string, unknown, string][] = [
    ["-e", ["postconf -e smtpd_tls_security_level=may"], "tlsGate", "none", ":runcmd"],
    ["without -e, with sudo", ["sudo postconf 'smtpd_tls_security_level = may'"], "tlsGate", "none", ":runcmd"],
    [
      "the last one counts",
      ["postconf -e smtpd_tls_security_level=may", "postconf -e smtpd_tls_security_level=encrypt"],
      "tlsGate",
      "mail",
      ":runcmd",
    ],
    ["-X", [["postconf", "-X", "smtpd_tls_security_level"]], "starttlsOffered", "absent", ""],
    ["-P", ["postconf -P submission/inet/smtpd_tls_wrappermode=yes"], "implicitTls", true, ":runcmd"],
    [
      "-M",
      ["postconf -M 'submission/inet=submission inet n - n - - smtpd -o smtpd_tls_wrappermode=yes'"],
      "implicitTls",
      true,
      ":runcmd:1",
    ],
    ["-MX, of another", ["postconf -MX smtp/inet"], "tlsGate", "mail", "main.cf:2"],
    ...(
      [
        ["what a shell is fed with", "bash <<EOF\npostconf -e smtpd_tls_security_level=may\nEOF"],
        [
          "by one that is another user's",
          "sudo -u root bash -e -s <<-'EOF'\n\tpostconf -e smtpd_tls_security_level=may\n\tEOF",
        ],
        ["what a shell is given", "sh -c 'postconf -e smtpd_tls_security_level=may'"],
        ["by options too", 'sudo bash -eu -o pipefail -c "postconf -e smtpd_tls_security_level=may"'],
        ["as a list", ["sudo", "-u", "root", "bash", "-lc", "postconf -e smtpd_tls_security_level=may"]],
        ["by su", "su - root -c 'postconf -e smtpd_tls_security_level=may'"],
        ["over several lines", "sh -c '\n  set -e\n  postconf -e smtpd_tls_security_level=may\n'"],
        ["within one another", `sudo sh -c "su -c 'postconf -e smtpd_tls_security_level=may'"`],
        ["a quote within a remark", "true # don't\npostconf -e smtpd_tls_security_level=may"],
        ["another's option of sudo", "sudo -u root postconf -e smtpd_tls_security_level=may"],
      ] as const
    ).map(([name, command]): (typeof cases)[number] => [name, [command], "tlsGate", "none", ":runcmd"]),
    ...(
      [
        ["a text that goes into a file", "cat > /root/up.sh <<EOF\npostconf -e smtpd_tls_security_level=may\nEOF"],
        ["a text for a program", "python3 <<EOF\nrun('postconf -e x=y')\nEOF"],
        ["a text without an end", "bash <<EOF\npostconf -e x=y"],
        ["a string for a shell", "bash <<< 'postconf -e x=y'"],
        ["a text with a variable", 'sh -c "postconf -e x=$Y"'],
        ["a text that is piped", "echo postconf -e x=y | sh"],
        ["another machine", "ssh other <<EOF\npostconf -e x=y\nEOF"],
        ["a container", "docker exec mail sh -c 'postconf -e x=y'"],
      ] as const
    ).map(([name, command]): (typeof cases)[number] => [
      name,
      [command],
      "tlsGate",
      { unknown: [`${at}:runcmd`] },
      "main.cf:2",
    ]),
    ["a text about something else", ["cat <<EOF\nit's\nEOF", "bash <<EOF\nls\nEOF"], "tlsGate", "mail", "main.cf:2"],
    [
      "what is not worked out",
      ["sed -i s/encrypt/may/ /etc/postfix/main.cf"],
      "tlsGate",
      { unknown: [`${at}:runcmd`] },
      "main.cf:2",
    ],
    [
      "and before it",
      ["postconf -e smtpd_tls_security_level=may", "sh -c 'cat x >> /etc/postfix/main.cf'"],
      "tlsGate",
      { unknown: [`${at}:runcmd`] },
      ":runcmd",
    ],
  ];
  it.each(cases)("%s", async (_, runcmd, name, value, place) => {
    const facts = await mailFacts(read(config(files, { runcmd })), new Subjects(nothingDeclared, [], []));
    const found = facts.filter((fact) => fact.name === name && fact.subject.endsWith(":587"));
    expect(found.map((fact) => fact.value)).toEqual([value]);
    expect(found[0]?.evidence.some((each) => each.at.endsWith(place))).toBe(true);
  });
});

describe("a script that the same user data writes", () => {
  const weaken = "postconf -e smtpd_tls_security_level=may\n";
  const script = (content: string | undefined, path = "/root/up.sh", more: object = {}) => ({ path, content, ...more });
  const run = `${at}:runcmd`;
  const cases: [string, object[], unknown[], unknown][] = [
    ["that nothing runs", [script(weaken)], ["ls"], "mail"],
    ["that is run", [script(`#!/bin/sh\n${weaken}`)], ["/root/up.sh"], "none"],
    ["by a shell", [script(weaken)], ["bash -x /root/up.sh"], "none"],
    ["as a list", [script(weaken)], [["sh", "/root/up.sh"]], "none"],
    ["once it may be", [script(weaken)], ["chmod +x /root/up.sh && sudo /root/up.sh"], "none"],
    ["into a shell", [script(weaken)], [". /root/up.sh"], "none"],
    ["by another one", [script(weaken), script("/root/up.sh\n", "/root/all.sh")], ["/root/all.sh"], "none"],
    ["where it lies", [script(weaken)], ["cd /root && ./up.sh"], { unknown: [run] }],
    ["later", [script(weaken)], ["cp /root/up.sh /etc/cron.daily/"], { unknown: [run] }],
    [
      "of another language",
      [script("#!/usr/bin/python3\nrun('postconf')\n")],
      ["/root/up.sh"],
      { unknown: [`${at}:/root/up.sh`] },
    ],
    ["by a condition", [script(`if a; then\n${weaken}fi\n`)], ["/root/up.sh"], { unknown: [`${at}:/root/up.sh:2`] }],
    [
      "that is fetched",
      [script(undefined, "/root/up.sh", { source: { uri: "https://a.example/" } })],
      ["/root/up.sh"],
      { unknown: [run] },
    ],
    ["that the machine runs", [script(weaken, "/etc/cron.hourly/up")], [], { unknown: [`${at}:/etc/cron.hourly/up`] }],
    [
      "at every boot",
      [script(weaken, "/var/lib/cloud/scripts/per-boot/up")],
      [],
      { unknown: [`${at}:/var/lib/cloud/scripts/per-boot/up`] },
    ],
    ["about something else", [script("ls\n")], ["/root/up.sh"], "mail"],
  ];
  it.each(cases)("%s", async (_, scripts, runcmd, value) => {
    const files = [
      file("compatibility_level = 3.6\nsmtpd_tls_security_level = encrypt\nsmtpd_tls_cert_file = /a.pem\n"),
      file("submission inet n - n - - smtpd\n", { path: "/etc/postfix/master.cf" }),
    ];
    const data = config([...files, ...scripts], { runcmd });
    const facts = await mailFacts(read(data), new Subjects(nothingDeclared, [], []));
    const found = facts.filter((fact) => fact.name === "tlsGate" && fact.subject.endsWith(":587"));
    expect(found.map((fact) => fact.value)).toEqual([value]);
  });
});
