import fc from "fast-check";
import { AddressSet } from "../../model/addresses.js";
import type { NetworkInterface } from "../../model/network.js";
import { explain } from "../../reach/explain.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { fromState, type Written } from "../sources/pulumi/programs.js";
import { type Listener, type Rule, type Site, truths } from "./balancers-kernel.js";
import { batchesOf } from "./batches.js";

type Inputs = Record<string, unknown>;

interface Cloud {
  readonly peers: readonly string[];
  /** True where rules deny too, and the first that matches decides. */
  readonly ordered: boolean;
  readonly version6: boolean;
  /** The modes of its balancers, with what the machine behind sees in each. */
  readonly modes: Readonly<Record<string, Site["sees"]>>;
  /** How its balancers filter by themselves: `lists` by addresses to allow or to deny, `order` by the first that matches. */
  readonly own: "none" | "allow" | "lists" | "order";
  /** Blocks of one rule. */
  readonly blocks: readonly (readonly string[])[];
  readonly programOf: (site: Site, mode: string) => Written[];
}

const world = ["0.0.0.0/0"];
const everybody = ["0.0.0.0/0", "::/0"];
const clients = [["8.8.8.8/32"], ["8.0.0.0/8"], ["0.0.0.0/1"]];
const four = ["8.8.8.8", "9.9.9.9", "200.1.2.3"];
const both = [...four, "2001:4860:4860::8888"];
const of = (type: Written["type"], name: string, inputs: Inputs, outputs?: Inputs): Written => ({
  ...{ type, name, id: name, inputs },
  ...(outputs ? { outputs } : {}),
});
const word = (pass: boolean, allow: string, deny: string) => (pass ? allow : deny);
const speech = ({ mail }: Listener) => (mail ? "tcp" : "http");
const family = (blocks: readonly string[], is6: boolean) => blocks.filter((each) => each.includes(":") === is6);

const digitalocean: Cloud = {
  ...{ peers: both, ordered: false, version6: false, own: "lists" },
  modes: { REGIONAL: ["10.1.0.9", "172.16.9.9", "192.168.7.7"], REGIONAL_NETWORK: "client" },
  blocks: [everybody, everybody, ...clients, ["10.0.0.0/8"]],
  programOf: ({ listeners, rules, own }, type) => [
    of("doDroplet", "mail", {}),
    of("doFirewall", "fw", {
      dropletIds: ["mail"],
      inboundRules: rules.map(({ protocol, ports, blocks }) => ({
        protocol,
        portRange: ports,
        sourceAddresses: blocks,
      })),
    }),
    of("doBalancer", "lb", {
      ...{ type, dropletIds: ["mail"] },
      forwardingRules: listeners.map((each) => ({
        ...{ entryPort: each.listen, entryProtocol: speech(each) },
        ...{ targetPort: each.target, targetProtocol: speech(each) },
      })),
      ...(own
        ? {
            firewall: {
              [own.rest ? "denies" : "allows"]: own.rules.flatMap(({ blocks }) => blocks.map((b) => `cidr:${b}`)),
            },
          }
        : {}),
    }),
  ],
};

const hetzner: Cloud = {
  ...{ peers: both, ordered: false, version6: true, own: "none" },
  modes: { public: ["5.5.5.5"] },
  blocks: [everybody, world, ["5.5.5.5/32"], ["5.5.0.0/16"], ...clients],
  programOf: ({ listeners, rules }) => [
    of("hzServer", "mail", { firewallIds: ["fw"] }),
    of("hzFirewall", "fw", {
      rules: rules.map(({ protocol, ports, blocks }) => ({
        direction: "in",
        protocol,
        port: ports,
        sourceIps: blocks,
      })),
    }),
    of("hzBalancer", "lb", {}, { ipv4: "5.5.5.5" }),
    ...listeners.map((each, i) =>
      of("hzService", `s${i}`, {
        ...{ loadBalancerId: "lb", protocol: speech(each) },
        ...{ listenPort: each.listen, destinationPort: each.target },
      }),
    ),
    of("hzTarget", "t", { loadBalancerId: "lb", type: "server", serverId: "mail" }),
  ],
};

