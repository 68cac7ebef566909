import { InputError } from "../../../model/errors.js";
import type { Estate } from "../../../model/network.js";
import { noticesOf } from "../../../reach/notices.js";
import { answer, factsOf, fromState, missingAt, read, unknownText, type Written } from "./programs.js";

/*
 * The same bad inputs for every cloud: none of them ends the run with anything but an error that names resource and path,
 * and none passes in silence.
 */

/** What a rule of a cloud is made of; each cloud writes it its own way. */
interface Stated {
  readonly cidr?: string;
  readonly from?: number;
  readonly to?: number;
  readonly protocol?: string;
  /** The id of the group that the rule is for, where rules are resources of their own. */
  readonly group?: string;
}

interface CloudUnderTest {
  /** The machine or address `mail` behind a filter with one rule. */
  readonly site: (stated: Stated) => Written[];
  /** Where errors about ports and addresses point. */
  readonly at: string;
  /** A second filter with the same id, where ids tell filters. */
  readonly twin?: Written;
  /** What the number 6 is: TCP, or no protocol of this cloud. */
  readonly six: "tcp" | "error";
  /** A type of its provider that nobody knows. */
  readonly unheard: string;
  /** The same, where a rule that denies 587 to a block comes first; absent where the cloud has no rules that deny. */
  readonly denying?: (cidr: string) => Written[];
}

/** The site with one resource changed. */
function changed(
  site: readonly Written[],
  name: string,
  change: (inputs: Record<string, unknown>) => object,
): Written[] {
  return site.map((each) =>
    each.name === name ? { ...each, inputs: { ...each.inputs, ...change(each.inputs) } } : each,
  );
}

const first = (list: string, rule: object) => (inputs: Record<string, unknown>) => ({
  [list]: [rule, ...(inputs[list] as object[])],
});

const world = "0.0.0.0/0";
const span = (from = 587, to = from, separator = "-") => (from === to ? `${from}` : `${from}${separator}${to}`);

const azure = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network";
const azureSite = ({ cidr = world, from, to, protocol = "Tcp" }: Stated): Written[] => [
  {
    ...{ type: "azNetwork", name: "net", id: `${azure}/virtualNetworks/net` },
    inputs: { virtualNetworkName: "net", resourceGroupName: "g", addressSpace: { addressPrefixes: ["10.0.0.0/16"] } },
  },
  {
    ...{ type: "azSubnet", name: "sub", id: `${azure}/virtualNetworks/net/subnets/sub` },
    inputs: { virtualNetworkName: "net", resourceGroupName: "g", addressPrefix: "10.0.1.0/24" },
  },
  { type: "azAddress", name: "ip", id: `${azure}/publicIPAddresses/ip`, inputs: { sku: { name: "Standard" } } },
  {
    ...{ type: "azNsg", name: "g", id: `${azure}/networkSecurityGroups/g` },
    inputs: {
      ...{ networkSecurityGroupName: "g", resourceGroupName: "g" },
      securityRules: [
        {
          ...{ name: "r", priority: 200, direction: "Inbound", access: "Allow", protocol },
          ...{ sourceAddressPrefix: cidr, sourcePortRange: "*", destinationAddressPrefix: "*" },
          destinationPortRange: span(from, to),
        },
      ],
    },
  },
  {
    ...{ type: "azNic", name: "nic", id: `${azure}/networkInterfaces/nic` },
    inputs: {
      networkSecurityGroup: { id: `${azure}/networkSecurityGroups/g` },
      ipConfigurations: [
        {
          ...{ name: "c", privateIPAddress: "10.0.1.4", publicIPAddress: { id: `${azure}/publicIPAddresses/ip` } },
          subnet: { id: `${azure}/virtualNetworks/net/subnets/sub` },
        },
      ],
    },
  },
  {
    ...{ type: "azVm", name: "mail" },
    inputs: { networkProfile: { networkInterfaces: [{ id: `${azure}/networkInterfaces/nic`, primary: true }] } },
  },
];

