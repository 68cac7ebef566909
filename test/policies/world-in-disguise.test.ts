import { nothingDeclared } from "../../model/declaration.js";
import type { Estate } from "../../model/network.js";
import { Subjects } from "../../model/subjects.js";
import { judge, rules } from "../../policies/index.js";
import { reachFacts } from "../../reach/index.js";
import { deployment, fromManifests, pod, policy, service } from "../sources/kubernetes/manifests.js";
import { fromState, type Written } from "../sources/pulumi/programs.js";

type Rules = (...lists: readonly (readonly string[])[]) => Written[];

const one = (type: Written["type"], inputs: Record<string, unknown>): Written[] => [{ type, name: "mail", inputs }];
const azureRules = (named: (list: readonly string[]) => object, ...lists: readonly (readonly string[])[]) =>
  one("azNsg", {
    securityRules: lists.map((list, k) => ({
      ...{ name: `r${k}`, access: "Allow", direction: "Inbound", priority: 100 + k, protocol: "Tcp" },
      ...{ sourcePortRange: "*", destinationPortRange: "587", destinationAddressPrefix: "*" },
      ...named(list),
    })),
  });

/** A firewall of each cloud, a rule for tcp/587 for each list of blocks. */
const clouds: Readonly<Record<string, Rules>> = {
  "Google Cloud, VPC rules": (...lists) =>
    lists.map((sourceRanges, k) => ({
      ...{ type: "gcpFirewall", name: `mail${k}` },
      inputs: { network: "net", sourceRanges, allows: [{ protocol: "tcp", ports: ["587"] }] },
    })),
  "Google Cloud, a policy": (...lists) => [
    { type: "gcpNetwork", name: "net", inputs: { name: "net" } },
    {
      ...{ type: "gcpInstance", name: "mail" },
      inputs: { zone: "z-a", networkInterfaces: [{ network: "net", accessConfigs: [{}], ipv6AccessConfigs: [{}] }] },
    },
    {
      ...{ type: "gcpGlobalWithRules", name: "policy", id: "policy" },
      inputs: {
        name: "policy",
        rules: lists.map((srcIpRanges, k) => ({
          ...{ priority: k, direction: "INGRESS", action: "allow" },
          match: { srcIpRanges, layer4Configs: [{ ipProtocol: "tcp", ports: ["587"] }] },
        })),
      },
    },
    { type: "gcpGlobalAssociation", name: "a", inputs: { firewallPolicy: "policy", attachmentTarget: "net" } },
  ],
  "Azure, lists": (...lists) => azureRules((list) => ({ sourceAddressPrefixes: list }), ...lists),
  "Azure, single prefixes": (...lists) =>
    azureRules(([prefix]) => ({ sourceAddressPrefix: prefix }), ...lists.flatMap((list) => list.map((each) => [each]))),
  OpenStack: (...lists) => [
    { type: "osGroup", name: "mail", inputs: { deleteDefaultRules: true }, id: "g" },
    ...lists.flat().map((remoteIpPrefix, k): Written => {
      const ethertype = remoteIpPrefix.includes(":") ? "IPv6" : "IPv4";
      const ports = { protocol: "tcp", portRangeMin: 587, portRangeMax: 587 };
      const inputs = { direction: "ingress", ethertype, ...ports, remoteIpPrefix, securityGroupId: "g" };
      return { type: "osRule", name: `r${k}`, inputs };
    }),
  ],
  OVHcloud: (...lists) =>
    one("ovhGroup", {
      rules: lists.flat().map((remoteIpPrefix) => ({
        ...{ direction: "INGRESS", protocol: "TCP", portRangeMin: 587, portRangeMax: 587, remoteIpPrefix },
        ethernetType: remoteIpPrefix.includes(":") ? "IPV6" : "IPV4",
      })),
    }),
  "Oracle Cloud": (...lists) =>
    one("ociList", {
      ingressSecurityRules: lists
        .flat()
        .map((source) => ({ protocol: "6", source, tcpOptions: { min: 587, max: 587 } })),
    }),
  "Alibaba Cloud": (...lists) => [
    { type: "aliGroup", name: "mail", inputs: { vpcId: "vpc" }, id: "g" },
    ...lists.flat().map(
      (block, k): Written => ({
        ...{ type: "aliRule", name: `r${k}` },
        inputs: {
          ...{ type: "ingress", ipProtocol: "tcp", portRange: "587/587", securityGroupId: "g" },
          [block.includes(":") ? "ipv6CidrIp" : "cidrIp"]: block,
        },
      }),
    ),
  ],
  DigitalOcean: (...lists) =>
    one("doFirewall", {
      inboundRules: lists.map((sourceAddresses) => ({ protocol: "tcp", portRange: "587", sourceAddresses })),
    }),
  Hetzner: (...lists) =>
    one("hzFirewall", {
      rules: lists.map((sourceIps) => ({ direction: "in", protocol: "tcp", port: "587", sourceIps })),
    }),
  Linode: (...lists) =>
    one("linodeFirewall", {
      ...{ inboundPolicy: "DROP", outboundPolicy: "ACCEPT" },
      inbounds: lists.map((list, k) => ({
        ...{ label: `r${k}`, action: "ACCEPT", protocol: "TCP", ports: "587" },
        ipv4s: list.filter((each) => !each.includes(":")),
        ipv6s: list.filter((each) => each.includes(":")),
      })),
    }),
  Vultr: (...lists) => [
    { type: "vultrGroup", name: "mail", inputs: {}, id: "g" },
    ...lists.flat().map((block, k): Written => {
      const [subnet, size] = block.split("/");
      const ipType = block.includes(":") ? "v6" : "v4";
      const inputs = { firewallGroupId: "g", protocol: "tcp", port: "587", ipType, subnet, subnetSize: Number(size) };
      return { type: "vultrRule", name: `r${k}`, inputs };
    }),
  ],
  Scaleway: (...lists) =>
    one("scwGroup", {
      inboundDefaultPolicy: "drop",
      inboundRules: lists.flat().map((ipRange) => ({ action: "accept", port: 587, ipRange })),
    }),
};

