import fc from "fast-check";
import type { Written } from "../sources/pulumi/programs.js";
import { addressOf } from "./kernel.js";

/** Random programs of Google Cloud: the instance `mail` and what stands around it. */

type Json = Record<string, unknown>;

const cidrs = {
  four: ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "8.8.8.0/24", "51.0.0.0/8", "10.0.0.0/8", "10.1.2.3/32"].concat(
    "172.16.0.0/12",
  ),
  six: ["::/0", "::/1", "2000::/3", "2a00::/12", "fd00::/8", "fd00::5/128"],
};
const some = (list: readonly string[], most = 2) => fc.subarray([...list], { minLength: 1, maxLength: most });
/** Absent in one case of `freq`. */
const sometimes = <T>(one: fc.Arbitrary<T>, freq = 2) => fc.option(one, { nil: undefined, freq });
/** A VPC rule's blocks are of one family. */
const ranges = fc.oneof(some(cidrs.four), some(cidrs.six));
const mixed = some([...cidrs.four, ...cidrs.six], 6);
const portList = sometimes(some(["587", "25", "500-600", "0-65535", "465-587", "1-24"]));
const protocol = fc.constantFrom("tcp", "tcp", "tcp", "TCP", "6", "udp", "icmp", "all");
const direction = fc.constantFrom("INGRESS", "INGRESS", "EGRESS");
const rarely = fc.constantFrom(true, false, false, false, false, undefined);
/** Blocks of the instance's own side: it stands in 10.250.0.0/16 and fd00:ffff::/64. */
const own = fc.constantFrom(undefined, undefined, undefined, ["10.250.0.0/16"], ["10.9.0.0/16"], ["fd00:ffff::/64"]);