const classic = ({ cidr = world, from, to, protocol = "Tcp" }: Stated): Written[] => [
  {
    ...{ type: "azSubnetClassic", name: "sub", id: `${azure}/virtualNetworks/net/subnets/sub` },
    inputs: { virtualNetworkName: "net", resourceGroupName: "g", addressPrefixes: ["10.0.1.0/24"] },
  },
  { type: "azAddressClassic", name: "ip", id: `${azure}/publicIPAddresses/ip`, inputs: { sku: "Standard" } },
  {
    ...{ type: "azNsgClassic", name: "g", id: `${azure}/networkSecurityGroups/g` },
    inputs: {
      ...{ name: "g", resourceGroupName: "g" },
      securityRules: [
        {
          ...{ name: "r", priority: 200, direction: "Inbound", access: "Allow", protocol },
          ...{ sourceAddressPrefix: cidr, sourcePortRange: "*", destinationAddressPrefix: "*" },
          destinationPortRange: span(from, to),
        },
      ],
    },
  },
  {
    ...{ type: "azNicGroupClassic", name: "nicgroup" },
    inputs: {
      networkInterfaceId: `${azure}/networkInterfaces/nic`,
      networkSecurityGroupId: `${azure}/networkSecurityGroups/g`,
    },
  },
  {
    ...{ type: "azNicClassic", name: "nic", id: `${azure}/networkInterfaces/nic` },
    inputs: {
      ipConfigurations: [
        {
          ...{ name: "c", privateIpAddress: "10.0.1.4", publicIpAddressId: `${azure}/publicIPAddresses/ip` },
          subnetId: `${azure}/virtualNetworks/net/subnets/sub`,
        },
      ],
    },
  },
  { type: "azVmClassic", name: "mail", inputs: { networkInterfaceIds: [`${azure}/networkInterfaces/nic`] } },
];

/** The site of a cloud with nothing wrong. */
const open = (name: string) => clouds[name]?.site({}) ?? [];