const linode: Cloud = {
  ...{ peers: both, ordered: true, version6: true, own: "order" },
  modes: { plain: ["192.168.255.3", "192.168.255.7"] },
  blocks: [everybody, ["192.168.255.0/24"], ["192.168.0.0/16"], ["192.168.255.7/32"], ...clients],
  programOf: ({ listeners, rules, policy, own }) => {
    const inbound = (rule: Pick<Rule, "pass" | "blocks">, protocol: string, ports: string) => ({
      ...{ action: word(rule.pass, "ACCEPT", "DROP"), protocol: protocol.toUpperCase(), ports },
      ...{ ipv4s: family(rule.blocks, false), ipv6s: family(rule.blocks, true) },
    });
    const firewall = (name: string, pass: boolean, inbounds: Inputs[], on: Inputs) =>
      of("linodeFirewall", name, {
        ...{ inboundPolicy: word(pass, "ACCEPT", "DROP"), outboundPolicy: "ACCEPT", inbounds, ...on },
      });
    return [
      of("linode", "mail", {}, { privateIpAddress: "192.168.1.7" }),
      firewall(
        "fw",
        policy,
        rules.map((rule) => inbound(rule, rule.protocol, rule.ports)),
        { linodes: ["mail"] },
      ),
      of("nodeBalancer", "lb", {}),
      ...listeners.flatMap((each, i) => [
        of("nodeConfig", `c${i}`, { nodebalancerId: "lb", port: each.listen, protocol: speech(each) }),
        of("node", `n${i}`, { nodebalancerId: "lb", configId: `c${i}`, address: `192.168.1.7:${each.target}` }),
      ]),
      ...(own
        ? [
            firewall(
              "before",
              own.rest,
              own.rules.map((rule) => inbound(rule, "tcp", "1-65535")),
              { nodebalancers: ["lb"] },
            ),
          ]
        : []),
    ];
  },
};

const vultr: Cloud = {
  ...{ peers: both, ordered: false, version6: true, own: "allow" },
  modes: { public: ["5.5.5.5"] },
  blocks: [world, world, ["5.5.5.5/32"], ["5.5.0.0/16"], ...clients],
  programOf: ({ listeners, rules, own }) => [
    of("vultrInstance", "mail", { firewallGroupId: "g" }),
    of("vultrGroup", "g", {}),
    ...rules.map(({ protocol, ports, blocks: [block = ""] }, i) => {
      const [subnet, size] = block.split("/");
      return of("vultrRule", `r${i}`, {
        ...{
          firewallGroupId: "g",
          protocol,
          ipType: "v4",
          subnet,
          subnetSize: Number(size),
          port: ports.replace("-", ":"),
        },
      });
    }),
    of(
      "vultrBalancer",
      "lb",
      {
        attachedInstances: ["mail"],
        forwardingRules: listeners.map((each) => ({
          ...{ frontendPort: each.listen, frontendProtocol: speech(each) },
          ...{ backendPort: each.target, backendProtocol: speech(each) },
        })),
        ...(own
          ? {
              firewallRules: listeners.flatMap(({ listen }) =>
                own.rules.flatMap(({ blocks }) => blocks.map((source) => ({ port: listen, ipType: "v4", source }))),
              ),
            }
          : {}),
      },
      { ipv4: "5.5.5.5" },
    ),
  ],
};