/** Leaves out what is undefined, as programs do. */
function given(inputs: Json): Json {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

/** Ports stand only with protocols that have them, as Google demands it. */
const traffic = (name: string) =>
  fc.array(
    fc.record({ protocol, ports: portList }).map((one) => ({
      [name]: one.protocol,
      ...(/^(all|icmp)$/.test(one.protocol) ? {} : given({ ports: one.ports })),
    })),
    { minLength: 1, maxLength: 2 },
  );

const firewall = fc
  .record({
    direction,
    priority: fc.constantFrom(undefined, 10, 999, 1000, 1001),
    disabled: rarely,
    action: fc.constantFrom("allows", "allows", "denies"),
    traffic: traffic("protocol"),
    ranges: sometimes(ranges, 3),
    own,
    by: fc.constantFrom("Tags", "ServiceAccounts"),
    sources: fc.subarray(["web", "db"]),
    targets: fc.subarray(["mx", "smtp", "web"], { maxLength: 2 }),
    elsewhere: rarely,
  })
  .map((rule): Json => {
    const ingress = rule.direction === "INGRESS";
    const names = (list: readonly string[]) => (rule.by === "Tags" ? list : list.map((each) => `${each}@p.example`));
    return given({
      network: rule.elsewhere ? "net-other" : "net",
      direction: rule.direction,
      priority: rule.priority,
      disabled: rule.disabled,
      [rule.action]: rule.traffic,
      [ingress ? "sourceRanges" : "destinationRanges"]: rule.ranges,
      [ingress ? "destinationRanges" : "sourceRanges"]: rule.own,
      ...(ingress && rule.sources.length > 0 ? { [`source${rule.by}`]: names(rule.sources) } : {}),
      ...(rule.targets.length > 0 ? { [`target${rule.by}`]: names(rule.targets) } : {}),
    });
  });

/** Priorities are tens, so that one that is hidden can stand between any two. */
const policy = fc.record({
  inline: fc.boolean(),
  rules: fc.uniqueArray(
    fc
      .record({
        priority: fc.integer({ min: 1, max: 9 }).map((each) => each * 10),
        direction,
        disabled: rarely,
        action: fc.constantFrom("allow", "deny", "goto_next"),
        layer4Configs: traffic("ipProtocol"),
        theirs: mixed,
        grouped: fc.constantFrom(false, false, false, true),
        context: fc.constantFrom(undefined, undefined, undefined, undefined, "INTERNET", "NON_INTERNET"),
        mine: own,
        account: fc.constantFrom(undefined, undefined, ["mx@p.example"], ["web@p.example"]),
        within: fc.constantFrom(undefined, undefined, undefined, "net", "net-other"),
      })
      .map(({ priority, direction: way, disabled, action, account, within, ...match }) => {
        const [their, our] = way === "INGRESS" ? ["src", "dest"] : ["dest", "src"];
        const named = match.grouped ? `${their}AddressGroups` : `${their}IpRanges`;
        return {
          ...given({ disabled, targetServiceAccounts: account, targetResources: within && [pathOf(within)] }),
          ...{ priority, direction: way, action },
          match: given({
            layer4Configs: match.layer4Configs,
            [named]: match.grouped ? ["projects/p/locations/global/addressGroups/group"] : match.theirs,
            [`${their}NetworkContext`]: match.context,
            [`${our}IpRanges`]: match.mine,
          }),
        };
      }),
    { minLength: 1, maxLength: 3, selector: ({ priority }) => priority },
  ),
});

function pathOf(network: string): string {
  return `projects/p/global/networks/${network}`;
}

export const configuration = fc.record({
  tags: fc.subarray(["mx", "smtp"]),
  account: fc.constantFrom(undefined, "mx@p.example", "smtp@p.example"),
  ipv4: fc.constantFrom(true, true, false),
  ipv6: fc.boolean(),
  zone: fc.constantFrom("europe-west1-b", "us-central1-a"),
  before: fc.constantFrom(undefined, "AFTER_CLASSIC_FIREWALL", "BEFORE_CLASSIC_FIREWALL"),
  noDefaults: rarely,
  routes: fc.array(
    fc.record({
      destRange: fc.constantFrom("0.0.0.0/0", "8.0.0.0/8", "::/0", "2001:4860::/32"),
      priority: fc.constantFrom(undefined, 10),
      tags: fc.constantFrom(undefined, ["mx"], ["web"]),
      network: fc.constantFrom("net", "net", "net-other"),
    }),
    { maxLength: 2 },
  ),
  nat: sometimes(
    fc.record({
      type: fc.constantFrom(undefined, "PUBLIC", "PRIVATE"),
      region: fc.constantFrom("europe-west1", "us-central1"),
      listed: fc.constantFrom(undefined, undefined, ["sub"], ["sub-other"]),
      network: fc.constantFrom("net", "net", "net-other"),
    }),
  ),
  group: mixed,
  firewalls: fc.array(firewall, { maxLength: 4 }),
  policies: fc.record(
    { organization: policy, folder: policy, inner: policy, global: policy, regional: policy },
    { requiredKeys: [] },
  ),
  front: sometimes(
    fc.record({
      ports: fc.constantFrom({ portRange: "587" }, { portRange: "25-587" }, { ports: ["25", "587"] }, {}),
      ipVersion: fc.constantFrom(undefined, undefined, "IPV4", "IPV6"),
      ipProtocol: fc.constantFrom(undefined, undefined, "TCP", "UDP"),
      loadBalancingScheme: fc.constantFrom(undefined, undefined, "EXTERNAL", "INTERNAL"),
      sourceIpRanges: sometimes(some(cidrs.four)),
    }),
  ),
});
export type Drawn = typeof configuration extends fc.Arbitrary<infer T> ? T : never;

/** The program of one configuration, its instance under the addresses of the kernel's machine with this index. */
export function programOf(drawn: Drawn, index: number): Written[] {
  const member = (networkIp: string, ipv6Address?: string) =>
    given({ network: "net", networkIp, ipv6Address, stackType: ipv6Address ? "IPV4_IPV6" : undefined });
  const instance = (name: string, inputs: Json): Written => ({
    ...{ type: "gcpInstance", name, id: `projects/p/zones/z/instances/${name}` },
    inputs: { project: "p", ...inputs },
  });
  const folder = (id: string, parent: string): Written => ({
    ...{ type: "gcpFolder", name: `folder${id}`, inputs: { parent }, id: `folders/${id}` },
  });
  const [four, six] = [addressOf(index, "4"), addressOf(index, ":")];
  return [
    {
      ...{ type: "gcpNetwork", name: "net", id: pathOf("net") },
      inputs: given({
        name: "net",
        networkFirewallPolicyEnforcementOrder: drawn.before,
        deleteDefaultRoutesOnCreate: drawn.noDefaults,
      }),
    },
    { type: "gcpNetwork", name: "net-other", inputs: { name: "net-other" }, id: pathOf("net-other") },
    ...["sub", "sub-other"].map(
      (name): Written => ({ type: "gcpSubnetwork", name, inputs: { name, network: "net" }, id: `subnetworks/${name}` }),
    ),
    ...[folder("1", "organizations/1"), folder("2", "folders/1")],
    { type: "gcpProject", name: "p", inputs: { projectId: "p", folderId: "folders/2" }, id: "projects/p" },
    instance("mail", {
      ...given({ tags: drawn.tags, serviceAccount: drawn.account ? { email: drawn.account } : undefined }),
      zone: drawn.zone,
      networkInterfaces: [
        given({
          ...{ ...member(four, six), subnetwork: "sub" },
          accessConfigs: drawn.ipv4 ? [{}] : undefined,
          ipv6AccessConfigs: drawn.ipv6 ? [{ externalIpv6: six }] : undefined,
        }),
      ],
    }),
    instance("web", {
      ...{ zone: "europe-west1-b", tags: ["web"], serviceAccount: { email: "web@p.example" } },
      networkInterfaces: [member("10.1.2.3", "fd00::5")],
    }),
    instance("db", {
      ...{ zone: "europe-west1-b", tags: ["db"], serviceAccount: { email: "db@p.example" } },
      networkInterfaces: [member("172.20.0.9")],
    }),
    ...drawn.routes.map((route, k): Written => {
      const inputs = given({ ...route, nextHopGateway: "projects/p/global/gateways/default-internet-gateway" });
      return { type: "gcpRoute", name: `route${k}`, inputs };
    }),
    ...natOf(drawn),
    { type: "gcpAddressGroup", name: "group", inputs: { name: "group", items: drawn.group } },
    ...drawn.firewalls.map((inputs, k): Written => ({ type: "gcpFirewall", name: `fw${k}`, inputs })),
    ...policiesOf(drawn),
    ...frontOf(drawn),
  ];
}

function natOf({ nat }: Drawn): Written[] {
  if (nat === undefined) return [];
  const { type, region, listed, network } = nat;
  return [
    { type: "gcpRouter", name: "router", inputs: { name: "router", network }, id: "routers/router" },
    {
      type: "gcpNat",
      name: "nat",
      inputs: given({
        ...{ router: "router", region, type },
        sourceSubnetworkIpRangesToNat: listed ? "LIST_OF_SUBNETWORKS" : "ALL_SUBNETWORKS_ALL_IP_RANGES",
        subnetworks: listed?.map((name) => ({ name })),
      }),
    },
  ];
}

const kinds = {
  organization: { letter: "h", kind: "gcp", target: "organizations/1" },
  folder: { letter: "h", kind: "gcp", target: "folders/1" },
  inner: { letter: "h", kind: "gcp", target: "folders/2" },
  global: { letter: "g", kind: "gcpGlobal", target: "net" },
  regional: { letter: "r", kind: "gcpRegional", target: "net" },
} as const;

/** An association's name begins with the letter of its kind, a rule's with the name of its policy. */
function policiesOf({ policies }: Drawn): Written[] {
  return (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((name): Written[] => {
    const stated = policies[name];
    if (stated === undefined) return [];
    const { letter, kind, target } = kinds[name];
    const token = (suffix: string) =>
      `${kind === "gcp" && suffix !== "Policy" ? "gcpPolicy" : kind}${suffix}` as Written["type"];
    const region = letter === "r" ? { region: "europe-west1" } : {};
    const { inline, rules } = stated;
    return [
      {
        ...{ type: token(inline ? "WithRules" : "Policy"), name, id: name },
        inputs: { name, shortName: name, ...region, ...(inline ? { rules } : {}) },
      },
      ...(inline
        ? []
        : rules.map(
            (rule, k): Written => ({
              ...{ type: token("Rule"), name: `${name}-${k}` },
              inputs: { firewallPolicy: name, ...region, ...rule },
            }),
          )),
      {
        ...{ type: token("Association"), name: `${letter}-${name}` },
        inputs: { firewallPolicy: name, attachmentTarget: target, ...region },
      },
    ];
  });
}

function frontOf({ front }: Drawn): Written[] {
  if (front === undefined) return [];
  const { ports, ...more } = front;
  return [
    { type: "gcpPool", name: "pool", inputs: { name: "pool", instances: ["z/mail"] } },
    { type: "gcpForwarding", name: "front", inputs: { target: "pool", ...ports, ...given(more) } },
  ];
}