const clouds: Readonly<Record<string, CloudUnderTest>> = {
  AWS: {
    site: ({ cidr = world, from = 587, to = from, protocol = "tcp", group = "g" }) => [
      { type: "group", name: "g", id: "g", inputs: {} },
      {
        ...{ type: "rule", name: "r" },
        inputs: {
          ...{ type: "ingress", protocol, fromPort: from, toPort: to, cidrBlocks: [cidr], securityGroupId: group },
        },
      },
      { type: "instance", name: "mail", inputs: { vpcSecurityGroupIds: ["g"] } },
    ],
    at: "::r#",
    twin: { type: "group", name: "h", id: "g", inputs: {} },
    six: "tcp",
    unheard: "aws:ec2/carpet:Carpet",
    denying: (cidr) => [
      ...changed(open("AWS"), "mail", () => ({ subnetId: "s" })),
      { type: "subnet", name: "s", id: "s", inputs: { mapPublicIpOnLaunch: true } },
      {
        ...{ type: "acl", name: "acl", id: "acl" },
        inputs: {
          subnetIds: ["s"],
          ingress: [
            { ruleNo: 50, action: "deny", protocol: "tcp", fromPort: 587, toPort: 587, cidrBlock: cidr },
            { ruleNo: 100, action: "allow", protocol: "-1", fromPort: 0, toPort: 0, cidrBlock: world },
          ],
          egress: [{ ruleNo: 100, action: "allow", protocol: "-1", fromPort: 0, toPort: 0, cidrBlock: world }],
        },
      },
    ],
  },
  "Google Cloud": {
    site: ({ cidr = world, from, to, protocol = "tcp", group = "net" }) => [
      { type: "gcpNetwork", name: "net", inputs: { name: "net" } },
      { type: "gcpInstance", name: "mail", inputs: { networkInterfaces: [{ network: "net", accessConfigs: [{}] }] } },
      {
        ...{ type: "gcpFirewall", name: "r" },
        inputs: { network: group, sourceRanges: [cidr], allows: [{ protocol, ports: [span(from, to)] }] },
      },
    ],
    at: "::r#",
    six: "tcp",
    unheard: "gcp:compute/carpet:Carpet",
    denying: (cidr) => [
      ...open("Google Cloud"),
      {
        ...{ type: "gcpFirewall", name: "d" },
        inputs: { network: "net", priority: 10, sourceRanges: [cidr], denies: [{ protocol: "tcp", ports: ["587"] }] },
      },
    ],
  },
  Azure: {
    site: azureSite,
    at: "::g#securityRules[0]",
    twin: {
      ...{ type: "azNsg", name: "h", id: `${azure}/networkSecurityGroups/g` },
      inputs: { networkSecurityGroupName: "g", resourceGroupName: "g", securityRules: [] },
    },
    six: "tcp",
    unheard: "azure-native:network:Carpet",
    denying: (cidr) =>
      changed(
        azureSite({}),
        "g",
        first("securityRules", {
          ...{ name: "d", priority: 100, direction: "Inbound", access: "Deny", protocol: "Tcp" },
          ...{ sourceAddressPrefix: cidr, sourcePortRange: "*", destinationAddressPrefix: "*" },
          destinationPortRange: "587",
        }),
      ),
  },
  "Azure, classic provider": {
    site: classic,
    at: "::g#securityRules[0]",
    twin: {
      ...{ type: "azNsgClassic", name: "h", id: `${azure}/networkSecurityGroups/g` },
      inputs: { name: "g", resourceGroupName: "g", securityRules: [] },
    },
    six: "tcp",
    unheard: "azure:network/carpet:Carpet",
    denying: (cidr) =>
      changed(
        classic({}),
        "g",
        first("securityRules", {
          ...{ name: "d", priority: 100, direction: "Inbound", access: "Deny", protocol: "Tcp" },
          ...{ sourceAddressPrefix: cidr, sourcePortRange: "*", destinationAddressPrefix: "*" },
          destinationPortRange: "587",
        }),
      ),
  },
  OpenStack: {
    site: ({ cidr = world, from = 587, to = from, protocol = "tcp", group = "g" }) => [
      { type: "osGroup", name: "g", id: "g", inputs: {} },
      {
        ...{ type: "osRule", name: "r" },
        inputs: {
          ...{ direction: "ingress", ethertype: "IPv4", protocol, portRangeMin: from, portRangeMax: to },
          ...{ remoteIpPrefix: cidr, securityGroupId: group },
        },
      },
      { type: "osPort", name: "mail", inputs: { networkId: "n", securityGroupIds: ["g"] } },
    ],
    at: "::r#",
    twin: { type: "osGroup", name: "h", id: "g", inputs: {} },
    six: "tcp",
    unheard: "openstack:networking/carpet:Carpet",
  },
  "Oracle Cloud": {
    site: ({ cidr = world, from = 587, to = from, protocol = "6" }) => [
      {
        ...{ type: "ociList", name: "list", id: "list" },
        inputs: { ingressSecurityRules: [{ protocol, source: cidr, tcpOptions: { min: from, max: to } }] },
      },
      { type: "ociSubnet", name: "subnet", id: "subnet", inputs: { securityListIds: ["list"] } },
      { type: "ociInstance", name: "mail", inputs: { createVnicDetails: { subnetId: "subnet" } } },
    ],
    at: "::list#ingressSecurityRules[0]",
    twin: { type: "ociList", name: "other", id: "list", inputs: {} },
    six: "tcp",
    unheard: "oci:Core/carpet:Carpet",
  },
  "Alibaba Cloud": {
    site: ({ cidr = world, from = 587, to = from, protocol = "tcp", group = "g" }) => [
      { type: "aliGroup", name: "g", id: "g", inputs: { vpcId: "v" } },
      {
        ...{ type: "aliRule", name: "r" },
        inputs: {
          ...{ type: "ingress", ipProtocol: protocol, portRange: `${from}/${to}`, cidrIp: cidr },
          securityGroupId: group,
        },
      },
      { type: "aliInstance", name: "mail", inputs: { securityGroups: ["g"] } },
    ],
    at: "::r#",
    twin: { type: "aliGroup", name: "h", id: "g", inputs: { vpcId: "v" } },
    six: "tcp",
    unheard: "alicloud:vpc/carpet:Carpet",
    denying: (cidr) => [
      ...open("Alibaba Cloud"),
      {
        ...{ type: "aliRule", name: "d" },
        inputs: {
          ...{ type: "ingress", ipProtocol: "tcp", portRange: "587/587", cidrIp: cidr },
          ...{ policy: "drop", priority: 1, securityGroupId: "g" },
        },
      },
    ],
  },
  DigitalOcean: {
    site: ({ cidr = world, from, to, protocol = "tcp" }) => [
      { type: "doDroplet", name: "mail", id: "7", inputs: {} },
      {
        ...{ type: "doFirewall", name: "fw", id: "f" },
        inputs: {
          dropletIds: [7],
          inboundRules: [{ protocol, portRange: span(from, to), sourceAddresses: [cidr] }],
        },
      },
    ],
    at: "::fw#inboundRules[0]",
    twin: { type: "doFirewall", name: "fw2", id: "f", inputs: { dropletIds: [7] } },
    six: "error",
    unheard: "digitalocean:index/carpet:Carpet",
  },
  "Hetzner Cloud": {
    site: ({ cidr = world, from, to, protocol = "tcp" }) => [
      { type: "hzServer", name: "mail", id: "7", inputs: { firewallIds: [1] } },
      {
        ...{ type: "hzFirewall", name: "fw", id: "1" },
        inputs: { rules: [{ direction: "in", protocol, port: span(from, to), sourceIps: [cidr] }] },
      },
    ],
    at: "::fw#rules[0]",
    twin: { type: "hzFirewall", name: "fw2", id: "1", inputs: {} },
    six: "error",
    unheard: "hcloud:index/carpet:Carpet",
  },
  Linode: {
    site: ({ cidr = world, from, to, protocol = "TCP" }) => [
      { type: "linode", name: "mail", id: "7", inputs: {} },
      {
        ...{ type: "linodeFirewall", name: "fw", id: "1" },
        inputs: {
          ...{ inboundPolicy: "DROP", outboundPolicy: "ACCEPT", linodes: [7] },
          inbounds: [{ action: "ACCEPT", protocol, ports: span(from, to), ipv4s: [cidr] }],
        },
      },
    ],
    at: "::fw#inbounds[0]",
    twin: { type: "linodeFirewall", name: "fw2", id: "1", inputs: { linodes: [7], inboundPolicy: "ACCEPT" } },
    six: "error",
    unheard: "linode:index/carpet:Carpet",
    denying: (cidr) =>
      changed(
        open("Linode"),
        "fw",
        first("inbounds", { action: "DROP", protocol: "TCP", ports: "587", ipv4s: [cidr] }),
      ),
  },
  Vultr: {
    site: ({ cidr = world, from, to, protocol = "tcp", group = "g" }) => [
      { type: "vultrInstance", name: "mail", id: "7", inputs: { firewallGroupId: "g" } },
      { type: "vultrGroup", name: "g", id: "g", inputs: {} },
      {
        ...{ type: "vultrRule", name: "r" },
        inputs: {
          ...{ firewallGroupId: group, protocol, ipType: "v4", port: span(from, to, ":") },
          ...{ subnet: cidr.split("/")[0], subnetSize: Number(cidr.split("/")[1] ?? 32) },
        },
      },
    ],
    at: "::r#",
    twin: { type: "vultrGroup", name: "h", id: "g", inputs: {} },
    six: "error",
    unheard: "vultr:index/carpet:Carpet",
  },
  Scaleway: {
    site: ({ cidr = world, from, to, protocol = "TCP" }) => [
      { type: "scwServer", name: "mail", id: "7", inputs: { securityGroupId: "g" } },
      {
        ...{ type: "scwGroup", name: "g", id: "g" },
        inputs: {
          inboundDefaultPolicy: "drop",
          inboundRules: [{ action: "accept", protocol, portRange: span(from, to), ipRange: cidr }],
        },
      },
    ],
    at: "::g#inboundRules[0]",
    twin: { type: "scwGroup", name: "h", id: "g", inputs: {} },
    six: "error",
    unheard: "scaleway:instance/carpet:Carpet",
    denying: (cidr) =>
      changed(
        open("Scaleway"),
        "g",
        first("inboundRules", { action: "drop", protocol: "TCP", portRange: "587", ipRange: cidr }),
      ),
  },
  OVHcloud: {
    site: ({ cidr = world, from = 587, to = from, protocol = "tcp" }) => {
      const ip = { ip: "198.51.100.7/32", ipOnFirewall: "198.51.100.7" };
      const range = from === to ? { destinationPort: from } : { destinationPort: `${from}-${to}` };
      return [
        { type: "ovhFirewall", name: "mail", inputs: { ...ip, enabled: true } },
        {
          ...{ type: "ovhRule", name: "r" },
          inputs: { ...ip, sequence: 1, action: "permit", protocol, source: cidr, ...range },
        },
        { type: "ovhRule", name: "end", inputs: { ...ip, sequence: 19, action: "deny", protocol: "ipv4" } },
      ];
    },
    at: "::r#",
    six: "tcp",
    unheard: "ovh:index/carpet:Carpet",
    denying: (cidr) => [
      ...open("OVHcloud"),
      {
        ...{ type: "ovhRule", name: "d" },
        inputs: {
          ...{ ip: "198.51.100.7/32", ipOnFirewall: "198.51.100.7", sequence: 0, action: "deny", protocol: "tcp" },
          ...{ source: cidr, destinationPort: 587 },
        },
      },
    ],
  },
};