/** Without `assignFlexibleIpv6` a load balancer has no address of version 6. */
const scaleway: Cloud = {
  ...{ peers: both, ordered: true, version6: false, own: "order" },
  modes: { plain: ["10.1.0.9", "5.5.5.5", "8.1.1.1", "8.8.8.8", "200.9.9.9"] },
  blocks: [world, world, ...clients, ["10.0.0.0/8"]],
  programOf: ({ listeners, rules, policy, own }) => [
    of("scwServer", "mail", { securityGroupId: "g" }, { privateIp: "10.1.2.3" }),
    of("scwGroup", "g", {
      inboundDefaultPolicy: word(policy, "accept", "drop"),
      inboundRules: rules.map(({ pass, protocol, ports, blocks: [ipRange] }) => ({
        ...{ action: word(pass, "accept", "drop"), protocol: protocol.toUpperCase(), portRange: ports, ipRange },
      })),
    }),
    of("scwBalancer", "lb", {}),
    ...listeners.flatMap((each, i) => [
      of("scwFrontend", `f${i}`, { lbId: "lb", backendId: `b${i}`, inboundPort: each.listen }),
      of("scwBackend", `b${i}`, {
        ...{ lbId: "lb", forwardProtocol: speech(each), forwardPort: each.target, serverIps: ["10.1.2.3"] },
      }),
      // Written in another order than their indices.
      ...(own?.rules ?? [])
        .map(({ pass, blocks }, k) =>
          of("scwAcl", `a${i}x${k}`, {
            ...{ frontendId: `f${i}`, index: k + 1, action: { type: word(pass, "allow", "deny") } },
            match: { ipSubnets: blocks },
          }),
        )
        .reverse(),
      ...(own && !own.rest
        ? [
            of("scwAcl", `a${i}rest`, {
              frontendId: `f${i}`,
              index: 99,
              action: { type: "deny" },
              match: { ipSubnets: everybody },
            }),
          ]
        : []),
    ]),
  ],
};

const openstack: Cloud = {
  ...{ peers: four, ordered: false, version6: true, own: "allow" },
  modes: { ovn: "client", amphora: ["10.0.0.7", "10.0.0.8"] },
  blocks: [world, world, ["10.0.0.0/24"], ["10.0.0.7/32"], ...clients],
  programOf: ({ listeners, rules, own }, loadbalancerProvider) => [
    of("osSubnet", "s", { networkId: "n", cidr: "10.0.0.0/24" }),
    of("osGroup", "g", {}),
    ...rules.map(({ protocol, ports, blocks: [remoteIpPrefix] }, i) => {
      const [low, high = low] = ports.split("-").map(Number);
      const range = { portRangeMin: low, portRangeMax: high };
      return of("osRule", `r${i}`, {
        ...{ direction: "ingress", ethertype: "IPv4", protocol, securityGroupId: "g", remoteIpPrefix, ...range },
      });
    }),
    of("osPort", "mail", { networkId: "n", securityGroupIds: ["g"], fixedIps: [{ ipAddress: "10.0.0.5" }] }),
    of("osBalancer", "lb", { vipSubnetId: "s", loadbalancerProvider }),
    ...listeners.flatMap((each, i) => [
      of("osListener", `l${i}`, {
        ...{ loadbalancerId: "lb", protocol: speech(each).toUpperCase(), protocolPort: each.listen },
        ...(own ? { allowedCidrs: own.rules.flatMap(({ blocks }) => blocks) } : {}),
      }),
      of("osPool", `p${i}`, { listenerId: `l${i}`, protocol: speech(each).toUpperCase() }),
      of("osMember", `m${i}`, { poolId: `p${i}`, address: "10.0.0.5", protocolPort: each.target }),
    ]),
  ],
};

