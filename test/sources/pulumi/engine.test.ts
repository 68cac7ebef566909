import { all, CustomResource, secret } from "@pulumi/pulumi";
import { InputError } from "../../../model/errors.js";
import { type PulumiEngine, pulumiEngine, whyNoPulumi } from "../../setup/pulumi.js";
import { describeWith } from "../../setup/real-part.js";
import { type Renderings, renderings } from "./engine.js";
import { answer, factsOf, missingAt, readText, types, urnOf } from "./programs.js";

class Untyped extends CustomResource {}

function resource(type: keyof typeof types, name: string, inputs: object): CustomResource {
  return new Untyped(types[type], name, { ...inputs });
}

const tcp587 = { protocol: "tcp", fromPort: 587, toPort: 587 };

function program(): void {
  const secretBlock = secret("198.51.100.77/32");
  const office = resource("group", "office", { ingress: [{ ...tcp587, cidrBlocks: ["192.0.2.0/24", secretBlock] }] });
  const world = resource("group", "world", {});
  resource("ingressRule", "open", {
    securityGroupId: world.id,
    ipProtocol: "tcp",
    fromPort: 587,
    toPort: 587,
    cidrIpv4: "0.0.0.0/0",
  });
  resource("instance", "office_only", { vpcSecurityGroupIds: [office.id] });
  resource("instance", "fail_open", { vpcSecurityGroupIds: [office.id, world.id] });
  resource("instance", "computed", { vpcSecurityGroupIds: all([office.id, world.id]) });
  resource("configMap", "postfix", { data: { "main.cf": secret("smtpd_tls_security_level = may\n") } });
}

describeWith(whyNoPulumi())("what the real engine writes", () => {
  let engine: PulumiEngine & { dispose(): void };
  let written: Renderings;

  beforeAll(async () => {
    engine = await pulumiEngine();
    written = await renderings(engine, program);
  }, 600_000);
  afterAll(() => engine?.dispose());

  it.each(["preview", "state", "fullPreview"] as const)("%s: the same answers", async (form) => {
    const facts = factsOf(await readText(written[form]));
    expect(answer(facts, "reachable", "office_only:587", "8.8.8.8")).toBe("unknown");
    expect(answer(facts, "reachable", "office_only:587", "192.0.2.1")).toBe(true);
    expect(answer(facts, "reachable", "office_only:587", "2001:4860:4860::8888")).toBe(false);
    expect(answer(facts, "reachable", "fail_open:587", "8.8.8.8")).toBe(true);
    expect(missingAt(facts, "reachable", "office_only:587")).toEqual([
      `${urnOf({ type: "group", name: "office" })}#ingress[0].cidrBlocks[1]`,
    ]);
    expect(JSON.stringify(facts)).not.toContain("198.51.100.77");
  });

  it("a list that is computed as a whole is undecided before deployment and decided after it", async () => {
    const [before, after] = await Promise.all([readText(written.preview), readText(written.state)]);
    expect(answer(factsOf(before), "reachable", "computed:587", "8.8.8.8")).toBe("unknown");
    expect(answer(factsOf(after), "reachable", "computed:587", "8.8.8.8")).toBe(true);
  });

  it("a preview without its unchanged resources is refused", async () => {
    await expect(readText(written.gappedPreview)).rejects.toThrow(InputError);
    await expect(readText(written.gappedPreview)).rejects.toThrow("--show-sames");
  });
});
