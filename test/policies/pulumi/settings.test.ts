import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rules } from "../../../policies/index.js";
import type { Port587Args, RuleId } from "../../../policies/pulumi/index.js";
import { services } from "../../../policies/pulumi/services.js";
import { checkSettings } from "../../../policies/pulumi/settings.js";
import { whyNoPulumi } from "../../setup/pulumi.js";
import { describeWith } from "../../setup/real-part.js";
import { withEngine } from "./engine.js";
import { type Answer, preview, write } from "./preview.js";
import { badProgram, declaration } from "./programs.js";

const files = { "port587.yaml": declaration };
const levels = ({ violations }: Answer) => [...new Set(violations.map(({ policy, level }) => `${level} ${policy}`))];

/** Mistakes, and what the refusal must say. */
const mistakes: [string, Record<string, unknown>, string][] = [
  ["a rule that is nearly right", { "tls-requird": "advisory" }, 'Did you mean "tls-required"?'],
  ["a rule that is nothing like one", { "no-public-buckets": "advisory" }, "The rules are: announced-authentication,"],
  ["an option that is nearly right", { "certificate-expiry": { day: 3 } }, 'Did you mean "days"?'],
  ["an option of a rule without options", { "tls-required": { strict: true } }, 'there is no option "strict"'],
];

const mistakesInCode: typeof mistakes = [
  ...mistakes,
  ["a level that is nearly right", { all: "mandatry" }, 'Did you mean "mandatory"?'],
  ["a level that stack policies cannot have", { "tls-required": "remediate" }, '"remediate" is not a level'],
  ["an option of the wrong type", { "certificate-expiry": { days: "soon" } }, "For example days: 21."],
  ["a number for a level", { "tls-required": { enforcementLevel: 3 } }, "3 is not a level"],
];

describe("settings", () => {
  it.each(mistakesInCode)("refuse %s", (_, settings, says) => {
    expect(() => checkSettings(settings, [...rules, ...services], "here")).toThrow(says);
  });

  it("take levels, options and both", () => {
    const args: Port587Args = {
      all: "mandatory",
      "tls-required": "advisory",
      "certificate-expiry": { enforcementLevel: "mandatory", days: 30 },
      declaration: { path: "../port587.yaml" },
      undecided: "disabled",
    };
    expect(() => checkSettings(args, [...rules, ...services], "here")).not.toThrow();
  });

  it("do not compile with typing errors", () => {
    const args: Port587Args[] = [
      // @ts-expect-error a rule that does not exist
      { "tls-requird": "advisory" },
      // @ts-expect-error a level that does not exist
      { "tls-required": "remediate" },
      // @ts-expect-error an option that does not exist
      { "certificate-expiry": { dayz: 3 } },
    ];
    for (const each of args) expect(() => checkSettings(each, [...rules, ...services], "here")).toThrow();
  });

  it("know every rule by its type", () => {
    const ids = {
      "auth-before-tls": true,
      "auth-required": true,
      "banner-version": true,
      "broad-port-rule": true,
      "certificate-expiry": true,
      "certificate-strength": true,
      "certificate-valid": true,
      "command-injection": true,
      "client-known-service": true,
      "client-submission-port": true,
      "client-tls-downgrade": true,
      "client-tls-required": true,
      "client-verifies-certificate": true,
      "dead-mail-rule": true,
      "development-catcher-exposed": true,
      "direct-smtp-egress": true,
      "firewall-drift": true,
      "implicit-tls": true,
      "legacy-mail-ports": true,
      "login-accepted": true,
      "must-staple": true,
      "open-relay": true,
      "password-in-plain-file": true,
      "provider-block": true,
      "relay-unreachable": true,
      "return-path-partial": true,
      "rule-conflict": true,
      "secure-renegotiation": true,
      "starttls-behind-tls-listener": true,
      "starttls-readvertised": true,
      "submission-exposed": true,
      "submission-unreachable": true,
      "submission-without-server": true,
      "test-message-accepted": true,
      "received-line": true,
      "tls-required": true,
      "tls-version": true,
      "vrfy-discloses": true,
      "weak-cipher-suites": true,
      "caa-forbids": true,
      "reverse-dns": true,
      "tlsa-matches": true,
      "tlsa-signed": true,
      "announced-authentication": true,
      "announced-name": true,
      "announced-port-answers": true,
      "announced-security": true,
      "auth-on-port-25": true,
      "bare-newline": true,
      "certificate-file": true,
      "domain-bogus": true,
      "early-pipelining": true,
      "listener-cut-off": true,
      "mta-sts-policy": true,
      "mx-resolves": true,
      "relay-network-wide": true,
      "submission-on-port-25": true,
      "submissions-port-missing": true,
      "tls-rpt-record": true,
      "tls-wrapper-on-starttls-port": true,
      "weak-auth-mechanisms": true,
      "world-in-disguise": true,
    } satisfies Record<RuleId, true>;
    expect(Object.keys(ids).sort()).toEqual(rules.map((rule) => rule.id).sort());
  });
});

