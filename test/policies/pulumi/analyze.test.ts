import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fronts, network } from "../../cli/fronts.js";
import { pulumi, whyNoPulumi } from "../../setup/pulumi.js";
import { describeWith } from "../../setup/real-part.js";
import { withEngine } from "./engine.js";
import { pack, stateOf, write } from "./preview.js";
import { badProgram, canary, declaration, goodProgram } from "./programs.js";

describeWith(whyNoPulumi())("pulumi policy analyze with the pack", () => {
  const engine = withEngine();
  const directory = mkdtempSync(join(tmpdir(), "port587-analyze-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  async function analyze(program: () => void) {
    write(join(directory, "port587.yaml"), declaration);
    write(join(directory, "state.json"), await stateOf(engine(), program));
    return pulumi(
      engine(),
      ["policy", "analyze", "--file", "state.json", "--policy-pack", pack, "--color", "never"],
      directory,
    );
  }

  it("refuses the state of the bad program", async () => {
    const { code, output } = await analyze(badProgram);
    expect(output).toContain(
      "[mandatory] [severity: high]  submission-exposed  (aws:ec2:SecurityGroup: fail-open-to-the-world)",
    );
    expect(output).toContain("one or more mandatory policy violations were found");
    expect(output).not.toContain(canary);
    expect(code).not.toBe(0);
  });

  it("passes the state of the mended program", async () => {
    const { code, output } = await analyze(goodProgram);
    expect(output).toContain("✅ port587@v");
    expect(code).toBe(0);
  });
});

describeWith(whyNoPulumi())("pulumi policy analyze of examples/acme", () => {
  const engine = withEngine();

  it("finds the port587.yaml of the directory, and what is wrong by it", () => {
    const args = ["policy", "analyze", "--file", "stack.json", "--policy-pack", pack, "--color", "never"];
    const { code, output } = pulumi(engine(), args, join(process.cwd(), "examples", "acme"));
    const found = [...output.matchAll(/\[(\w+)] \[severity: \w+\] {2}(\S+) {2}\(\S+ (\S+)\)/g)];
    expect(found.map(([, level, policy, resource]) => `${level} ${policy} ${resource}`)).toEqual([
      "mandatory relay-unreachable worker-fail-relay-closed",
      "mandatory submission-exposed legacy-fail-range-opens-587",
      "mandatory submission-unreachable mail-pass-587-fail-465",
      "advisory broad-port-rule legacy-fail-range-opens-587",
      "advisory exemptions app-fail-25-open",
    ]);
    expect(code).not.toBe(0);
  });

  it("names a resource of a type that it does not read", () => {
    const stack = JSON.parse(readFileSync(join(process.cwd(), "examples", "acme", "stack.json"), "utf8"));
    const [first] = stack.deployment.resources.filter(({ type }: { type: string }) => type.startsWith("aws:ec2/"));
    const type = "aws:ec2/fooBar:FooBar";
    const urn = first.urn.replace(/[^:$]+:[^:]+:[^:]+::[^:]+$/, `${type}::unread`);
    stack.deployment.resources.push({ ...first, urn, type, inputs: {}, outputs: {}, dependencies: [] });
    const directory = mkdtempSync(join(tmpdir(), "port587-unread-"));
    write(join(directory, "stack.json"), JSON.stringify(stack));
    const args = ["policy", "analyze", "--file", "stack.json", "--policy-pack", pack, "--color", "never"];
    const { output } = pulumi(engine(), args, directory);
    rmSync(directory, { recursive: true, force: true });
    expect(output).toMatch(/\[advisory\].*undecided .*FooBar.* unread/);
    expect(output).toContain(`${type} is a type that port587 does not read`);
  });
});

describeWith(whyNoPulumi())("pulumi policy analyze of a cluster with mail images", () => {
  const engine = withEngine();

  it("judges containers and the clients in their environments, and prints no value of them", () => {
    const resource = (type: string, name: string, inputs: object) => ({
      ...{
        urn: `urn:pulumi:dev::mail::kubernetes:${type}::${name}`,
        type: `kubernetes:${type}`,
        custom: true,
        id: name,
      },
      ...{ inputs, outputs: inputs },
    });
    const pods = (name: string, container: object) => {
      const template = { metadata: { labels: { app: name } }, spec: { containers: [{ name, ...container }] } };
      return resource("apps/v1:Deployment", name, { metadata: { name }, spec: { template } });
    };
    const env = Object.entries({ MAIL_HOST: "smtp.example.net", MAIL_USERNAME: "u", MAIL_PASSWORD: canary });
    const spec = { type: "LoadBalancer", selector: { app: "catcher" }, ports: [{ port: 25, targetPort: 1025 }] };
    const resources = [
      pods("catcher", { image: "mailhog/mailhog" }),
      resource("core/v1:Service", "smtp", { metadata: { name: "smtp" }, spec }),
      pods("shop", { image: "shop", env: env.map(([name, value]) => ({ name, value })) }),
      resource("core/v1:Secret", "unused", { metadata: { name: "unused" }, stringData: { MAILER_DSN: canary } }),
    ];
    const directory = mkdtempSync(join(tmpdir(), "port587-cluster-"));
    write(join(directory, "stack.json"), JSON.stringify({ version: 3, deployment: { manifest: {}, resources } }));
    const args = ["policy", "analyze", "--file", "stack.json", "--policy-pack", pack, "--color", "never"];
    const { code, output } = pulumi(engine(), args, directory);
    rmSync(directory, { recursive: true, force: true });
    expect(output).toMatch(/\[mandatory\].* development-catcher-exposed .*catcher/);
    expect(output).toMatch(/\[\w+\].* password-in-plain-file .*shop/);
    expect(output).not.toContain(canary);
    expect(code).not.toBe(0);
  });
});

describe("the pack's package", () => {
  const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));

  it("has the version of port587", () => {
    expect(json("policies/pulumi/package.json").version).toBe(json("package.json").version);
  });
});

describeWith(whyNoPulumi())("pulumi policy analyze of what leads to mail servers", () => {
  const engine = withEngine();

  it("finds the listener that nobody is let in to, and the open port without one, in every kind of front", () => {
    const resources = [...network, ...fronts.flatMap(([, each]) => each)];
    const directory = mkdtempSync(join(tmpdir(), "port587-fronts-"));
    write(join(directory, "stack.json"), JSON.stringify({ version: 3, deployment: { manifest: {}, resources } }));
    const args = ["policy", "analyze", "--file", "stack.json", "--policy-pack", pack, "--color", "never"];
    const { output } = pulumi(engine(), args, directory);
    rmSync(directory, { recursive: true, force: true });
    const found = fronts.map(([name, , , subject = `${name}:587`]) => {
      const says = (rule: string) => output.includes(`${rule}: ${subject} `);
      return `${name} ${says("submission-without-server") ? "no server" : says("listener-cut-off") ? "cut off" : "-"}`;
    });
    expect(output).not.toContain("listens on 465 alone");
    expect(found).toEqual(
      fronts.map(([name, , said]) => `${name} ${said === "no server" || said === "cut off" ? said : "-"}`),
    );
  });
});