const oci: Cloud = {
  ...{ peers: four, ordered: false, version6: true, own: "allow" },
  modes: { true: "client", false: ["10.0.0.7", "10.0.0.8"] },
  blocks: [world, world, ["10.0.0.0/24"], ["10.0.0.7/32"], ...clients],
  programOf: ({ listeners, rules, own }, preserve) => {
    const subnet = (name: string, cidrBlock: string, ingressSecurityRules: object[]) => [
      of("ociList", `${name}-list`, { ingressSecurityRules }),
      of("ociSubnet", name, { securityListIds: [`${name}-list`], cidrBlock }),
    ];
    const rule = (protocol: string, ports: string, [source]: readonly string[]) => {
      const [min, max = min] = ports.split("-").map(Number);
      return protocol === "tcp" ? { protocol: "6", source, tcpOptions: { min, max } } : { protocol: "17", source };
    };
    const before = own
      ? own.rules.map(({ blocks }) => rule("tcp", "1-65535", blocks))
      : [rule("tcp", "1-65535", world)];
    return [
      ...subnet("edge", "10.0.0.0/24", before),
      ...subnet(
        "inner",
        "10.0.1.0/24",
        rules.map(({ protocol, ports, blocks }) => rule(protocol, ports, blocks)),
      ),
      of("ociInstance", "mail", {
        createVnicDetails: { subnetId: "inner", privateIp: "10.0.1.5", assignPublicIp: "false" },
      }),
      of("ociNlb", "lb", { subnetId: "edge", isPrivate: false }),
      ...listeners.flatMap((each, i) => [
        of("ociNlbSet", `set${i}`, {
          networkLoadBalancerId: "lb",
          name: `set${i}`,
          isPreserveSource: preserve === "true",
        }),
        of("ociNlbListener", `l${i}`, {
          ...{ networkLoadBalancerId: "lb", defaultBackendSetName: `set${i}`, port: each.listen },
          protocol: each.mail ? "TCP" : "UDP",
        }),
        of("ociNlbBackend", `b${i}`, {
          ...{ networkLoadBalancerId: "lb", backendSetName: `set${i}`, port: each.target, targetId: "mail" },
        }),
      ]),
    ];
  },
};

const alicloud: Cloud = {
  ...{ peers: four, ordered: false, version6: true, own: "none" },
  modes: { preserving: "client" },
  blocks: [world, world, ...clients],
  programOf: ({ listeners, rules }) => [
    of("aliGroup", "g", { vpcId: "vpc", innerAccessPolicy: "Drop" }),
    of("aliInstance", "mail", { securityGroups: ["g"], vswitchId: "vsw" }),
    ...rules.map(({ protocol, ports, blocks: [cidrIp] }, i) => {
      const [low, high = low] = ports.split("-");
      return of("aliRule", `r${i}`, {
        ...{ type: "ingress", ipProtocol: protocol, portRange: `${low}/${high}`, cidrIp, securityGroupId: "g" },
      });
    }),
    of("aliNlb", "lb", { addressType: "Internet" }),
    ...listeners.flatMap((each, i) => [
      of("aliNlbListener", `l${i}`, {
        ...{ loadBalancerId: "lb", serverGroupId: `sg${i}`, listenerPort: each.listen },
        listenerProtocol: each.mail ? "TCP" : "UDP",
      }),
      of("aliNlbGroup", `sg${i}`, { preserveClientIpEnabled: true }),
      of("aliNlbServer", `s${i}`, { serverGroupId: `sg${i}`, serverId: "mail", port: each.target }),
    ]),
  ],
};

const clouds: Readonly<Record<string, Cloud>> = {
  ...{ DigitalOcean: digitalocean, "Hetzner Cloud": hetzner, Linode: linode, Vultr: vultr, Scaleway: scaleway },
  ...{ OpenStack: openstack, "Oracle Cloud": oci, "Alibaba Cloud": alicloud },
};

