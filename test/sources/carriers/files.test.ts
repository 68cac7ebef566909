import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { clientFacts } from "../../../mail/clients/index.js";
import { containerFacts } from "../../../mail/containers/index.js";
import { AddressSet } from "../../../model/addresses.js";
import { type Declaration, nothingDeclared } from "../../../model/declaration.js";
import { InputError } from "../../../model/errors.js";
import { isUnknown } from "../../../model/maybe.js";
import { Subjects } from "../../../model/subjects.js";
import { readSources } from "../../../sources/index.js";
import { mailFacts } from "../../mail/facts.js";

type Files = Readonly<Record<string, string>>;

/** The facts of a directory with these files; places are named without it. */
async function factsOf(files: Files, declared: (directory: string) => Declaration = () => nothingDeclared) {
  const directory = mkdtempSync(join(tmpdir(), "port587-carriers-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    const { estate } = await readSources([directory]);
    const subjects = new Subjects(declared(directory), estate.interfaces, estate.containers);
    const facts = [
      ...containerFacts(estate.containers ?? [], subjects),
      ...(await mailFacts(estate.definitions, subjects)),
      ...(await clientFacts(estate, subjects)).facts,
    ];
    return JSON.parse(JSON.stringify(facts).replaceAll(`${directory}/`, "")) as typeof facts;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const canary = "canary-5u7tz";
const built = (more = "") => `services:\n  mail:\n    build: ./mail\n    ports: ["587:587", "25:1025"]\n${more}`;
const dms = "FROM ghcr.io/docker-mailserver/docker-mailserver:14\n";
const mailcow = (more = "") => `services:
  postfix-mailcow:
    image: ghcr.io/mailcow/postfix:1.80
    ports: ["\${SMTPS_PORT:-465}:465", "\${SUBMISSION_PORT:-587}:587"]
${more}`;
const chart = (name: string) => `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`;
const using = (name: string, alias = "") =>
  `${chart("app")}dependencies:\n  - name: ${name}\n    version: "4"\n${alias && `    alias: ${alias}\n`}`;
const laravel = `  MAIL_HOST: smtp.example.net\n  MAIL_PORT: 587\n  MAIL_USERNAME: u\n  MAIL_PASSWORD: ${canary}\n`;

const service = (more: string, image = "mailserver/docker-mailserver") =>
  `services:\n  mail:\n    image: ${image}\n    ports: ["587:587"]\n    environment: { SSL_TYPE: manual }\n${more}`;
const boky = (more: string) =>
  `services:\n  mail:\n    image: boky/postfix\n    ports: ["587:587"]\n    environment: { ALLOWED_SENDER_DOMAINS: a.example, POSTFIX_smtpd_tls_security_level: encrypt }\n${more}`;
const mailcowFiles = {
  "docker-compose.yml": mailcow(
    '    volumes: ["./data/conf/postfix:/opt/postfix/conf:z", "./data/hooks/postfix:/hooks:Z"]\n',
  ),
  "mailcow.conf": "",
  "data/conf/postfix/main.cf":
    "smtpd_tls_security_level = encrypt\nsmtpd_tls_cert_file = /k\nsmtpd_relay_restrictions = reject_unauth_destination\n",
  "data/conf/postfix/master.cf": "587 inet n - n - - smtpd\n",
  "data/hooks/postfix/.gitkeep": "",
};
const patched = "user-patches.sh: postconf -e smtpd_tls_security_level=may\n";

const roleFiles = {
  "roles/mail/files/master.cf": "587 inet n - n - - smtpd\n",
  "roles/mail/files/main.cf":
    "smtpd_tls_security_level = encrypt\nsmtpd_tls_cert_file = /k\nsmtpd_relay_restrictions = reject_unauth_destination\n",
};
const copies =
  "- ansible.builtin.copy: { src: main.cf, dest: /etc/postfix/main.cf }\n- copy: { src: master.cf, dest: /etc/postfix/ }\n";
const weakened = "smtpd_tls_security_level = may";
const level = `path: /etc/postfix/main.cf, regexp: "^smtpd_tls_security_level", line: "${weakened}"`;

/** What follows the copies of main.cf and master.cf in a role of Ansible's, and what port 587 then does; `open`: not even whether it listens. */
const tasks: readonly (readonly [name: string, more: string, value: unknown])[] = [
  ["nothing else", "", "mail"],
  ["a line", `- lineinfile: { ${level} }\n`, "none"],
  ["a line of a collection's name", `- ansible.builtin.lineinfile: { ${level} }\n`, "none"],
  [
    "a line that is new",
    "- lineinfile: { dest: /etc/postfix/main.cf, line: smtpd_tls_wrappermode = yes }\n",
    "connect",
  ],
  [
    "a line that goes",
    '- lineinfile: { path: /etc/postfix/main.cf, regexp: "^smtpd_tls_sec", state: absent }\n',
    "none",
  ],
  ["a line that is there", "- lineinfile: { path: /etc/postfix/main.cf, line: smtpd_tls_cert_file = /k }\n", "mail"],
  ["a line where a condition holds", `- lineinfile: { ${level} }\n  when: old\n`, "open"],
  ["a line by a group", '- lineinfile: { path: /etc/postfix/main.cf, regexp: "^(a|b)", line: x = y }\n', "open"],
  ["a line with a variable", '- lineinfile: { path: /etc/postfix/main.cf, line: "x = {{ y }}" }\n', "open"],
  ["a line of another file", "- lineinfile: { path: /etc/aliases, line: x }\n", "mail"],
  [
    "lines of a loop",
    `- lineinfile: { path: /etc/postfix/main.cf, line: "{{ item }}" }\n  loop: ["${weakened}"]\n`,
    "none",
  ],
  ["a block", `- blockinfile: { path: /etc/postfix/main.cf, block: "${weakened}" }\n`, "none"],
  ["a replacement", "- replace: { path: /etc/postfix/main.cf, regexp: encrypt, replace: may }\n", "open"],
  ["another copy", '- copy: { dest: /etc/postfix/main.cf, content: "compatibility_level = 3.6" }\n', "none"],
  ["a template", "- template: { src: main.cf.j2, dest: /etc/postfix/main.cf }\n", "open"],
  ["a command", `- command: postconf -e "${weakened}"\n`, "none"],
  ["a command in words", `- command: { argv: [postconf, -e, "${weakened}"] }\n`, "none"],
  ["a shell", `- shell: |\n    set -e\n    postconf -e "${weakened}"\n`, "none"],
  ["a shell's edit", "- shell: sed -i s/encrypt/may/ /etc/postfix/main.cf\n", "unknown"],
  ["a command in doubt", '- command: postconf -e "x = y"\n  when: old\n', "unknown"],
  ["a command with a variable", '- command: postconf -e "x = {{ y }}"\n', "unknown"],
  ["a handler that nobody calls", "- service: { name: postfix, state: restarted }\n", "mail"],
  ["a script", "- script: up.sh\n", "none"],
  ["a role that is not at hand", "- include_role: { name: geerlingguy.postfix }\n", "unknown"],
  ["a role of something else", "- include_role: { name: geerlingguy.nginx }\n", "mail"],
];

/** Files, the fact that is asked for, and its value; `unknown` where it is open, `absent` where nothing is said. */
const cases: [name: string, files: Files, subject: string, fact: string, value: unknown][] = [
  [
    "a Dockerfile that Compose builds",
    { "compose.yaml": built(), "mail/Dockerfile": `${dms}ENV SSL_TYPE=manual\n` },
    "mail:587",
    "tlsGate",
    "mail",
  ],
  [
    "the service's environment stands over the Dockerfile's",
    { "compose.yaml": built('    environment: { SSL_TYPE: "" }\n'), "mail/Dockerfile": `${dms}ENV SSL_TYPE manual\n` },
    "mail:587",
    "tlsGate",
    "none",
  ],
  [
    "stages, arguments, lines that go on and here-documents",
    {
      "compose.yaml": built(),
      "mail/Dockerfile": `ARG TAG=14\nFROM mailserver/docker-mailserver:\${TAG} AS base\nENV A=1 \\\n  # a remark\n  SSL_TYPE="letsencrypt"\nRUN <<EOF\nENV SSL_TYPE=\nEOF\nFROM scratch AS other\nFROM base\n`,
    },
    "mail:587",
    "tlsGate",
    "mail",
  ],
  [
    "an override that is copied in",
    {
      "compose.yaml": built(),
      "mail/Dockerfile": `${dms}ENV SSL_TYPE=manual\nCOPY --chown=0:0 config/ /tmp/docker-mailserver/\n`,
      "mail/config/postfix-main.cf": "",
    },
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  [
    "a file that is copied in under its name",
    {
      "compose.yaml": built(),
      "mail/Dockerfile": `${dms}ENV SSL_TYPE=manual\nCOPY user-patches.sh /tmp/docker-mailserver/\n`,
      "mail/user-patches.sh": "",
    },
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  [
    "a catcher that Compose builds",
    { "compose.yaml": built(), "mail/Dockerfile": "FROM mailhog/mailhog\n" },
    "mail:25",
    "developmentCatcher",
    { product: "MailHog" },
  ],
  [
    "an image that an argument without default names",
    { "compose.yaml": built(), "mail/Dockerfile": "ARG I\nFROM $I\n" },
    "mail:587",
    "listening",
    "absent",
  ],
  ["a Dockerfile that lies elsewhere", { "compose.yaml": built() }, "mail:587", "listening", "absent"],
  [
    "mailcow by its defaults",
    { "docker-compose.yml": mailcow(), "mailcow.conf": "MAILCOW_HOSTNAME=mail.example.org\n" },
    "postfix-mailcow:587",
    "tlsGate",
    "mail",
  ],
  [
    "mailcow on another port",
    { "docker-compose.yml": mailcow(), "mailcow.conf": "SMTPS_PORT=8465\n" },
    "postfix-mailcow:8465",
    "implicitTls",
    true,
  ],
  [
    "mailcow on loopback",
    { "docker-compose.yml": mailcow(), "mailcow.conf": "SUBMISSION_PORT=127.0.0.1:10587\n" },
    "postfix-mailcow:10587",
    "tlsGate",
    "mail",
  ],
  [
    "mailcow without its file of variables",
    { "docker-compose.yml": mailcow() },
    "postfix-mailcow:587",
    "tlsGate",
    "absent",
  ],
  [
    "mailcow whose configuration is not at hand",
    { "docker-compose.yml": mailcow('    volumes: ["./data/conf/postfix:/opt/postfix/conf:z"]\n'), "mailcow.conf": "" },
    "postfix-mailcow:587",
    "tlsGate",
    "unknown",
  ],
  ...(
    [
      ["a directory that has nothing that is read", 'volumes: ["./config:/tmp/docker-mailserver"]', "mail", "config/x"],
      ["a patch in a directory", 'volumes: ["./config:/tmp/docker-mailserver"]', "unknown", "config/user-patches.sh"],
      ["a directory that a variable names", `volumes: ["\${HERE:-./x}/config:/tmp/docker-mailserver"]`, "unknown"],
      ["a place that a variable names", `volumes: ["./config:\${THERE}"]`, "unknown", "config/x"],
      ["files in the place of the image's own", 'volumes: ["./config:/etc/postfix:ro"]', "unknown", "config/main.cf"],
      ["other files beside them", 'volumes: ["./config:/etc/postfix/extra"]', "mail", "config/x"],
      ["a patch among configs", "configs: [{ source: c, target: /tmp/docker-mailserver/user-patches.sh }]", "unknown"],
      ["a config of something else", "configs: [c]", "mail"],
      ["another command", "command: [sh, -c, 'postconf -e x=y; supervisord']", "unknown"],
      ["another entry point", "entrypoint: /start.sh", "unknown"],
      ["a command once it has started", "post_start: [{ command: postconf -e x=y }]", "unknown"],
      ["a service that it extends", "extends: { file: base.yaml, service: mail }", "unknown"],
      ["a Dockerfile that is not at hand", "build: ./elsewhere", "absent"],
      ["a Dockerfile in the file itself", 'build: { dockerfile_inline: "FROM x" }', "absent"],
    ] as const
  ).map(([name, line, value, file]): (typeof cases)[number] => [
    `docker-mailserver with ${name}`,
    { "compose.yaml": service(`    ${line}\n`), ...(file ? { [file]: "" } : {}) },
    "mail:587",
    "tlsGate",
    value,
  ]),
  ...(
    [
      ["its settings", "", "mail"],
      ["a script", 'volumes: ["./init:/docker-init.d"]', "unknown", "init/10.sh"],
      ["a script in the old place", 'volumes: ["./init/10.sh:/docker-init.db/10.sh"]', "unknown", "init/10.sh"],
      ["scripts that are not at hand", 'volumes: ["scripts:/docker-init.db/"]', "unknown"],
      ["a place of its own", 'volumes: ["queue:/var/spool/postfix"]', "mail"],
    ] as const
  ).map(([name, line, value, file]): (typeof cases)[number] => [
    `boky/postfix with ${name}`,
    { "compose.yaml": boky(`    ${line}\n`), ...(file ? { [file]: "" } : {}) },
    "mail:587",
    "tlsGate",
    value,
  ]),
  ...(
    [
      ["a patch into the place where it works", "WORKDIR /tmp/docker-mailserver\nCOPY user-patches.sh .\n", "unknown"],
      ["a patch to where a variable says", "COPY user-patches.sh $WHERE/\n", "unknown"],
      ["a patch to where an argument says", `ARG T=/tmp/docker-mailserver\nCOPY user-patches.sh \${T}/\n`, "unknown"],
      ["a patch of its own text", "COPY <<EOF /tmp/docker-mailserver/user-patches.sh\ntrue\nEOF\n", "unknown"],
      ["a patch that a command writes", "RUN echo true > /tmp/docker-mailserver/user-patches.sh\n", "unknown"],
      ["a patch that a script writes", "COPY up.sh /\nRUN /up.sh\n", "unknown"],
      ["a directory of the image", "RUN mkdir -p /tmp/docker-mailserver && chmod 755 /tmp/docker-mailserver\n", "mail"],
      ["a script elsewhere", "COPY up.sh /opt/\n", "mail"],
      ["files of the image's own from another stage", "COPY --from=x /etc/postfix /etc/postfix\n", "unknown"],
      ["another entry point", 'ENTRYPOINT ["/up.sh"]\n', "unknown"],
      ["another command", "CMD /up.sh\n", "unknown"],
      ["a stage that is built on it", "FROM scratch\n", "absent"],
    ] as const
  ).map(([name, lines, value]): (typeof cases)[number] => [
    `a Dockerfile with ${name}`,
    {
      "compose.yaml": built(),
      "mail/Dockerfile": `${dms}ENV SSL_TYPE=manual\n${lines}`,
      "mail/user-patches.sh": patched,
      "mail/up.sh": "cp x /tmp/docker-mailserver/user-patches.sh\n",
    },
    "mail:587",
    "tlsGate",
    value,
  ]),
  [
    "the stage that Compose builds",
    {
      "compose.yaml": 'services:\n  mail:\n    build: { context: ./mail, target: MTA }\n    ports: ["587:587"]\n',
      "mail/Dockerfile": `${dms.trimEnd()} AS mta\nENV SSL_TYPE=manual\nFROM scratch\n`,
    },
    "mail:587",
    "tlsGate",
    "mail",
  ],
  [
    "boky/postfix with a script that its Dockerfile copies",
    { "compose.yaml": built(), "mail/Dockerfile": "FROM boky/postfix\nADD 10.sh /docker-init.db/\n", "mail/10.sh": "" },
    "mail:587",
    "implicitTls",
    "unknown",
  ],
  ["mailcow with its own configuration", mailcowFiles, "data/conf/postfix:587", "tlsGate", "mail"],
  [
    "mailcow with settings of its user's",
    { ...mailcowFiles, "data/conf/postfix/extra.cf": "smtpd_tls_security_level = may\n" },
    "data/conf/postfix:587",
    "tlsGate",
    "none",
  ],
  [
    "mailcow with a hook",
    { ...mailcowFiles, "data/hooks/postfix/10.sh": "" },
    "data/conf/postfix:587",
    "tlsGate",
    "unknown",
  ],
  [
    "mailcow whose override says something else",
    { ...mailcowFiles, "docker-compose.override.yml": "services:\n  postfix-mailcow:\n    command: sleep 1\n" },
    "data/conf/postfix:587",
    "tlsGate",
    "unknown",
  ],
  [
    "an override's variable",
    {
      "compose.yaml": service(""),
      "compose.override.yaml": 'services:\n  mail:\n    environment: ["SSL_TYPE="]\n    ports: ["2587:587"]\n',
    },
    "mail:2587",
    "tlsGate",
    "none",
  ],
  [
    "an override's mount beside another",
    {
      "compose.yaml": service('    volumes: ["./a:/var/mail"]\n'),
      "compose.override.yaml": 'services:\n  mail:\n    volumes: ["./config:/tmp/docker-mailserver"]\n',
      "a/x": "",
      "config/user-patches.sh": "",
    },
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  [
    "an override without the file that it is for",
    { "compose.override.yaml": service("") },
    "mail:587",
    "tlsGate",
    "mail",
  ],
  ...(
    [
      ["an environment", "x-e: &e { SSL_TYPE: manual }\n", "environment: *e", "mail"],
      [
        "an environment that is merged",
        "x-e: &e { SSL_TYPE: manual, A: b }\n",
        "environment: { <<: *e, A: c }",
        "mail",
      ],
      [
        "what stands over the merged",
        "x-e: &e { SSL_TYPE: manual }\n",
        'environment: { <<: *e, SSL_TYPE: "" }',
        "none",
      ],
      [
        "the earlier of two",
        'x-e: &e { SSL_TYPE: "" }\nx-f: &f { SSL_TYPE: manual }\n',
        "environment: { <<: [*f, *e] }",
        "mail",
      ],
      ["a value", "x-t: &t manual\n", "environment: { SSL_TYPE: *t }", "mail"],
      ["a whole service", "x-s: &s { environment: { SSL_TYPE: manual } }\n", "<<: *s", "mail"],
      [
        "mounts that are merged",
        "x-s: &s { environment: { SSL_TYPE: manual }, volumes: ['dms:/tmp/docker-mailserver'] }\n",
        "<<: *s",
        "unknown",
      ],
    ] as const
  ).map(([name, before, line, value]): (typeof cases)[number] => [
    `an alias for ${name}`,
    {
      "compose.yaml": `${before}services:\n  mail:\n    image: mailserver/docker-mailserver\n    ports: ["587:587"]\n    ${line}\n`,
    },
    "mail:587",
    "tlsGate",
    value,
  ]),
  [
    "a chart whose values patch docker-mailserver",
    {
      "Chart.yaml": using("docker-mailserver"),
      "values.yaml":
        "docker-mailserver:\n  deployment:\n    env: { SSL_TYPE: manual }\n  configMaps: { user-patches.sh: { data: x } }\n",
    },
    "docker-mailserver:587",
    "tlsGate",
    "unknown",
  ],
  [
    "a chart that depends on docker-mailserver",
    {
      "Chart.yaml": using("docker-mailserver"),
      "values.yaml":
        "docker-mailserver:\n  deployment:\n    env:\n      SSL_TYPE: manual\n  service: { type: LoadBalancer }\n",
    },
    "docker-mailserver:465",
    "implicitTls",
    true,
  ],
  [
    "what its values leave to the chart",
    { "Chart.yaml": using("docker-mailserver", "dms"), "values.yaml": "dms:\n  deployment:\n    env: {}\n" },
    "dms:587",
    "tlsGate",
    "unknown",
  ],
  [
    "bokysan's chart",
    {
      "Chart.yaml": using("mail", "relay"),
      "values.yaml":
        "relay:\n  config:\n    general: { ALLOWED_SENDER_DOMAINS: example.org }\n    postfix: { smtpd_tls_security_level: encrypt }\n",
    },
    "relay:587",
    "tlsGate",
    "mail",
  ],
  [
    "another chart of that name",
    { "Chart.yaml": chart("mail"), "values.yaml": `env:\n${laravel}` },
    "mail:587",
    "listening",
    "absent",
  ],
  [
    "a catcher's chart",
    { "Chart.yaml": using("mailpit"), "values-dev.yaml": "mailpit: { replicaCount: 1 }\n" },
    "mailpit:1025",
    "developmentCatcher",
    { product: "Mailpit" },
  ],
  [
    "a client in the values of a chart",
    { "Chart.yaml": chart("app"), "values.yaml": `web:\n  extraEnv:\n${laravel.replaceAll(/^/gm, "  ")}` },
    "values.yaml -> smtp.example.net:587",
    "clientPort",
    { port: 587 },
  ],
  [
    "a list of variables",
    {
      "Chart.yaml": chart("app"),
      "values.yaml": "env:\n  - { name: MAIL_HOST, value: smtp.example.net }\n  - { name: MAIL_PORT, value: 465 }\n",
    },
    "values.yaml -> smtp.example.net:465",
    "clientPort",
    { port: 465 },
  ],
  [
    "NixOS",
    { "mail.nix": "{ ... }: {\n  services.postfix.enable = true;\n}\n" },
    "mail.nix:587",
    "listening",
    "unknown",
  ],
  [
    "a remark of NixOS",
    { "mail.nix": "# services.postfix.enable\n{ }\n", ".env": "MAIL_HOST=h\n" },
    "mail.nix:587",
    "listening",
    "absent",
  ],
  [
    "a template of Ansible",
    { "roles/mail/templates/main.cf.j2": "myhostname = {{ host }}\n" },
    "roles/mail/templates:587",
    "listening",
    "unknown",
  ],
  [
    "a file that a role copies",
    {
      "roles/mail/files/master.cf": "587 inet n - n - - smtpd\n",
      "roles/mail/files/main.cf":
        "smtpd_tls_security_level = encrypt\nsmtpd_tls_cert_file = /k\nsmtpd_relay_restrictions = reject_unauth_destination\n",
    },
    "roles/mail/files:587",
    "tlsGate",
    "mail",
  ],
  ...tasks.map(([name, more, value]): (typeof cases)[number] => [
    `a role of Ansible's with ${name}`,
    {
      ...roleFiles,
      "roles/mail/tasks/main.yml": copies + more,
      "roles/mail/templates/main.cf.j2": "x = {{ y }}\n",
      "roles/mail/files/up.sh": `#!/bin/sh\npostconf -e "${weakened}"\n`,
      "site.yml": "- hosts: mx\n  roles: [mail]\n",
    },
    "site.yml hosts mx:/etc/postfix:587",
    value === "open" ? "listening" : "tlsGate",
    value === "open" ? "unknown" : value,
  ]),
  [
    "files that a role copies, by themselves",
    { ...roleFiles, "roles/mail/tasks/main.yml": copies },
    "roles/mail/files:587",
    "tlsGate",
    "absent",
  ],
  [
    "a role that no play has",
    { ...roleFiles, "roles/mail/tasks/main.yml": copies },
    "roles/mail:/etc/postfix:587",
    "tlsGate",
    "mail",
  ],
  [
    "a command between the copies",
    {
      ...roleFiles,
      "roles/mail/tasks/main.yml": copies.replace("\n", `\n- command: postconf -e "${weakened}"\n`),
    },
    "roles/mail:/etc/postfix:587",
    "tlsGate",
    "unknown",
  ],
  [
    "a command before the copies",
    { ...roleFiles, "roles/mail/tasks/main.yml": `- command: postconf -e "${weakened}"\n${copies}` },
    "roles/mail:/etc/postfix:587",
    "tlsGate",
    "mail",
  ],
  [
    "an edit of the package's file",
    { "site.yml": `- hosts: mx\n  tasks:\n  - lineinfile: { ${level} }\n` },
    "site.yml hosts mx:/etc/postfix:587",
    "listening",
    "unknown",
  ],
  [
    "a text of Dovecot's in a task",
    {
      "site.yml":
        "- hosts: mx\n  tasks:\n  - copy:\n      dest: /etc/dovecot/dovecot.conf\n      content: |\n        protocols = submission\n        ssl = required\n        ssl_cert = </k\n",
    },
    "site.yml hosts mx:/etc/dovecot:587",
    "listening",
    true,
  ],
];

it.each(cases)("%s", async (_, files, subject, name, value) => {
  const facts = await factsOf(files).catch((error: unknown) => {
    // What holds nothing that is read is told so.
    if (value === "absent" && error instanceof InputError) return [];
    throw error;
  });
  const fact = facts.find((each) => each.subject === subject && each.name === name);
  expect(fact === undefined ? "absent" : isUnknown(fact.value) ? "unknown" : fact.value).toEqual(value);
  expect(JSON.stringify(facts)).not.toContain(canary);
});

it("judges a Dockerfile that nothing here builds where an endpoint names it", async () => {
  const endpoint = { host: "mail.example.org", role: "submission", exposure: AddressSet.everything } as const;
  const facts = await factsOf({ "mail/Dockerfile": `${dms}ENV SSL_TYPE=\n`, ".env": "MAIL_HOST=h\n" }, (directory) => ({
    ...nothingDeclared,
    endpoints: [{ ...endpoint, port: 587, config: join(directory, "mail/Dockerfile") }],
  }));
  expect(facts.find(({ name }) => name === "tlsGate")).toMatchObject({
    subject: "mail.example.org:587",
    value: "none",
  });
});

it.each(["postfix", "dovecot", "opensmtpd", "maddy", "exim"])(
  "%s without its files is undecided and stops nobody",
  async (product) => {
    const definition = { id: "x", product, origin: "planned", files: {}, missing: ["x (not evaluated)"] } as const;
    const facts = await mailFacts(
      [definition as Parameters<typeof mailFacts>[0][number]],
      new Subjects(nothingDeclared),
    );
    expect(facts.length).toBeGreaterThan(0);
    expect(facts.filter(({ value }) => !isUnknown(value))).toEqual([]);
    expect(JSON.stringify(facts)).toContain("x (not evaluated)");
  },
);

it("no text stops the readers", async () => {
  const texts = fc.array(
    fc.constantFrom(
      "FROM ",
      "ENV ",
      "COPY ",
      "RUN ",
      "postconf ",
      "*.cf ",
      "/etc/postfix/",
      "a=b ",
      "\\\n",
      "<<EOF\n",
      "${A",
      "}",
      "\n",
      "- ",
      ": ",
      "&a ",
      "*a ",
      "env",
      "{",
      "[",
    ),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(texts, fc.string({ unit: "binary", maxLength: 30 }), async (words, noise) => {
      const text = `${words.join("")}${noise.replaceAll("\0", "")}`;
      await factsOf({
        "Chart.yaml": text,
        "values.yaml": text,
        "mail/Dockerfile": text,
        "mail/main.cf": "",
        "x.nix": text,
        "compose.yaml": built(),
        "mailcow.conf": text,
      }).catch((error: unknown) => expect(error).toBeInstanceOf(InputError));
    }),
    { numRuns: 100 },
  );
});
