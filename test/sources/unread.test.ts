import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noticesOf } from "../../reach/notices.js";
import { alicloud } from "../../sources/pulumi/alicloud/index.js";
import { aws } from "../../sources/pulumi/aws/index.js";
import { azure } from "../../sources/pulumi/azure/index.js";
import { digitalocean } from "../../sources/pulumi/digitalocean/index.js";
import { gcp } from "../../sources/pulumi/gcp/index.js";
import { hetzner } from "../../sources/pulumi/hetzner/index.js";
import type { Resource as PulumiResource } from "../../sources/pulumi/index.js";
import { kubernetes } from "../../sources/pulumi/kubernetes/index.js";
import { linode } from "../../sources/pulumi/linode/index.js";
import { oci } from "../../sources/pulumi/oci/index.js";
import { openstack } from "../../sources/pulumi/openstack/index.js";
import { ovh } from "../../sources/pulumi/ovh/index.js";
import { scaleway } from "../../sources/pulumi/scaleway/index.js";
import { unreadIn } from "../../sources/pulumi/unread/index.js";
import { vultr } from "../../sources/pulumi/vultr/index.js";
import { terraformTypes } from "../../sources/terraform/types.js";
import { answer, factsOf, missingAt, read } from "./pulumi/programs.js";
import { addressOf, later, planOf, type Resource, read as readPlan } from "./terraform-plans.js";

/** A resource of a stack export: token, name, inputs, and by input the names of those that flow in. */
type Row = [token: string, name: string, inputs?: object, flows?: Readonly<Record<string, string>>, id?: string];

const urnOf = (token: string, name: string) => `urn:pulumi:dev::acme::${token}::${name}`;

const saysOf = (type: string) => `${type} is a type that port587 does not read`;

function exported(rows: readonly Row[]): object {
  const urns = new Map(rows.map(([token, name]) => [name, urnOf(token, name)]));
  const resources = rows.map(([type, name, inputs = {}, flows = {}, id]) => {
    const into = Object.entries(flows).map(([input, from]) => [input, [urns.get(from)]]);
    const dependencies = into.flatMap(([, from]) => from);
    const links = { dependencies, propertyDependencies: Object.fromEntries(into) };
    const later = Object.fromEntries(into.map(([input]) => [input as string, "04da6b54-80e4-46f7-96ec-b56ff0331ba9"]));
    return {
      urn: urnOf(type, name),
      type,
      custom: true,
      inputs: { ...later, ...inputs },
      outputs: {},
      ...links,
      ...(id ? { id } : {}),
    };
  });
  return { version: 3, deployment: { resources } };
}

const world = ["0.0.0.0/0"];
const rule = { protocol: "tcp", fromPort: 587, toPort: 587, cidrBlocks: world };
const opened: Row = ["aws:ec2/securityGroup:SecurityGroup", "g", { ingress: [rule] }];
const shut: Row = ["aws:ec2/securityGroup:SecurityGroup", "g", { ingress: [] }];
const mail: Row = ["aws:ec2/instance:Instance", "mail", {}, { vpcSecurityGroupIds: "g" }];
const foo = "aws:ec2/fooBar:FooBar";
const subnet: Row = ["aws:ec2/subnet:Subnet", "s", { cidrBlock: "10.0.0.0/24" }];
const table: Row = ["aws:ec2/routeTable:RouteTable", "t", { routes: [] }];
const joined: Row = [
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  "a",
  {},
  { subnetId: "s", routeTableId: "t" },
];
const inSubnet: Row = ["aws:ec2/instance:Instance", "mail", {}, { vpcSecurityGroupIds: "g", subnetId: "s" }];
const wall: Row = [
  "hcloud:index/firewall:Firewall",
  "w",
  { rules: [{ direction: "in", protocol: "tcp", port: "587", sourceIps: world }] },
];
const server: Row = ["hcloud:index/server:Server", "mail", {}, { firewallIds: "w" }];
const acl: Row = ["scaleway:network/acl:Acl", "acl", { defaultPolicy: "drop" }, { vpcId: "v" }];
const lan: Row[] = [
  ["scaleway:network/vpc:Vpc", "v"],
  ["scaleway:network/privateNetwork:PrivateNetwork", "pn", {}, { vpcId: "v" }],
  ["scaleway:instance/privateNic:PrivateNic", "nic", {}, { serverId: "mail", privateNetworkId: "pn" }],
  ["scaleway:instance/server:Server", "mail"],
];