function drawn(cloud: Cloud): fc.Arbitrary<{ site: Site; mode: string }> {
  const blocks = fc.constantFrom(...cloud.blocks);
  const pass = cloud.ordered ? fc.constantFrom(true, true, false) : fc.constant(true);
  const rule = fc.record({
    ...{ pass, blocks, protocol: fc.constantFrom("tcp" as const, "tcp" as const, "tcp" as const, "udp" as const) },
    ports: fc.constantFrom("2587", "2587", "587", "465-2600", "1-65535"),
  });
  const listener = fc.record({
    target: fc.constantFrom(2587, 2587, 587, 465),
    mail: fc.constantFrom(true, true, true, false),
  });
  const own = fc.record({
    rules: fc.array(
      fc.record({
        pass: cloud.own === "order" ? fc.boolean() : fc.constant(true),
        blocks: fc.constantFrom(...(cloud.own === "none" ? [world] : clients)),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    rest: cloud.own === "allow" ? fc.constant(false) : fc.boolean(),
  });
  return fc
    .record({
      listeners: fc.tuple(fc.option(listener), fc.option(listener)),
      rules: fc.array(rule, { minLength: 1, maxLength: 4 }),
      policy: cloud.ordered ? fc.boolean() : fc.constant(false),
      own: cloud.own === "none" ? fc.constant(null) : fc.option(own, { freq: 2 }),
      mode: fc.constantFrom(...Object.keys(cloud.modes)),
    })
    .map(({ listeners, own: filter, mode, ...more }) => {
      const kept = listeners.flatMap((each, i) => (each ? [{ ...each, listen: i === 0 ? 587 : 465 }] : []));
      // Addresses to deny, where there is no order: none of them passes.
      const denied = filter && cloud.own === "lists" && filter.rest;
      const rules = filter?.rules.map((each) => (denied ? { ...each, pass: false } : each));
      return {
        mode,
        site: {
          ...{ ...more, listeners: kept, version6: cloud.version6, sees: cloud.modes[mode] as Site["sees"] },
          ...(filter && rules ? { own: { rest: filter.rest, rules } } : {}),
        },
      };
    });
}

const ports = [587, 465];

/**
 * In a list that goes by order, rules for some of the addresses that a balancer may have are each in doubt by themselves:
 * docs/limits.md says that the answer may then be unknown although all of them together leave none.
 */
function isBounded({ ordered }: Cloud, { sees, rules }: Site): boolean {
  if (!ordered || sees === "client") return false;
  const holds = (blocks: readonly string[]) =>
    sees.filter((each) => AddressSet.of(...blocks).overlaps(AddressSet.of(each)));
  return rules.some(({ blocks }) => holds(blocks).length > 0 && holds(blocks).length < sees.length);
}

describeWith(lacksNftables())("the kernel's packet filter, behind load balancers", () => {
  const { batches, told, sample } = batchesOf();

  describe.each(Object.entries(clouds))("%s", (_, cloud) => {
    it.each(batches)(
      `agrees about listeners, target ports and the address that machines see ${told}`,
      async (k) => {
        const cases = sample(drawn(cloud), k);
        const kernel = truths(
          cases.map(({ site }) => site),
          cloud.peers,
          ports,
        );
        const counts = { open: 0, closed: 0, unknown: 0 };
        const differing: object[] = [];
        for (const [i, { site, mode }] of cases.entries()) {
          const { interfaces } = await fromState(cloud.programOf(site, mode));
          const balancer = interfaces.find(({ name }) => name === "lb") as NetworkInterface;
          for (const [p, peer] of cloud.peers.entries())
            for (const [q, port] of ports.entries()) {
              const truth = kernel[i]?.[p]?.[q] ?? "closed";
              const { verdict, missing } = explain(balancer, "lb", "in", port, AddressSet.of(peer));
              counts[truth]++;
              const isCautious = verdict === "unknown" && isBounded(cloud, site);
              if (verdict !== truth && !isCautious) differing.push({ peer, port, truth, verdict, missing, mode, site });
            }
        }
        expect(differing.slice(0, 2)).toEqual([]);
        expect(Math.min(counts.open, counts.closed)).toBeGreaterThan(0);
      },
      300_000,
    );
  });
});