describeWith(whyNoPulumi())("pulumi preview with settings", () => {
  const engine = withEngine();
  const made: string[] = [];
  afterAll(() => {
    for (const directory of made) rmSync(directory, { recursive: true, force: true });
  });

  /** A pack of a user: a directory with port587 in its node_modules. */
  function packWith(args: object, main: "index.js" | "index.ts" = "index.js"): string {
    const directory = mkdtempSync(join(tmpdir(), "port587-pack-"));
    made.push(directory);
    const modules = join(directory, "node_modules");
    mkdirSync(modules);
    symlinkSync(process.cwd(), join(modules, "port587"));
    for (const name of ["@pulumi", "typescript"]) {
      symlinkSync(join(process.cwd(), "node_modules", name), join(modules, name));
    }
    write(join(directory, "PulumiPolicy.yaml"), "runtime: nodejs\n");
    const type = main === "index.js" ? { type: "module" } : {};
    write(join(directory, "package.json"), JSON.stringify({ version: "1.0.0", main, ...type }));
    write(
      join(directory, main),
      `import { Port587 } from "port587/pulumi";\n\nnew Port587(${JSON.stringify(args)});\n`,
    );
    return directory;
  }

  it("takes levels from a pack in TypeScript", async () => {
    const pack = packWith({ all: "disabled", "tls-version": "advisory" }, "index.ts");
    const answer = await preview(engine(), { program: badProgram, files, pack });
    expect(answer.passed).toBe(true);
    expect(levels(answer)).toEqual(["advisory tls-version"]);
  });

  it("does not compile a pack in TypeScript with a typing error", async () => {
    const pack = packWith({ "tls-requird": "advisory" }, "index.ts");
    const answer = await preview(engine(), { program: badProgram, files, pack });
    expect(answer.passed).toBe(false);
    expect(answer.output).toMatch(/"tls-requird".*does not exist in type 'Port587Args'/);
  });

  it("takes levels from the command line", async () => {
    const answer = await preview(engine(), {
      program: badProgram,
      files,
      config: { "submission-exposed": "advisory", "auth-before-tls": "disabled", "tls-required": "advisory" },
    });
    expect(answer.passed).toBe(true);
    expect(levels(answer)).toEqual(["advisory submission-exposed", "advisory tls-required", "advisory tls-version"]);
  });

  it("takes levels from code", async () => {
    const pack = packWith({ all: "disabled", "tls-version": "mandatory", "submission-exposed": "advisory" });
    const answer = await preview(engine(), { program: badProgram, files, pack });
    expect(answer.passed).toBe(false);
    expect(levels(answer)).toEqual(["advisory submission-exposed", "mandatory tls-version"]);
  });

  it("lets the command line win over code", async () => {
    const pack = packWith({ all: "disabled", "tls-version": "mandatory" });
    const answer = await preview(engine(), { program: badProgram, files, pack, config: { "tls-version": "advisory" } });
    expect(answer.passed).toBe(true);
    expect(levels(answer)).toEqual(["advisory tls-version"]);
  });

  it("takes the path of the declaration", async () => {
    const answer = await preview(engine(), {
      program: badProgram,
      files: { "estate/mail.yaml": declaration },
      config: { all: "advisory", declaration: { path: "estate/mail.yaml" } },
    });
    expect(answer.output).toContain("declared for 192.0.2.0/24");
  });

  it.each(mistakes)("refuses %s on the command line", async (_, config, says) => {
    const answer = await preview(engine(), { program: badProgram, files, config });
    expect(answer.passed).toBe(false);
    expect(answer.violations).toEqual([]);
    expect(answer.output).toContain(says);
  });

  it("refuses a typing error in code", async () => {
    const answer = await preview(engine(), {
      program: badProgram,
      files,
      pack: packWith({ "tls-requird": "advisory" }),
    });
    expect(answer.passed).toBe(false);
    expect(answer.output).toContain('Did you mean "tls-required"?');
  });
});