/** What becomes of 587 from the world to `mail`, and the unread types that are told. */
const programs: Readonly<Record<string, [rows: Row[], open: boolean | "unknown", told: string[]]>> = {
  "an unread type beside everything": [[opened, mail, [foo, "x"]], true, [foo]],
  "on the machine": [[opened, mail, [foo, "x", {}, { instanceId: "mail" }]], "unknown", [foo]],
  "on a machine that its group keeps shut": [[shut, mail, [foo, "x", {}, { instanceId: "mail" }]], "unknown", [foo]],
  "on the group": [[shut, mail, [foo, "x", {}, { groupId: "g" }]], "unknown", [foo]],
  "on a group of another machine": [
    [opened, mail, ["aws:ec2/securityGroup:SecurityGroup", "other", {}], [foo, "x", {}, { groupId: "other" }]],
    true,
    [foo],
  ],
  "before the machine": [
    [opened, [foo, "x"], ["aws:ec2/instance:Instance", "mail", {}, { vpcSecurityGroupIds: "g", fooId: "x" }]],
    "unknown",
    [foo],
  ],
  "on the route table of its subnet": [
    [
      opened,
      subnet,
      table,
      joined,
      inSubnet,
      ["aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation", "x", {}, { routeTableId: "t" }],
    ],
    "unknown",
    ["aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation"],
  ],
  "a policy of the whole account": [
    [opened, mail, ["aws:fms/policy:Policy", "x"]],
    "unknown",
    ["aws:fms/policy:Policy"],
  ],
  "a machine of an unread kind": [
    [opened, mail, ["aws:ec2/spotInstanceRequest:SpotInstanceRequest", "x", {}, { vpcSecurityGroupIds: "g" }]],
    true,
    ["aws:ec2/spotInstanceRequest:SpotInstanceRequest"],
  ],
  "types that filter nothing": [
    [
      opened,
      mail,
      ["aws:ec2/flowLog:FlowLog", "x", {}, { eniId: "mail" }],
      ["aws:ec2/keyPair:KeyPair", "k"],
      ["aws:s3/bucket:Bucket", "b"],
    ],
    true,
    [],
  ],
  "another cloud": [
    [wall, server, ["hcloud:index/fooBar:FooBar", "x", {}, { serverId: "mail" }]],
    "unknown",
    ["hcloud:index/fooBar:FooBar"],
  ],
  "another cloud, beside": [[wall, server, ["hcloud:index/fooBar:FooBar", "x"]], true, ["hcloud:index/fooBar:FooBar"]],
  "Scaleway's ACL of the network that a machine has a card in": [
    [...lan, acl],
    "unknown",
    ["scaleway:network/acl:Acl"],
  ],
};

describe("resources of types that are not read, in a program", () => {
  it.each(Object.entries(programs))("%s", async (_, [rows, open, told]) => {
    const estate = await read(exported(rows));
    const facts = factsOf(estate);
    expect(answer(facts, "reachable", "mail:587", "203.0.113.9")).toBe(open);
    const ids = (estate.notices ?? []).map(({ at }) => at);
    expect((estate.notices ?? []).map(({ says }) => says)).toEqual(told.map(saysOf));
    for (const id of open === "unknown" ? ids : [])
      expect(missingAt(facts, "reachable", "mail:587")).toContain(`${id} (a type that is not read)`);
  });
});

