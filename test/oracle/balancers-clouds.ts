import { urnOf as urnFor, type Written } from "../sources/pulumi/programs.js";
import type { Listener, Names, Rule, Site } from "./balancers-kernel.js";

type Inputs = Record<string, unknown>;

export interface Cloud {
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
  readonly names: Names;
}

export const world = ["0.0.0.0/0"];
const everybody = ["0.0.0.0/0", "::/0"];
export const clients = [["8.8.8.8/32"], ["8.0.0.0/8"], ["0.0.0.0/1"]];
const four = ["8.8.8.8", "9.9.9.9", "200.1.2.3"];
const both = [...four, "2001:4860:4860::8888"];
const urnOf = (type: Written["type"], name: string) => urnFor({ type, name });
const at = (type: Written["type"], name: string, path: string) => `${urnOf(type, name)}#${path}`;
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
  names: {
    ...{ balancer: urnOf("doBalancer", "lb"), address: at("doBalancer", "lb", "network") },
    listener: (i) => at("doBalancer", "lb", `forwardingRules[${i}]`),
    own: (i, _, { rest }) => at("doBalancer", "lb", `firewall.${rest ? "denies" : "allows"}[${i}]`),
    rest: () => at("doBalancer", "lb", "firewall"),
    ...{ rule: (i) => at("doFirewall", "fw", `inboundRules[${i}]`), policy: urnOf("doDroplet", "mail") },
  },
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
  names: {
    ...{ balancer: urnOf("hzBalancer", "lb"), address: urnOf("hzBalancer", "lb") },
    listener: (i) => urnOf("hzService", `s${i}`),
    ...{ rule: (i) => at("hzFirewall", "fw", `rules[${i}]`), policy: urnOf("hzServer", "mail") },
  },
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
  names: {
    ...{ balancer: urnOf("nodeBalancer", "lb"), address: urnOf("nodeBalancer", "lb") },
    listener: (i) => urnOf("nodeConfig", `c${i}`),
    own: (i) => at("linodeFirewall", "before", `inbounds[${i}]`),
    rest: () => at("linodeFirewall", "before", "inboundPolicy"),
    rule: (i) => at("linodeFirewall", "fw", `inbounds[${i}]`),
    policy: at("linodeFirewall", "fw", "inboundPolicy"),
  },
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
  names: {
    ...{ balancer: urnOf("vultrBalancer", "lb"), address: urnOf("vultrBalancer", "lb") },
    listener: (i) => at("vultrBalancer", "lb", `forwardingRules[${i}]`),
    own: (i, listener, { rules }) => at("vultrBalancer", "lb", `firewallRules[${listener * rules.length + i}]`),
    rest: () => at("vultrBalancer", "lb", "firewallRules"),
    ...{ rule: (i) => urnOf("vultrRule", `r${i}`), policy: urnOf("vultrInstance", "mail") },
  },
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
  names: {
    ...{ balancer: urnOf("scwBalancer", "lb"), address: at("scwBalancer", "lb", "assignFlexibleIp") },
    listener: (i) => urnOf("scwFrontend", `f${i}`),
    own: (i, listener) => urnOf("scwAcl", `a${listener}x${i}`),
    rest: (listener, { rest }) => (rest ? urnOf("scwFrontend", `f${listener}`) : urnOf("scwAcl", `a${listener}rest`)),
    others: (listener) => urnOf("scwFrontend", `f${listener}`),
    rule: (i) => at("scwGroup", "g", `inboundRules[${i}]`),
    policy: at("scwGroup", "g", "inboundDefaultPolicy"),
  },
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
  names: {
    ...{ balancer: urnOf("osBalancer", "lb"), listener: (i) => urnOf("osListener", `l${i}`) },
    own: (_, listener) => at("osListener", `l${listener}`, "allowedCidrs"),
    rest: (listener) => at("osListener", `l${listener}`, "allowedCidrs"),
    others: (listener) => urnOf("osListener", `l${listener}`),
    ...{ rule: (i) => urnOf("osRule", `r${i}`), policy: at("osPort", "mail", "securityGroupIds") },
  },
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
  names: {
    ...{ balancer: urnOf("ociNlb", "lb"), address: at("ociNlb", "lb", "isPrivate") },
    listener: (i) => urnOf("ociNlbListener", `l${i}`),
    own: (i) => at("ociList", "edge-list", `ingressSecurityRules[${i}]`),
    rest: () => urnOf("ociNlb", "lb"),
    rule: (i) => at("ociList", "inner-list", `ingressSecurityRules[${i}]`),
    policy: at("ociInstance", "mail", "createVnicDetails.subnetId"),
  },
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
  names: {
    ...{ balancer: urnOf("aliNlb", "lb"), address: at("aliNlb", "lb", "addressType") },
    listener: (i) => urnOf("aliNlbListener", `l${i}`),
    ...{ rule: (i) => urnOf("aliRule", `r${i}`), policy: at("aliInstance", "mail", "securityGroups") },
  },
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

export const clouds: Readonly<Record<string, Cloud>> = {
  ...{ DigitalOcean: digitalocean, "Hetzner Cloud": hetzner, Linode: linode, Vultr: vultr, Scaleway: scaleway },
  ...{ OpenStack: openstack, "Oracle Cloud": oci, "Alibaba Cloud": alicloud },
};
