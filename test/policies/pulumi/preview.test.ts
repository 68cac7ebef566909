import { whyNoPulumi } from "../../setup/pulumi.js";
import { describeWith } from "../../setup/real-part.js";
import { withEngine } from "./engine.js";
import { type Answer, preview } from "./preview.js";
import {
  AnyResource,
  badProgram,
  canary,
  configMap,
  declaration,
  goodProgram,
  instance,
  mainCf,
  masterCf,
  securityGroup,
  tcp,
  userData,
} from "./programs.js";

const files = { "port587.yaml": declaration };
const found = ({ violations }: Answer) =>
  violations.map(({ policy, level, resource }) => `${level} ${policy} ${resource}`);

describeWith(whyNoPulumi())("pulumi preview with the pack", () => {
  const engine = withEngine();

  it("refuses the bad program, and says what, where, why and how to mend it", async () => {
    const answer = await preview(engine(), { program: badProgram, files });
    expect(answer.passed).toBe(false);
    expect(found(answer)).toEqual([
      "mandatory auth-before-tls fail-clear",
      "mandatory auth-before-tls mail",
      "mandatory submission-exposed fail-open-to-the-world",
      "mandatory tls-required fail-clear",
      "mandatory tls-required mail",
      "advisory tls-version fail-clear",
      "advisory tls-version mail",
    ]);
    for (const part of [
      "submission-exposed: mail.example.com:587 is open to any IPv4 address; declared for 192.0.2.0/24",
      "Because: SecurityGroup fail-open-to-the-world#ingress[0].cidrBlocks",
      "Instance mail#userDataBase64:/etc/postfix/main.cf:6",
      'ConfigMap fail-clear#data["main.cf"]:7',
      "Fix: Narrow the source addresses",
      "Docs: docs/rules/submission-exposed.md",
    ]) {
      expect(answer.output).toContain(part);
    }
  });

  it("lets the mended program through without a word", async () => {
    const answer = await preview(engine(), { program: goodProgram, files });
    expect(found(answer)).toEqual([]);
    expect(answer.passed).toBe(true);
    expect(answer.output).not.toMatch(/(Experimental|Deprecation)Warning|\[DEP\d|EBADENGINE/);
  });

  it.each([
    ["the bad program", badProgram],
    ["the mended program", goodProgram],
    [
      "mail files that Postfix would refuse",
      () => configMap("fail", { "main.cf": `${canary}\n`, "master.cf": canary }),
    ],
    [
      "user data that is no cloud-init",
      () => withUserData(`#cloud-config\nwrite_files: [${canary} /etc/postfix/main.cf`),
    ],
    ["inputs of wrong types", () => securityGroup("fail", { ingress: canary, description: canary })],
  ])("prints no value of %s", async (_, program) => {
    const answer = await preview(engine(), { program, files });
    expect(answer.output + JSON.stringify(answer.violations)).not.toContain(canary);
    expect(answer.output).not.toContain(userData(mainCf.takesMailInClear, true).slice(0, 24));
  });

  it("refuses a world-wide rule that stands beside an unknown one", async () => {
    const program = () => mailBehind(tcp(587, notYetKnown(), "0.0.0.0/0"));
    const answer = await preview(engine(), { program, files });
    expect(answer.passed).toBe(false);
    expect(found(answer)).toContain("mandatory submission-exposed fail-open");
  });

  it("says which inputs are missing where only unknown ones stand", async () => {
    const program = () => mailBehind(tcp(587, notYetKnown()));
    const answer = await preview(engine(), { program, files });
    expect(answer.passed).toBe(true);
    expect(found(answer)).toContain("advisory undecided fail-open");
    expect(answer.output).toContain("Missing: SecurityGroup fail-open#ingress[0].cidrBlocks[0]");
  });

  it("goes by what the program wrote where the provider fills in the rest later", async () => {
    // The output `ingress` is unknown at preview; that the program opens nothing is known all the same.
    const program = () => instance("mail", securityGroup("fail-closed", { egress: [] }));
    const answer = await preview(engine(), { program, files });
    expect(answer.passed).toBe(false);
    expect(found(answer)).toEqual(["mandatory submission-unreachable fail-closed"]);
  });

  it("refuses inputs that it cannot read, and judges the rest", async () => {
    const program = () => {
      securityGroup("fail-unreadable", { ingress: "all of it" });
      configMap("fail-clear", { "main.cf": mainCf.takesMailInClear, "master.cf": masterCf });
    };
    const answer = await preview(engine(), { program, files });
    expect(answer.passed).toBe(false);
    expect(found(answer)).toContain("mandatory unreadable-input fail-unreadable");
    expect(found(answer)).toContain("mandatory tls-required fail-clear");
  });

  it("says that nothing is declared", async () => {
    const answer = await preview(engine(), { program: () => securityGroup("pass", { ingress: [] }) });
    expect(answer.passed).toBe(true);
    expect(answer.violations.map(({ policy, level }) => `${level} ${policy}`)).toEqual(["advisory declaration"]);
    expect(answer.output).toMatch(/no port587.yaml was found upward from \S*port587-project-/);
  });

  it("refuses a declaration that it cannot read, by line", async () => {
    const answer = await preview(engine(), {
      program: goodProgram,
      files: { "port587.yaml": declaration.replace("exposure", "exposur") },
    });
    expect(answer.passed).toBe(false);
    expect(answer.output).toMatch(/unreadable-input: \S*port587\.yaml:4: .*exposur/);
  });

  it("shows an accepted finding and lets it through", async () => {
    const exemption = `exemptions:
  - rule: submission-exposed
    subject: mail.example.com:587
    reason: Open to all until the move is over.
    expires: "2199-12-31"
`;
    const answer = await preview(engine(), {
      program: () => mailBehind(tcp(587, "0.0.0.0/0")),
      files: { "port587.yaml": declaration + exemption },
    });
    expect(answer.passed).toBe(true);
    expect(found(answer)).toEqual(["advisory exemptions fail-open"]);
    expect(answer.output).toContain("is accepted until 2199-12-31");
    expect(answer.output).toContain("Open to all until the move is over.");
  });
});

function mailBehind(ingress: object): void {
  instance("mail", securityGroup("fail-open", { ingress: [ingress] }));
}

function withUserData(text: string): void {
  instance("mail", securityGroup("pass-declared-clients", { ingress: [tcp(587, "192.0.2.0/24")] }), { userData: text });
}

/** What a resource computes is unknown at preview. */
function notYetKnown() {
  return new AnyResource("aws:ec2/eip:Eip", "address", {}).arn;
}
