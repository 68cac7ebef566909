import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EC2Client } from "@aws-sdk/client-ec2";
import { nothingDeclared } from "../../model/declaration.js";
import { joinEstates } from "../../model/network.js";
import { Subjects } from "../../model/subjects.js";
import { judge } from "../../policies/index.js";
import { firewallDrift } from "../../policies/rules/firewall-drift.js";
import { reachFacts } from "../../reach/index.js";
import { readAws } from "../../sources/aws/index.js";
import { readPulumi } from "../../sources/pulumi/index.js";
import { Account, tcp, v4 } from "../setup/aws-account.js";
import { isolateAws } from "../setup/aws-environment.js";
import { type Moto, startMoto } from "../setup/moto.js";
import { describeWith, lacks } from "../setup/real-part.js";

const region = "eu-west-1";
const office = tcp(587, 587, v4("198.51.100.0/24"));
const wayOut = tcp(25, 25, v4("203.0.113.25/32"));

/** The stack as `pulumi stack export` writes it: one instance `mail` that carries one group. */
function exported(instance: string, group: string): string {
  const urn = (type: string, name: string) => `urn:pulumi:prod::acme::${type}::${name}`;
  const side = (port: number, cidr: string) => [
    { protocol: "tcp", fromPort: port, toPort: port, cidrBlocks: [cidr], self: false },
  ];
  const groupUrn = urn("aws:ec2/securityGroup:SecurityGroup", "mail-sg");
  const resources = [
    {
      urn: groupUrn,
      type: "aws:ec2/securityGroup:SecurityGroup",
      custom: true,
      id: group,
      inputs: { ingress: side(587, "198.51.100.0/24"), egress: side(25, "203.0.113.25/32") },
      outputs: { id: group },
    },
    {
      urn: urn("aws:ec2/instance:Instance", "mail"),
      type: "aws:ec2/instance:Instance",
      custom: true,
      id: instance,
      inputs: { vpcSecurityGroupIds: [group], instanceType: "t3.micro", ami: "ami-12c6146b" },
      outputs: { id: instance },
      dependencies: [groupUrn],
      propertyDependencies: { vpcSecurityGroupIds: [groupUrn] },
    },
  ];
  return JSON.stringify({ version: 3, deployment: { manifest: {}, resources } });
}

describeWith(lacks("python3", "--version"))("drift between a stack and what is deployed (moto)", () => {
  let moto: Moto | undefined;
  let directory = "";
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "port587-drift-"));
    moto = await startMoto();
    isolateAws(moto.endpoint);
  }, 180_000);
  afterAll(async () => {
    await moto?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  type Change = (account: Account, group: string) => Promise<unknown>;
  /** What does not pass; the other subjects, of five (four ports and the way out on 25), do. */
  const table: [string, Change, string[]][] = [
    ["nobody touched it", async () => undefined, []],
    [
      "someone opened 587 to the world",
      (account, group) => account.admit(group, [tcp(587, 587, v4("0.0.0.0/0"))]),
      ["fail mail:587: deployed, it lets in any IPv4 address, which the plan closes (planned: 198.51.100.0/24)"],
    ],
    [
      "someone opened 465 to one network",
      (account, group) => account.admit(group, [tcp(400, 500, v4("192.0.2.0/24"))]),
      ["fail mail:465: deployed, it lets in 192.0.2.0/24, which the plan closes (planned: nobody)"],
    ],
    [
      "someone removed the office",
      (account, group) => account.revoke(group, "ingress", [office]),
      ["fail mail:587: deployed, it keeps out 198.51.100.0/24, which the plan opens"],
    ],
    [
      "someone moved the office to its half",
      async (account, group) => {
        await account.revoke(group, "ingress", [office]);
        await account.admit(group, [tcp(587, 587, v4("198.51.100.0/25", "192.0.2.0/24"))]);
      },
      [
        "fail mail:587: deployed, it lets in 192.0.2.0/24, which the plan closes (planned: 198.51.100.0/24)",
        "fail mail:587: deployed, it keeps out 198.51.100.128/25, which the plan opens",
      ],
    ],
    [
      "someone closed the way out",
      (account, group) => account.revoke(group, "egress", [wayOut]),
      ["fail mail -> *:25: deployed, it does not let out to 203.0.113.25/32, which the plan opens"],
    ],
  ];
  it.each(table)("%s", async (_case, change, expected) => {
    await moto?.reset();
    const ec2 = new EC2Client({ region });
    const account = new Account(ec2);
    await account.network();
    const group = await account.group("mail-sg-7a1b2c3", [office], [wayOut]);
    const instance = await account.instance("Mail (production)", "10.1.2.20", group);
    await change(account, group);
    ec2.destroy();
    const path = join(directory, "stack.json");
    await writeFile(path, exported(instance, group));

    const { estate } = await readAws({ region });
    const both = joinEstates(await readPulumi(path), estate);
    const facts = reachFacts(both, new Subjects(nothingDeclared, both.interfaces));
    const outcomes = judge([firewallDrift], facts, nothingDeclared, new Date(0)).flatMap((each) => each.outcomes);
    const said = outcomes.map(({ status, message }) => `${status} ${message}`);
    const drifted = said.filter((line) => !line.startsWith("pass "));
    expect(drifted).toEqual(expected);
    expect(said.length - drifted.length).toBe(5 - new Set(expected.map((line) => line.split(": ")[0])).size);
    for (const { evidence } of outcomes) {
      expect(new Set(evidence.map((each) => each.kind))).toEqual(new Set(["code", "cloud"]));
    }
  });
});