const group: Resource = {
  type: "aws_security_group",
  name: "g",
  args: {
    ingress: [
      {
        protocol: "tcp",
        from_port: 587,
        to_port: 587,
        cidr_blocks: world,
        ipv6_cidr_blocks: [],
        prefix_list_ids: [],
        security_groups: [],
        self: false,
        description: "",
      },
    ],
  },
};
const instance: Resource = {
  type: "aws_instance",
  name: "mail",
  args: { vpc_security_group_ids: [later("aws_security_group.g.id")] },
};
const fooOf = (args: Resource["args"]): Resource => ({ type: "aws_vpc_foo", name: "x", args });

const plans: Readonly<Record<string, [resources: Resource[], open: boolean | "unknown", told: string[]]>> = {
  "beside everything": [[group, instance, fooOf({ mode: "on" })], true, ["aws_vpc_foo"]],
  "on the machine": [
    [group, instance, fooOf({ instance_id: later("aws_instance.mail.id") })],
    "unknown",
    ["aws_vpc_foo"],
  ],
  "on the group": [
    [group, instance, fooOf({ group_id: later("aws_security_group.g.id") })],
    "unknown",
    ["aws_vpc_foo"],
  ],
  "on what a plan does not tell": [
    [group, instance, fooOf({ vpc_id: later("local.vpc") })],
    "unknown",
    ["aws_vpc_foo"],
  ],
  "by known ids": [
    [
      { ...group, args: { ...group.args, id: "sg-1" } },
      { ...instance, args: { id: "i-1", vpc_security_group_ids: ["sg-1"] } },
      fooOf({ group_id: "sg-1" }),
    ],
    "unknown",
    ["aws_vpc_foo"],
  ],
  "types that filter nothing": [
    [
      group,
      instance,
      { type: "aws_flow_log", name: "x", args: { eni_id: later("aws_instance.mail.id") } },
      { type: "aws_s3_bucket", name: "b", args: {} },
    ],
    true,
    [],
  ],
};

it("many of them before one machine are counted", async () => {
  const many = Array.from({ length: 5 }, (_, i): Row => [foo, `x${i}`, {}, { instanceId: "mail" }]);
  const estate = await read(exported([opened, mail, ...many]));
  expect(estate.notices).toHaveLength(5);
  expect(missingAt(factsOf(estate), "reachable", "mail:587")).toContain("2 more resources of types that are not read");
});

describe("resources of types that are not read, in a plan", () => {
  it.each(Object.entries(plans))("%s", async (_, [resources, open, told]) => {
    const estate = await readPlan(planOf(resources));
    const facts = factsOf(estate);
    expect(answer(facts, "reachable", `${addressOf(instance)}:587`, "203.0.113.9")).toBe(open);
    expect((estate.notices ?? []).map(({ says }) => says)).toEqual(told.map(saysOf));
  });
});

const fresh = { protocol: "tcp", fromPort: 587, toPort: 587, cidrBlocks: ["203.0.113.7/24"] };
const withBits: Row[] = [["aws:ec2/securityGroup:SecurityGroup", "g", { ingress: [fresh] }], mail];

describe("what is not as it is written", () => {
  it("names a block with host bits, and what it counts as", async () => {
    const at = `${urnOf("aws:ec2/securityGroup:SecurityGroup", "g")}#ingress[0].cidrBlocks`;
    expect(noticesOf(await read(exported(withBits)))).toEqual([
      { at, says: "203.0.113.7/24 has host bits and counts as 203.0.113.0/24" },
    ]);
  });

  it("names two resources of one id", async () => {
    const network = (name: string): Row => ["gcp:compute/network:Network", name, {}, {}, "n-1"];
    const { notices } = await read(exported([network("a"), network("b")]));
    const [a, b] = ["a", "b"].map((name) => urnOf("gcp:compute/network:Network", name));
    expect(notices).toEqual([{ at: `${b}#id`, says: `a second resource with the id of ${a}` }]);
  });

  it.each<[string, Row[], string]>([
    ["two resources of one URN", [opened, opened, mail], "two resources have this URN"],
    [
      "a protocol of no number",
      [["aws:ec2/securityGroup:SecurityGroup", "g", { ingress: [{ ...rule, protocol: "999" }] }], mail],
      "999 is not the number of a protocol",
    ],
    [
      "a protocol of no number, elsewhere",
      [["gcp:compute/firewall:Firewall", "g", { network: "n", allows: [{ protocol: "256" }], sourceRanges: world }]],
      "256 is not the number of a protocol",
    ],
  ])("refuses %s", async (_, rows, says) => {
    await expect(read(exported(rows))).rejects.toThrow(says);
    await expect(read(exported(rows))).rejects.toThrow("::g");
  });
});

