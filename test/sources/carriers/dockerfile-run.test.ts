import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { containerFacts } from "../../../mail/containers/index.js";
import { nothingDeclared } from "../../../model/declaration.js";
import { isUnknown } from "../../../model/maybe.js";
import { Subjects } from "../../../model/subjects.js";
import { readSources } from "../../../sources/index.js";
import { mailFacts } from "../../mail/facts.js";

type Files = Readonly<Record<string, string>>;

const main = "compatibility_level = 3.6\nsmtpd_tls_security_level = encrypt\nsmtpd_tls_cert_file = /a.pem\n";
const master = "submission inet n - n - - smtpd\n";
const postfix = { "mail/main.cf": main, "mail/master.cf": master };

/** Whether port 587 of each definition insists on TLS: `mail`, `none`, or what is missing. */
async function gates(files: Files, at = ""): Promise<Record<string, unknown>> {
  const directory = mkdtempSync(join(tmpdir(), "port587-dockerfile-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    const { estate } = await readSources([join(directory, at)]);
    const subjects = new Subjects(nothingDeclared, estate.interfaces, estate.containers);
    const facts = [
      ...containerFacts(estate.containers ?? [], subjects),
      ...(await mailFacts(estate.definitions, subjects)),
    ].filter(({ name, subject }) => name === "tlsGate" && subject.endsWith(":587"));
    const found = facts.map(({ subject, value }) => [subject, isUnknown(value) ? value.unknown : value]);
    return JSON.parse(JSON.stringify(Object.fromEntries(found)).replaceAll(`${directory}/`, ""));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const weaken = "postconf -e smtpd_tls_security_level=may";
const doubt = (line: number) => [`mail/Dockerfile:${line}`];
const both = "COPY main.cf master.cf /etc/postfix/\n";

/** What follows `FROM debian`, on the first line, and what port 587 then does. */
const cases: [name: string, dockerfile: string, value: unknown][] = [
  ["nothing is run", both, "mail"],
  ["postconf", `${both}RUN ${weaken}\n`, "none"],
  ["in exec form", `${both}RUN ["postconf", "-e", "smtpd_tls_security_level = may"]\n`, "none"],
  ["by a shell in exec form", `${both}RUN ["/bin/sh", "-c", "${weaken}"]\n`, "none"],
  ["lower case", `copy main.cf master.cf /etc/postfix/\nrun ${weaken}\n`, "none"],
  ["in a here-document", `${both}RUN <<EOF\nset -e\n${weaken}\nEOF\n`, "none"],
  ["in one with tabs", `${both}RUN <<-'EOF'\n\t${weaken}\n\tEOF\n`, "none"],
  ["in one of another language", `${both}RUN <<EOF\n#!/usr/bin/env python3\nrun("${weaken}")\nEOF\n`, doubt(3)],
  ["that is fed to a shell", `${both}RUN bash <<EOF\n${weaken}\nEOF\n`, doubt(3)],
  ["after a string of the shell's", `${both}RUN cat <<<EOF\nRUN ${weaken}\n`, "none"],
  ["on a line that goes on", `${both}RUN apt-get update \\\n  && \\\n  # why\n  ${weaken} \\\n  || true\n`, "none"],
  ["with mounts", `${both}RUN --mount=type=cache,target=/var/cache/apt --network=none ${weaken}\n`, "none"],
  ["over a mount", `${both}RUN --mount=type=bind,source=x,target=/etc/postfix ${weaken}\n`, doubt(3)],
  ["before the files", `RUN ${weaken}\n${both}`, "mail"],
  ["between the files", `COPY main.cf /etc/postfix/\nRUN ${weaken}\nCOPY master.cf /etc/postfix/\n`, doubt(3)],
  ["and then the files again", `${both}RUN ${weaken}\n${both}`, "mail"],
  ["in a stage that is not used", `${both}RUN ${weaken}\nFROM debian\n${both}`, "mail"],
  ["in the stage that it begins with", `${both}RUN ${weaken}\nFROM base AS last\nRUN true\n`, "none"],
  [
    "in a stage that is copied from",
    `${both}RUN ${weaken}\nFROM debian\nCOPY --from=base /etc/postfix /etc/postfix\n`,
    doubt(3),
  ],
  [
    "in a stage that is copied from, of something else",
    `${both}RUN true\nFROM debian\n${both}COPY --from=base /etc/postfix/ /etc/postfix/\n`,
    "mail",
  ],
  [
    "in a stage without the files",
    `RUN ${weaken}\nFROM debian\n${both}COPY --from=base /etc/postfix/ /etc/postfix/\n`,
    [...doubt(2), ...doubt(5)],
  ],
  ["the whole directory", `COPY . /etc/postfix\nRUN ${weaken}\n`, "none"],
  ["by a pattern", `COPY *.cf /etc/postfix/\nRUN ${weaken}\n`, "none"],
  ["by an argument", `ARG TO=/etc/postfix\nCOPY *.cf \${TO}/\nRUN ${weaken}\n`, "none"],
  ["from a variable", `COPY $FROM /etc/postfix/\nRUN ${weaken}\n`, doubt(3)],
  ["where it works", `WORKDIR /etc/postfix\nCOPY *.cf ./\nRUN ${weaken}\n`, "none"],
  ["to another place", `COPY *.cf /srv/\nRUN ${weaken}\n`, doubt(3)],
  ["from the directory above", `COPY --chown=0:0 mail/ /etc/postfix/\nRUN ${weaken}\n`, "none"],
  ["sed", `${both}RUN sed -i s/encrypt/may/ /etc/postfix/main.cf\n`, doubt(3)],
  ["sed in the directory", `${both}WORKDIR /etc/postfix\nRUN sed -i s/encrypt/may/ *\n`, doubt(4)],
  ["all of a directory", `${both}RUN cp /x/* /etc/postfix/\n`, doubt(3)],
  ["another directory's", `${both}RUN cp /x /etc/postfix/certs/\n`, "mail"],
  ["what is appended", `${both}RUN echo smtpd_tls_security_level=may >> /etc/postfix/main.cf\n`, doubt(3)],
  ["a here-document", `${both}RUN cat <<EOF >> /etc/postfix/main.cf\nx=y\nEOF\n`, doubt(3)],
  ["a file of a here-document", `${both}COPY <<EOF /etc/postfix/main.cf\nx=y\nEOF\n`, doubt(3)],
  ["a condition on one line", `${both}RUN if true; then true; ${weaken}; fi\n`, doubt(3)],
  ["a variable", `${both}RUN postconf -e smtpd_tls_security_level=$LEVEL\n`, doubt(3)],
  ["another shell", `${both}SHELL ["pwsh", "-c"]\nRUN ${weaken}\n`, doubt(4)],
  ["a script that is copied", `${both}COPY up.sh /\nRUN sh /up.sh\n`, doubt(4)],
  ["one that is only made to run", `${both}COPY up.sh /\nRUN chmod +x /up.sh\nENTRYPOINT ["/up.sh"]\n`, "mail"],
  ["an instruction for images on top", `${both}ONBUILD RUN ${weaken}\n`, doubt(3)],
  ["who owns the files", `${both}RUN chmod 644 /etc/postfix/main.cf && chown -R root /etc/postfix\n`, "mail"],
  ["commands that are about something else", `${both}RUN postmap /etc/postfix/virtual && apt-get clean\n`, "mail"],
];

it.each(cases)("RUN: %s", async (_, text, value) => {
  const found = await gates({
    ...postfix,
    "mail/Dockerfile": `FROM debian AS base\n${text}`,
    "mail/up.sh": `${weaken}\n`,
  });
  expect(found).toEqual({ "mail:587": value });
});

it("reads the Dockerfile of a directory that is a configuration itself", async () => {
  const [found] = Object.values(
    await gates({ ...postfix, "mail/Dockerfile": `FROM debian\n${both}RUN ${weaken}\n` }, "mail"),
  );
  expect(found).toBe("none");
});

it.each<[string, Files, Record<string, unknown>]>([
  [
    "two images of which one changes the files",
    {
      ...postfix,
      "mail/Dockerfile": `FROM debian\n${both}RUN ${weaken}\n`,
      "mail/Dockerfile.dev": `FROM debian\n${both}`,
    },
    { "mail:587": doubt(3) },
  ],
  [
    "an image of something else",
    { ...postfix, "app/main.cf": "", "app/Dockerfile": `FROM debian\nCOPY main.cf /etc/postfix/\nRUN ${weaken}\n` },
    { "mail:587": "mail" },
  ],
  [
    "a Dockerfile that lies beside",
    { ...postfix, "docker/mail.dockerfile": `FROM debian\nCOPY mail/ /etc/postfix/\nRUN ${weaken}\n` },
    { "mail:587": "none" },
  ],
  [
    "a file that takes the place of another",
    {
      ...postfix,
      "prod/main.cf": "x = y\n",
      Dockerfile: "FROM debian\nCOPY mail/ /etc/postfix/\nCOPY prod/main.cf /etc/postfix/main.cf\n",
    },
    { "mail:587": ["Dockerfile:3"] },
  ],
  [
    "a known image",
    {
      "compose.yaml": 'services:\n  dms:\n    build: ./mail\n    ports: ["587:587"]\n',
      "mail/Dockerfile": `FROM mailserver/docker-mailserver\nENV SSL_TYPE=manual\nRUN ${weaken}\n`,
    },
    { "dms:587": doubt(3) },
  ],
])("RUN: %s", async (_, files, value) => {
  expect(await gates(files)).toMatchObject(value);
});

it("what changes another server's files is worked out for none", async () => {
  const files = {
    "d/dovecot.conf":
      "protocols = submission\nssl = required\nssl_cert = </a\nssl_key = </b\npassdb {\n  driver = pam\n}\n",
    "d/Dockerfile":
      "FROM debian\nCOPY dovecot.conf /etc/dovecot/\nRUN sed -i s/required/yes/ /etc/dovecot/dovecot.conf\n",
  };
  expect(await gates(files)).toEqual({ "d:587": ["d/Dockerfile:3"] });
});