const halves = ["0.0.0.0/1", "128.0.0.0/1"];
const cases: readonly [string, (readonly string[])[], fails: boolean][] = [
  ["the world, spelled out", [["0.0.0.0/0"]], false],
  ["halves in one rule", [halves], true],
  ["halves in two rules", [["0.0.0.0/1"], ["128.0.0.0/1"]], true],
  ["the world beside halves", [["0.0.0.0/0"], halves], false],
  ["all global IPv6", [["2000::/3"]], true],
  ["the world of IPv6, spelled out", [["::/0"]], false],
  ["one half", [["0.0.0.0/1"]], false],
  ["offices", [["192.0.2.0/24", "198.51.100.0/24"]], false],
];

async function failing(reading: Promise<Estate>): Promise<string[]> {
  const estate = await reading;
  const subjects = new Subjects(nothingDeclared, estate.interfaces);
  const asked = rules.filter(({ id }) => id === "world-in-disguise");
  const judged = judge(asked, reachFacts(estate, subjects), nothingDeclared, new Date("2026-11-01"));
  return judged.flatMap(({ subject, outcomes }) => (outcomes.some(({ status }) => status === "fail") ? [subject] : []));
}

describe.each(Object.keys(clouds))("%s", (cloud) => {
  it.each(cases)("%s", async (_, lists, fails) => {
    const program = (clouds[cloud] as Rules)(...lists);
    expect((await failing(fromState(program))).length > 0).toBe(fails);
  });
});

describe("Kubernetes", () => {
  const pods = deployment("mail");
  const ports = [{ port: 587 }];
  it.each(cases)("source ranges of a load balancer: %s", async (_, lists, fails) => {
    const spec = { type: "LoadBalancer", ports, selector: { app: "mail" }, loadBalancerSourceRanges: lists.flat() };
    expect((await failing(fromManifests([pods, service("front", spec)]))).length > 0).toBe(fails);
  });

  it.each(cases)("blocks of a network policy: %s", async (_, lists, fails) => {
    const ingress = lists.map((list) => ({ ports, from: list.map((cidr) => ({ ipBlock: { cidr } })) }));
    const spec = { podSelector: {}, policyTypes: ["Ingress"], ingress };
    const addresses = ["8.8.8.8", "2001:4860::1"].map((ip) => ({ ip }));
    const open = { ...pod("mail", "8.8.8.8"), status: { podIP: "8.8.8.8", podIPs: addresses } };
    expect((await failing(fromManifests([open, policy("p", spec)]))).length > 0).toBe(fails);
  });
});

it.each(["*", "Internet", "Any"])("Azure's %s is the world, spelled out", async (sourceAddressPrefix) => {
  const plain = azureRules(
    ([first]) => (first ? { sourceAddressPrefixes: halves } : { sourceAddressPrefix }),
    [],
    halves,
  );
  expect(await failing(fromState(plain))).toEqual([]);
});
