import { spawnSync } from "node:child_process";
import { EC2Client } from "@aws-sdk/client-ec2";
import type { Report } from "../../model/report.js";
import { Account, tcp, v4 } from "../setup/aws-account.js";
import { isolateAws } from "../setup/aws-environment.js";
import { type Moto, startMoto } from "../setup/moto.js";
import { describeWith, lacks } from "../setup/real-part.js";

const region = "eu-west-1";

describeWith(lacks("python3", "--version"))("port587 audit --aws (moto)", () => {
  let moto: Moto | undefined;
  beforeAll(async () => {
    moto = await startMoto();
    isolateAws(moto.endpoint);
    // The command itself has to keep the SDK quiet.
    delete process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED;
    const ec2 = new EC2Client({ region });
    const account = new Account(ec2);
    await account.network();
    const group = await account.group("fail-587-world", [tcp(587, 587, v4("0.0.0.0/0"))], []);
    await account.internet();
    await account.run("mail", [
      { DeviceIndex: 0, SubnetId: account.ids.subnet, Groups: [group], AssociatePublicIpAddress: true },
    ]);
    await account.instance("hidden", "10.1.2.21", group);
    ec2.destroy();
  }, 180_000);
  afterAll(() => moto?.stop());

  const audit = (...args: string[]) =>
    spawnSync(process.execPath, ["dist/cli/main.js", "audit", "--aws", ...args], {
      encoding: "utf8",
      timeout: 60_000,
      env: process.env,
    });

  it("judges what is deployed", () => {
    const { status, stdout, stderr } = audit("--region", region, "--format", "json");
    expect(stderr).toBe("");
    expect(status).toBe(1);
    const report = JSON.parse(stdout) as Report;
    expect(report.inputs).toEqual([{ name: expect.stringMatching(/^aws:eu-west-1/), kind: "aws" }]);
    expect(
      report.findings.filter((each) => each.status === "fail" && each.subject === "mail:587").map((each) => each.rule),
    ).toEqual(["submission-exposed"]);
    // Behind the same group, without an address of the internet.
    expect(report.findings.filter((each) => each.status === "fail" && each.subject === "hidden:587")).toEqual([]);
  });

  it("takes the Region from the environment", () => {
    process.env.AWS_REGION = region;
    expect(audit("--format", "json").status).toBe(1);
    delete process.env.AWS_REGION;
  });

  it("says how to name a Region when none is known", () => {
    const { status, stderr } = audit();
    expect(status).toBe(2);
    expect(stderr).toMatch(/Region/);
  });
});