it.each([
  ["kubernetes:networking.istio.io/v1:VirtualService", true],
  ["kubernetes:cilium.io/v2:CiliumLocalRedirectPolicy", true],
  ["kubernetes:cilium.io/v2:CiliumNetworkPolicy", false],
  ["kubernetes:networking.k8s.io/v1:Ingress", false],
  ["kubernetes:apps/v1:FooBar", false],
])("an object of a kind that is not read, %s, is told: %s", async (token, isTold) => {
  const { notices = [] } = await read(exported([[token, "x", { metadata: { name: "x" } }]]));
  expect(notices.map(({ says }) => says)).toEqual(isTold ? [saysOf(token)] : []);
});

describe("types that are read", () => {
  const clouds = {
    ...{ alicloud, aws, azure, digitalocean, gcp, hetzner, kubernetes, linode, oci, openstack, ovh, scaleway, vultr },
  };
  const tokens = [
    ...Object.values(clouds).flatMap(({ schemas }) => Object.keys(schemas)),
    ...Object.values(terraformTypes).map(({ token }) => token),
  ];
  const schemas = Object.assign({}, ...Object.values(clouds).map((each) => each.schemas));

  /** Of these the user data is read for mail servers, and nothing of their network. */
  const carriers = [
    "aws:ec2/spotInstanceRequest",
    "aws:ec2/launchConfiguration",
    "azure:compute/linuxVirtualMachineScaleSet",
  ];

  it("are never told as unread", () => {
    const resources = tokens.map((type) => ({ type }) as PulumiResource);
    expect(tokens.length).toBeGreaterThan(300);
    const told = unreadIn(resources, schemas).map(({ type }) => type.replace(/:\w+$/, ""));
    expect(told).toEqual(carriers);
  });

  it("are told in a Terraform plan too, where the user data alone is read", async () => {
    const { notices = [] } = await readPlan(planOf([{ type: "aws_spot_instance_request", name: "mail", args: {} }]));
    expect(notices.map(({ says }) => says).join()).toMatch(/spot/i);
  });
});

describe("what the commands say of them", () => {
  const directory = mkdtempSync(join(tmpdir(), "port587-unread-"));
  const path = join(directory, "stack.json");
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(path, JSON.stringify(exported([opened, mail, [foo, "x", {}, { instanceId: "mail" }]])));
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ["dist/cli/main.js", ...args], { encoding: "utf8", cwd: process.cwd() });
  const line = `${saysOf(foo)}: ${urnOf(foo, "x")}`;

  it("reach names them on the error stream, and in what is missing", () => {
    const { stdout, stderr, status } = run("reach", path, "--to", "mail", "--json");
    expect(stderr).toBe(`port587: ${line}\n`);
    expect(JSON.parse(stdout)[0]).toMatchObject({
      verdict: "unknown",
      missing: expect.arrayContaining([`${urnOf(foo, "x")} (a type that is not read)`]),
    });
    expect(status).toBe(3);
  });

  it.each(["terminal", "json", "sarif", "html"])("audit names them as %s", (format) => {
    const { stdout } = run("audit", path, "--format", format);
    const said: Readonly<Record<string, string>> = { terminal: foo, json: saysOf(foo), sarif: line, html: line };
    expect(stdout.replace(/\s+/g, format === "terminal" ? "" : " ")).toContain(said[format]);
  });

  it("the examples hold none", () => {
    expect(run("reach", "examples").stderr).toBe("");
  });
});