async function failure(read: Promise<Estate>): Promise<InputError> {
  const error = await read.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(InputError);
  return error as InputError;
}

async function said(program: readonly Written[]): Promise<boolean | "unknown"> {
  return answer(factsOf(await fromState(program)), "reachable", "mail:587", "8.8.8.8");
}

describe.each(Object.entries(clouds))("%s", (_, { site, at, twin, six, unheard, denying }) => {
  it("lets the world in where nothing is wrong", async () => {
    expect(await said(site({}))).toBe(true);
  });

  it("cuts the host bits of a block off: 1.2.3.4/0 is everybody", async () => {
    expect(await said(site({ cidr: "1.2.3.4/0" }))).toBe(true);
  });

  it.each([
    ["a block that is none", { cidr: "10.0.0.0/33" }],
    ["a reversed range", { from: 600, to: 500 }],
    ["a port over 65535", { from: 500, to: 70000 }],
    ["a protocol of no name", { protocol: "smtp" }],
    ["a protocol of no number", { protocol: "999" }],
  ] as const)("refuses %s, with the resource and the path", async (_name, stated) => {
    expect((await failure(fromState(site(stated)))).where).toContain(at);
  });

  it("takes protocol 6 for TCP, or refuses it where the cloud knows names alone", async () => {
    if (six === "tcp") expect(await said(site({ protocol: "6" }))).toBe(true);
    else expect((await failure(fromState(site({ protocol: "6" })))).where).toContain(at);
  });

  it("says where a block with host bits stands, and what it counts as", async () => {
    const told = noticesOf(await fromState(site({ cidr: "203.0.113.7/24" })));
    const [notice, ...others] = told.filter(({ says }) => says.includes("203.0.113.7/24 has host bits"));
    expect([notice?.at.includes(at.split("#")[0] as string), others]).toEqual([true, []]);
  });

  it("says that a type of its provider is not read", async () => {
    const urn = `urn:pulumi:dev::acme::${unheard}::x`;
    const { notices } = await read({
      version: 3,
      deployment: { resources: [{ urn, type: unheard, custom: true, inputs: {} }] },
    });
    expect(notices).toEqual([
      { at: expect.stringContaining(urn), says: expect.stringContaining(`${unheard} is a type`) },
    ]);
  });

  it("is undecided about an allowed block that is not known, and names it", async () => {
    const facts = factsOf(await fromState(site({ cidr: unknownText })));
    expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe("unknown");
    expect(missingAt(facts, "reachable", "mail:587").join("\n")).toContain(at);
  });

  if (denying)
    it("does not rely on a denied block that is not known, and names it", async () => {
      expect(await said(denying("192.0.2.0/24"))).toBe(true);
      expect(await said(denying(world))).toBe(false);
      const facts = factsOf(await fromState(denying(unknownText)));
      expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe("unknown");
      expect(missingAt(facts, "reachable", "mail:587").join("\n")).toMatch(/#/);
    });

  if (twin)
    it("says which resource has the id of another", async () => {
      const { notices = [] } = await fromState([...site({}), twin]);
      expect(notices.map(({ at: place }) => place).join("\n")).toContain(`::${twin.name}#id`);
    });

  it("never says that two filters of one id let nothing in", async () => {
    expect(await said([...site({ from: 25 }), ...(twin ? [twin] : [])])).toBe(twin ? "unknown" : false);
  });
});

/** A rule for something that the program does not define is judged for itself: open, or undecided, never silent. */
it.each(
  Object.entries(clouds)
    .filter(([, { site }]) => JSON.stringify(site({ group: "gone" })).includes('"gone"'))
    .map(([name, { site }]) => [name, site] as const),
)("%s: a rule that points to nothing stays in sight", async (_, site) => {
  const { interfaces } = await fromState(site({ group: "gone" }));
  const astray = interfaces.filter(({ name }) => name !== "mail");
  const facts = factsOf({ interfaces: astray, definitions: [] });
  const answers = astray
    .filter(({ id }) => id === "gone" || id.endsWith("::r") || id.includes("gone"))
    .map(({ name }) => answer(facts, "reachable", `${name}:587`, "8.8.8.8"));
  expect(answers.length).toBeGreaterThan(0);
  expect(answers).not.toContain(false);
});

/** A machine that names a filter which nobody defines, and the input that does so. */
const astray: Readonly<Record<string, readonly [program: Written[], at: string]>> = {
  AWS: [
    [{ type: "instance", name: "mail", inputs: { vpcSecurityGroupIds: ["sg-gone"] } }],
    "::mail#vpcSecurityGroupIds[0]",
  ],
  "Google Cloud": [
    [{ type: "gcpInstance", name: "mail", inputs: { networkInterfaces: [{ network: "gone", accessConfigs: [{}] }] } }],
    "::mail#networkInterfaces[0].network",
  ],
  Azure: [
    changed(azureSite({}), "nic", () => ({ networkSecurityGroup: { id: `${azure}/networkSecurityGroups/gone` } })),
    "::nic#networkSecurityGroup.id",
  ],
  "Azure, classic provider": [
    changed(classic({}), "nicgroup", () => ({ networkSecurityGroupId: `${azure}/networkSecurityGroups/gone` })),
    "::nicgroup#networkSecurityGroupId",
  ],
  OpenStack: [
    [{ type: "osPort", name: "mail", inputs: { networkId: "n", securityGroupIds: ["gone"] } }],
    "::mail#securityGroupIds[0]",
  ],
  "Oracle Cloud": [
    [
      { type: "ociSubnet", name: "subnet", id: "subnet", inputs: { securityListIds: ["gone"] } },
      { type: "ociInstance", name: "mail", inputs: { createVnicDetails: { subnetId: "subnet" } } },
    ],
    "::subnet#securityListIds[0]",
  ],
  "Alibaba Cloud": [
    [{ type: "aliInstance", name: "mail", inputs: { securityGroups: ["gone"] } }],
    "::mail#securityGroups[0]",
  ],
  "Hetzner Cloud": [
    [{ type: "hzServer", name: "mail", id: "7", inputs: { firewallIds: [9] } }],
    "::mail#firewallIds[0]",
  ],
  Vultr: [
    [{ type: "vultrInstance", name: "mail", id: "7", inputs: { firewallGroupId: "gone" } }],
    "::mail#firewallGroupId",
  ],
  Scaleway: [
    [{ type: "scwServer", name: "mail", id: "7", inputs: { securityGroupId: "gone" } }],
    "::mail#securityGroupId",
  ],
};
it.each(Object.entries(astray))("%s: a filter that nobody defines is unknown, and named", async (_, [program, at]) => {
  expect(await said(program)).toBe("unknown");
  expect(missingAt(factsOf(await fromState(program)), "reachable", "mail:587").join("\n")).toContain(at);
});

/** Listeners with a protocol, where it stands, and the words that the cloud's documentation has for it. */
const listeners: Readonly<Record<string, readonly [(protocol: string) => Written[], at: string, words: string]>> = {
  "AWS load balancer": [
    (protocol) => [
      { type: "balancer", name: "lb", id: "arn:lb", inputs: { loadBalancerType: "network" } },
      {
        type: "listener",
        name: "l",
        inputs: { loadBalancerArn: "arn:lb", port: 587, protocol, defaultActions: [{ type: "forward" }] },
      },
    ],
    "::l#protocol",
    "HTTP HTTPS TCP TLS UDP TCP_UDP GENEVE QUIC TCP_QUIC",
  ],
  "AWS classic load balancer": [
    (lbProtocol) => [
      { type: "classic", name: "lb", inputs: { listeners: [{ lbPort: 587, lbProtocol, instancePort: 587 }] } },
    ],
    "::lb#listeners[0].lbProtocol",
    "HTTP HTTPS TCP SSL",
  ],
  "AWS Global Accelerator": [
    (protocol) => [
      { type: "accelerator", name: "ga", id: "arn:ga", inputs: { name: "ga" } },
      {
        ...{ type: "acceleratorListener", name: "l", id: "arn:l" },
        inputs: { acceleratorArn: "arn:ga", protocol, portRanges: [{ fromPort: 587, toPort: 587 }] },
      },
    ],
    "::l#protocol",
    "TCP UDP",
  ],
  OpenStack: [
    (protocol) => [
      { type: "osBalancer", name: "lb", id: "lb", inputs: { vipSubnetId: "s" } },
      { type: "osListener", name: "l", id: "l", inputs: { loadbalancerId: "lb", protocol, protocolPort: 587 } },
    ],
    "::l#protocol",
    "HTTP HTTPS TCP TERMINATED_HTTPS UDP SCTP PROMETHEUS",
  ],
  "Oracle Cloud network load balancer": [
    (protocol) => [
      { type: "ociNlb", name: "lb", id: "lb", inputs: { subnetId: "s" } },
      {
        ...{ type: "ociNlbListener", name: "l" },
        inputs: { networkLoadBalancerId: "lb", defaultBackendSetName: "s", port: 587, protocol },
      },
    ],
    "::l#protocol",
    "ANY TCP UDP TCP_AND_UDP L3IP",
  ],
  "Oracle Cloud load balancer": [
    (protocol) => [
      { type: "ociLb", name: "lb", id: "lb", inputs: { subnetIds: ["s"] } },
      {
        ...{ type: "ociLbListener", name: "l" },
        inputs: { loadBalancerId: "lb", defaultBackendSetName: "s", port: 587, protocol },
      },
    ],
    "::l#protocol",
    "HTTP HTTP2 GRPC TCP",
  ],
  "Alibaba Cloud network load balancer": [
    (listenerProtocol) => [
      { type: "aliNlb", name: "lb", id: "lb", inputs: { addressType: "Internet" } },
      {
        ...{ type: "aliNlbListener", name: "l" },
        inputs: { loadBalancerId: "lb", serverGroupId: "sg", listenerPort: 587, listenerProtocol },
      },
    ],
    "::l#listenerProtocol",
    "TCP UDP TCPSSL",
  ],
  "Alibaba Cloud classic load balancer": [
    (protocol) => [
      { type: "aliSlb", name: "lb", id: "lb", inputs: { addressType: "internet" } },
      {
        ...{ type: "aliSlbListener", name: "l" },
        inputs: { loadBalancerId: "lb", frontendPort: 587, backendPort: 587, protocol },
      },
    ],
    "::l#protocol",
    "tcp udp http https",
  ],
  DigitalOcean: [
    (entryProtocol) => [
      {
        ...{ type: "doBalancer", name: "lb", id: "lb" },
        inputs: {
          forwardingRules: [{ entryPort: 587, entryProtocol, targetPort: 587, targetProtocol: "tcp" }],
          dropletIds: [],
        },
      },
    ],
    "::lb#forwardingRules[0].entryProtocol",
    "http https http2 http3 tcp udp",
  ],
  "Hetzner Cloud": [
    (protocol) => [
      { type: "hzBalancer", name: "lb", id: "9", inputs: {} },
      {
        type: "hzService",
        name: "s",
        inputs: { loadBalancerId: "9", protocol, listenPort: 587, destinationPort: 587 },
      },
    ],
    "::s#protocol",
    "tcp http https",
  ],
  Linode: [
    (protocol) => [
      { type: "nodeBalancer", name: "lb", id: "9", inputs: {} },
      { type: "nodeConfig", name: "c", id: "5", inputs: { nodebalancerId: 9, port: 587, protocol } },
    ],
    "::c#protocol",
    "tcp udp http https",
  ],
  Vultr: [
    (frontendProtocol) => [
      {
        ...{ type: "vultrBalancer", name: "lb", id: "lb" },
        inputs: {
          forwardingRules: [{ frontendPort: 587, frontendProtocol, backendPort: 587, backendProtocol: "tcp" }],
        },
      },
    ],
    "::lb#forwardingRules[0].frontendProtocol",
    "http https tcp udp",
  ],
  Scaleway: [
    (forwardProtocol) => [
      { type: "scwBalancer", name: "lb", id: "lb", inputs: {} },
      { type: "scwFrontend", name: "f", id: "f", inputs: { lbId: "lb", backendId: "b", inboundPort: 587 } },
      {
        ...{ type: "scwBackend", name: "b", id: "b" },
        inputs: { lbId: "lb", forwardProtocol, forwardPort: 587, serverIps: [] },
      },
    ],
    "::b#forwardProtocol",
    "tcp http",
  ],
};

describe.each(Object.entries(listeners))("a listener of %s", (_, [listening, at, words]) => {
  it.each(["SMTP", "6", "constructor"])("refuses the protocol %s, with the resource and the path", async (word) => {
    const { where, message } = await failure(fromState(listening(word)));
    expect(where).toContain(at);
    for (const each of words.split(" ")) expect(message).toContain(each.toLowerCase());
  });

  it.each(words.split(" "))("knows %s", async (word) => {
    await expect(fromState(listening(word))).resolves.toBeDefined();
  });
});

describe("references in a circle end", () => {
  const circles: readonly [name: string, program: Written[]][] = [
    [
      "AWS groups",
      [
        ...(["a", "b"] as const).flatMap((name): Written[] => [
          { type: "group", name, id: name, inputs: {} },
          {
            ...{ type: "rule", name: `${name}-rule` },
            inputs: {
              ...{ type: "ingress", protocol: "tcp", fromPort: 587, toPort: 587, securityGroupId: name },
              sourceSecurityGroupId: name === "a" ? "b" : "a",
            },
          },
        ]),
        { type: "instance", name: "mail", inputs: { vpcSecurityGroupIds: ["a", "b"], privateIp: "10.0.0.5" } },
      ],
    ],
    [
      "Oracle Cloud groups",
      [
        ...(["a", "b"] as const).flatMap((name): Written[] => [
          { type: "ociGroup", name, id: name, inputs: {} },
          {
            ...{ type: "ociRule", name: `${name}-rule` },
            inputs: {
              ...{ networkSecurityGroupId: name, direction: "INGRESS", protocol: "6" },
              ...{ source: name === "a" ? "b" : "a", sourceType: "NETWORK_SECURITY_GROUP" },
            },
          },
        ]),
        { type: "ociList", name: "list", id: "list", inputs: {} },
        {
          ...{ type: "ociSubnet", name: "subnet", id: "subnet" },
          inputs: { securityListIds: ["list"], cidrBlock: "10.0.0.0/24" },
        },
        {
          ...{ type: "ociInstance", name: "mail" },
          inputs: { createVnicDetails: { subnetId: "subnet", nsgIds: ["a", "b"], privateIp: "10.0.0.5" } },
        },
      ],
    ],
  ];
  const circling = (type: "osGroup" | "aliGroup", rule: (name: string, other: string) => Written): Written[] =>
    (["a", "b"] as const).flatMap((name): Written[] => [
      { type, name, id: name, inputs: type === "aliGroup" ? { vpcId: "v" } : {} },
      rule(name, name === "a" ? "b" : "a"),
    ]);
  const more: readonly [name: string, program: Written[]][] = [
    [
      "OpenStack groups",
      [
        ...circling("osGroup", (securityGroupId, remoteGroupId) => ({
          ...{ type: "osRule", name: `${securityGroupId}-rule` },
          inputs: { direction: "ingress", ethertype: "IPv4", protocol: "tcp", securityGroupId, remoteGroupId },
        })),
        {
          ...{ type: "osPort", name: "mail" },
          inputs: { networkId: "n", securityGroupIds: ["a", "b"], fixedIps: [{ ipAddress: "10.0.0.5" }] },
        },
      ],
    ],
    [
      "Alibaba Cloud groups",
      [
        ...circling("aliGroup", (securityGroupId, sourceSecurityGroupId) => ({
          ...{ type: "aliRule", name: `${securityGroupId}-rule` },
          inputs: {
            ...{ type: "ingress", ipProtocol: "tcp", portRange: "587/587", securityGroupId, sourceSecurityGroupId },
          },
        })),
        { type: "aliInstance", name: "mail", inputs: { securityGroups: ["a", "b"], privateIp: "10.0.0.5" } },
      ],
    ],
  ];
  it.each([...circles, ...more])("%s: decided for clients outside", async (_, program) => {
    expect(await said(program)).toBe(false);
  });
});

it.each(["aws:ec2/flyingCarpet:FlyingCarpet", "oci:Core/carpet:Carpet", "hcloud:index/carpet:Carpet"])(
  "a resource of an unknown type %s changes nothing",
  async (type) => {
    const { read } = await import("./programs.js");
    const resources = [{ urn: `urn:pulumi:dev::acme::${type}::x`, type, custom: true, inputs: { ports: { a: [1] } } }];
    expect((await read({ version: 3, deployment: { resources } })).interfaces).toEqual([]);
  },
);
