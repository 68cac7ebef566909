import fc from "fast-check";
import type { NetworkInterface } from "../../model/network.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { fromState, unknownText, urnOf, type Written } from "../sources/pulumi/programs.js";
import { type Case, compare, compareHidden, type HiddenCase } from "./agreement.js";
import { batchesOf } from "./batches.js";
import {
  type CloudName,
  type Firewall,
  machineOf,
  type Names,
  type Rule,
  type Stated,
} from "./virtual-servers-nftables.js";

const peers = ["8.8.8.8", "9.9.9.9", "10.1.2.3", "2001:4860:4860::8888", "fd00::5"];
const inward = [465, 587];
const fromPorts = { peers, inward: [587], outward: [2525], clientPorts: [1024, 40000, 65535] };
/** The addresses of a second droplet, which rules of DigitalOcean name by its id or tag. */
const fellow = ["9.9.9.9", "10.1.2.3"];
const lists = {
  IPv4: ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "8.8.8.8/32", "9.9.9.0/24"],
  IPv6: ["::/0", "2000::/3", "fd00::/8", "2001:4860:4860::8888/128"],
};

type Inputs = Record<string, unknown>;

interface Cloud {
  readonly protocols: readonly string[];
  readonly ports: readonly string[];
  /** The addresses of one rule. */
  readonly blocks: fc.Arbitrary<readonly string[]>;
  readonly actions: readonly string[];
  readonly attached: readonly (readonly number[])[];
  /** False for what docs/limits.md says is unknown. */
  readonly isDecided?: (stated: Stated) => boolean;
  readonly programOf: (stated: Stated) => Written[];
  /** Where what decides stands. */
  readonly names: (stated: Stated) => Names;
  readonly outward: readonly number[];
  /** The parts that can be hidden. */
  readonly hides: readonly ("blocks" | "ports" | "protocol" | "action" | "way" | "policy" | "off" | "deny")[];
}

const some = (list: readonly string[]) => fc.uniqueArray(fc.constantFrom(...list), { minLength: 1, maxLength: 2 });
const oneBlock = fc.constantFrom(...lists.IPv4, ...lists.IPv4, ...lists.IPv6).map((each) => [each]);
const mixed = fc.oneof(some(lists.IPv4), some(lists.IPv6), some([...lists.IPv4, ...lists.IPv6]));
const ranges = ["587", "587", "465", "500-600", "1-65535", "465-587", "2525"];
const portable = ({ protocol }: Rule) => ["tcp", "udp", unknownText].includes(protocol.toLowerCase());
const rulesOf = ({ rules }: Firewall, way: string) => rules.filter((each) => each.way === way);

/** The place of a rule in the list of its direction. */
function placeIn(stated: readonly Firewall[], f: number, r: number): number {
  const rules = stated[f]?.rules ?? [];
  return rules.slice(0, r).filter(({ way }) => way === rules[r]?.way).length;
}

const at = (type: Written["type"], name: string, path: string) => `${urnOf({ type, name })}#${path}`;
const none = { policy: () => "", off: () => "" };

/** The path of a rule in its list. */
function pathIn({ firewalls }: Stated, f: number, r: number, inward: string, outward: string): string {
  return `${firewalls[f]?.rules[r]?.way === "in" ? inward : outward}[${placeIn(firewalls, f, r)}]`;
}

const digitalocean: Cloud = {
  protocols: ["tcp", "tcp", "tcp", "udp", "icmp"],
  ports: [...ranges, ""],
  blocks: fc.oneof(mixed, mixed, mixed, fc.constant(fellow)),
  actions: ["accept"],
  attached: [[0], [1], [0, 1], [0, 1], []],
  names: (stated) => ({
    ...none,
    machine: urnOf({ type: "doDroplet", name: "mail" }),
    provider: "docs.digitalocean.com/support/why-is-smtp-blocked",
    rule: (f, r) => at("doFirewall", `fw${f}`, pathIn(stated, f, r, "inboundRules", "outboundRules")),
  }),
  outward: [587, 2525],
  hides: ["blocks", "ports", "protocol", "action", "deny"],
  programOf: ({ firewalls, attached, how }) => [
    { type: "doDroplet", name: "mail", id: "7", inputs: { tags: ["MX"] } },
    {
      type: "doDroplet",
      name: "fellow",
      id: "8",
      inputs: { tags: ["friends"] },
      outputs: { ipv4Address: fellow[0], ipv4AddressPrivate: fellow[1] },
    },
    ...firewalls.map((firewall, f): Written => {
      const rule = ({ protocol, ports, blocks, action }: Rule, side: string): Inputs => ({
        protocol,
        ...(portable({ protocol } as Rule) ? { portRange: ports === "" ? ["0", "all"][how % 2] : ports } : {}),
        ...(blocks !== fellow
          ? { [`${side}Addresses`]: blocks }
          : how < 2
            ? { [`${side}DropletIds`]: [8] }
            : { [`${side}Tags`]: ["Friends"] }),
        ...(action === "accept" ? {} : { action: action === "drop" ? "deny" : action }),
      });
      const on = attached.includes(f) ? (how % 2 === 0 ? { dropletIds: [7] } : { tags: ["mx"] }) : { tags: ["other"] };
      return {
        type: "doFirewall",
        name: `fw${f}`,
        id: `f${f}`,
        inputs: {
          ...on,
          inboundRules: rulesOf(firewall, "in").map((each) => rule(each, "source")),
          outboundRules: rulesOf(firewall, "out").map((each) => rule(each, "destination")),
        },
      };
    }),
  ],
};

const hetzner: Cloud = {
  protocols: ["tcp", "tcp", "tcp", "udp", "icmp", "esp"],
  ports: [...ranges, ""],
  blocks: mixed,
  actions: ["accept"],
  attached: [[0], [1], [0, 1], [0, 1], []],
  isDecided: ({ firewalls, attached }) =>
    new Set(attached.map((f) => rulesOf(firewalls[f] as Firewall, "out").length > 0)).size < 2,
  names: () => ({
    ...none,
    machine: urnOf({ type: "hzServer", name: "mail" }),
    provider: "docs.hetzner.com/cloud/servers/faq",
    rule: (f, r) => at("hzFirewall", `fw${f}`, `rules[${r}]`),
  }),
  outward: [465, 587],
  hides: ["blocks", "ports", "protocol", "way"],
  programOf: ({ firewalls, attached, how }) => [
    {
      type: "hzServer",
      name: "mail",
      id: "7",
      inputs: { labels: { role: "mx" }, ...(how === 0 ? { firewallIds: attached.map((f) => f + 1) } : {}) },
    },
    ...(how === 1
      ? attached.map(
          (f): Written => ({
            type: "hzAttachment",
            name: `a${f}`,
            inputs: { firewallId: f + 1, serverIds: [7] },
          }),
        )
      : []),
    ...firewalls.map(({ rules }, f): Written => {
      const target = how === 2 ? { server: 7 } : { labelSelector: "role in (mx, relay),!old" };
      return {
        type: "hzFirewall",
        name: `fw${f}`,
        id: `${f + 1}`,
        inputs: {
          rules: rules.map(({ way, protocol, ports, blocks }) => ({
            direction: way,
            protocol,
            ...(portable({ protocol } as Rule) ? { port: ports === "" ? "any" : ports } : {}),
            ...(way === "out" ? {} : { sourceIps: blocks }),
            ...(way === "in" ? {} : { destinationIps: blocks }),
          })),
          ...(how > 1 ? { applyTos: attached.includes(f) ? [target] : [{ labelSelector: "role=db" }] } : {}),
        },
      };
    }),
  ],
};

const upper = (text: string) => (text === unknownText ? text : text.toUpperCase());
const linode: Cloud = {
  protocols: ["tcp", "tcp", "tcp", "udp", "icmp"],
  ports: [...ranges, "25,587", "25,465,2000-3000", ""],
  blocks: mixed,
  actions: ["accept", "drop"],
  attached: [[0], [0], [1], []],
  names: (stated) => ({
    machine: urnOf({ type: "linode", name: "mail" }),
    provider: "linode.com/blog/linode/a-new-policy-to-help-fight-spam",
    rule: (f, r) => at("linodeFirewall", `fw${f}`, pathIn(stated, f, r, "inbounds", "outbounds")),
    policy: (f, way) => at("linodeFirewall", `fw${f}`, `${way}boundPolicy`),
    off: (f) => at("linodeFirewall", `fw${f}`, "disabled"),
  }),
  outward: [587, 2525],
  hides: ["blocks", "ports", "protocol", "action", "policy", "off"],
  programOf: ({ firewalls, attached, how }) => [
    {
      type: "linode",
      name: "mail",
      id: "7",
      inputs: how === 0 && attached.length > 0 ? { firewallId: (attached[0] ?? 0) + 1 } : {},
    },
    ...(how === 1
      ? attached.map((f): Written => ({ type: "linodeDevice", name: "d", inputs: { firewallId: f + 1, entityId: 7 } }))
      : []),
    ...firewalls.map((firewall, f): Written => {
      const rule = ({ protocol, ports, blocks, action }: Rule): Inputs => ({
        action: upper(action),
        protocol: upper(protocol),
        ...(portable({ protocol } as Rule) ? { ports } : {}),
        ipv4s: blocks.filter((each) => !each.includes(":")),
        ipv6s: blocks.filter((each) => each.includes(":")),
      });
      return {
        type: "linodeFirewall",
        name: `fw${f}`,
        id: `${f + 1}`,
        inputs: {
          inboundPolicy: upper(firewall.inPolicy),
          outboundPolicy: upper(firewall.outPolicy),
          disabled: firewall.off,
          inbounds: rulesOf(firewall, "in").map(rule),
          outbounds: rulesOf(firewall, "out").map(rule),
          linodes: how > 1 && attached.includes(f) ? [7] : [],
        },
      };
    }),
  ],
};

const vultr: Cloud = {
  protocols: ["tcp", "tcp", "tcp", "udp", "icmp"],
  ports: ranges,
  blocks: oneBlock,
  actions: ["accept"],
  attached: [[0], [0], [1], []],
  isDecided: ({ firewalls, attached }) => attached.every((f) => (firewalls[f]?.rules ?? []).length > 0),
  names: () => ({
    ...none,
    machine: urnOf({ type: "vultrInstance", name: "mail" }),
    provider: "github.com/LukeSmithxyz/emailwiz/issues/172",
    rule: (f, r) => urnOf({ type: "vultrRule", name: `fw${f}r${r}` }),
  }),
  outward: [25, 587],
  hides: ["blocks", "ports", "protocol"],
  programOf: ({ firewalls, attached, how }) => [
    {
      type: "vultrInstance",
      name: "mail",
      id: "7",
      inputs: attached.length > 0 ? { firewallGroupId: `g${attached[0]}` } : {},
    },
    ...firewalls.flatMap(({ rules }, f): Written[] => [
      { type: "vultrGroup", name: `fw${f}`, id: `g${f}`, inputs: {} },
      ...rules.map(({ protocol, ports, blocks }, r): Written => {
        const [subnet, size] = (blocks[0] ?? "").split("/");
        return {
          type: "vultrRule",
          name: `fw${f}r${r}`,
          inputs: {
            firewallGroupId: `g${f}`,
            protocol,
            ipType: subnet?.includes(":") ? "v6" : "v4",
            subnet,
            subnetSize: subnet === unknownText ? unknownText : Number(size),
            ...(portable({ protocol } as Rule)
              ? { port: how % 2 === 0 || ports === unknownText ? ports : ports.replace("-", ":") }
              : {}),
          },
        };
      }),
    ]),
  ],
};

const scaleway: Cloud = {
  protocols: ["TCP", "TCP", "TCP", "UDP", "ICMP", "ANY"],
  ports: [...ranges, ""],
  blocks: oneBlock,
  actions: ["accept", "drop"],
  attached: [[0], [1]],
  names: (stated) => ({
    machine: urnOf({ type: "scwServer", name: "mail" }),
    provider: "Scaleway provider, instance security group, enable_default_security",
    rule: (f, r) => {
      const path = pathIn(stated, f, r, "inboundRules", "outboundRules");
      return stated.how % 2 === 1 ? at("scwRules", `rules${f}`, path) : at("scwGroup", `fw${f}`, path);
    },
    policy: (f, way) => at("scwGroup", `fw${f}`, `${way}boundDefaultPolicy`),
    off: (f) => at("scwGroup", `fw${f}`, "enableDefaultSecurity"),
  }),
  outward: [587, 2525],
  hides: ["blocks", "ports", "protocol", "action", "policy", "off"],
  programOf: ({ firewalls, attached, how, stateless }) => [
    { type: "scwServer", name: "mail", id: "7", inputs: { securityGroupId: `g${attached[0]}` } },
    ...firewalls.flatMap((firewall, f): Written[] => {
      const rule = ({ action, protocol, ports, blocks }: Rule): Inputs => ({
        action,
        protocol,
        ipRange: blocks[0],
        ...(!portable({ protocol } as Rule) || ports === ""
          ? {}
          : /^\d+$/.test(ports)
            ? { port: Number(ports) }
            : { portRange: ports }),
      });
      const lists = {
        inboundRules: rulesOf(firewall, "in").map(rule),
        outboundRules: rulesOf(firewall, "out").map(rule),
      };
      const separate = how % 2 === 1;
      return [
        {
          type: "scwGroup",
          name: `fw${f}`,
          id: `g${f}`,
          inputs: {
            inboundDefaultPolicy: firewall.inPolicy,
            outboundDefaultPolicy: firewall.outPolicy,
            enableDefaultSecurity: typeof firewall.off === "string" ? firewall.off : !firewall.off,
            ...(separate ? { externalRules: true } : lists),
            ...(stateless === undefined ? {} : { stateful: !stateless }),
          },
        },
        ...(separate
          ? [{ type: "scwRules", name: `rules${f}`, inputs: { securityGroupId: `g${f}`, ...lists } } satisfies Written]
          : []),
      ];
    }),
  ],
};

const clouds: readonly (readonly [CloudName, Cloud])[] = [
  ["DigitalOcean", digitalocean],
  ["Hetzner Cloud", hetzner],
  ["Linode", linode],
  ["Vultr", vultr],
  ["Scaleway", scaleway],
];

function configuration(name: CloudName, cloud: Cloud): fc.Arbitrary<Stated> {
  const rule: fc.Arbitrary<Rule> = fc.record({
    way: name === "Vultr" ? fc.constant("in") : fc.constantFrom("in", "in", "out"),
    protocol: fc.constantFrom(...cloud.protocols),
    ports: fc.constantFrom(...cloud.ports),
    blocks: cloud.blocks,
    action: fc.constantFrom(...cloud.actions),
  });
  const policy = fc.constantFrom("accept", "drop");
  const firewall: fc.Arbitrary<Firewall> = fc.record({
    rules: fc.array(rule, { maxLength: 6 }),
    inPolicy: policy,
    outPolicy: policy,
    off: fc.constantFrom(false, false, false, true),
  });
  return fc
    .record({
      firewalls: fc.tuple(firewall, firewall),
      attached: fc.constantFrom(...cloud.attached),
      how: fc.nat({ max: 3 }),
    })
    .filter(cloud.isDecided ?? (() => true));
}

/** One part hidden, and all that it may be as far as the questions can tell. */
function hiddenIn(cloud: Cloud, stated: Stated, pick: number) {
  const f = stated.attached[pick % Math.max(stated.attached.length, 1)] ?? 0;
  const firewall = stated.firewalls[f] as Firewall;
  const r = Math.floor(pick / 2) % Math.max(firewall.rules.length, 1);
  const rule = firewall.rules[r];
  const withFirewall = (change: Partial<Firewall>): Stated => ({
    ...stated,
    firewalls: stated.firewalls.map((each, k) => (k === f ? { ...each, ...change } : each)),
  });
  const withRule = (change: Partial<Rule>): Stated =>
    withFirewall({ rules: firewall.rules.map((each, k) => (k === r ? { ...each, ...change } : each)) });
  const kind = cloud.hides[pick % cloud.hides.length];
  if (kind === "off")
    return {
      program: withFirewall({ off: unknownText }),
      worlds: [true, false].map((off) => withFirewall({ off })),
      hidden: "off",
    };
  if (kind === "policy")
    return {
      program: withFirewall({ inPolicy: unknownText }),
      worlds: ["accept", "drop"].map((inPolicy) => withFirewall({ inPolicy })),
      hidden: "inPolicy",
    };
  if (!rule) return undefined;
  const hidden = `fw${f}r${r}.${kind}`;
  const ofRule = (program: Partial<Rule>, ...worlds: Partial<Rule>[]) => ({
    program: withRule(program),
    worlds: worlds.map(withRule),
    hidden,
  });
  if (kind === "deny" || kind === "action") {
    const denied = withRule({ action: "drop" });
    const either = cloud === digitalocean ? [denied, { ...denied, denyFirst: true }] : [denied];
    return kind === "deny"
      ? { program: denied, worlds: either, hidden }
      : {
          program: withRule({ action: unknownText }),
          worlds: [withRule({ action: "accept" }), ...either],
          hidden,
        };
  }
  if (kind === "way") {
    const found = ofRule({ way: unknownText }, { way: "in" }, { way: "out" });
    // What two firewalls let out of which one has no rule for out is not documented.
    return found.worlds.every(cloud.isDecided ?? (() => true)) ? found : undefined;
  }
  if (kind === "blocks") {
    const [first = "", ...more] = rule.blocks;
    if (first.includes(":") || rule.blocks === fellow) return undefined;
    const six = cloud === linode || cloud === vultr ? [] : ["::/0"];
    return ofRule(
      { blocks: [unknownText, ...more] },
      ...["0.0.0.0/0", "192.0.2.77/32", ...six].map((each) => ({ blocks: [each, ...more] })),
    );
  }
  if (!portable(rule)) return undefined;
  if (kind === "ports") return ofRule({ ports: unknownText }, ...["1", "1-65535", "587"].map((ports) => ({ ports })));
  const [tcp, udp] = cloud === scaleway ? ["TCP", "UDP"] : ["tcp", "udp"];
  return ofRule({ protocol: unknownText }, { protocol: tcp as string }, { protocol: udp as string });
}

describeWith(lacksNftables())("the kernel's packet filter, for virtual servers", () => {
  const { batches, told, sample } = batchesOf();

  describe.each(clouds)("%s", (name, cloud) => {
    const drawn = (k: number) => sample(configuration(name, cloud), k);
    const compiled = (stated: Stated) => machineOf(name, stated, cloud.names(stated));
    const questions = { peers, inward, outward: cloud.outward };
    const mailOf = async (stated: Stated) => {
      const { interfaces } = await fromState(cloud.programOf(stated));
      return interfaces.find((each) => each.name === "mail") as NetworkInterface;
    };
    const casesOf = (list: readonly Stated[]): Promise<Case[]> =>
      Promise.all(list.map(async (stated) => ({ nic: await mailOf(stated), machine: compiled(stated) })));

    it.each(batches)(
      `agrees about random firewalls, with the deciding rule ${told}`,
      async (k) => {
        const cases = await casesOf(drawn(k));
        // Apart, because a union in and a first match out share their layer's name.
        const ins = cases.map(({ nic, machine }) => ({ nic: { ...nic, egress: [] }, machine }));
        const outs = cases.map(({ nic, machine }) => ({ nic: { ...nic, ingress: [] }, machine }));
        const found = [compare(ins, { ...questions, outward: [] }), compare(outs, { ...questions, inward: [] })];
        expect(found.flatMap(({ differing }) => differing).slice(0, 3)).toEqual([]);
        for (const { open, closed } of found) expect(Math.min(open, closed)).toBeGreaterThan(0);
      },
      300_000,
    );

    it.each(batches)(
      `agrees where one input is hidden ${told}`,
      async (k) => {
        const found = drawn(k).flatMap((stated, i) => hiddenIn(cloud, stated, i) ?? []);
        const cases: HiddenCase[] = await Promise.all(
          found.map(async ({ program, worlds, ...more }) => ({
            ...more,
            nic: await mailOf(program),
            worlds: worlds.map(compiled),
          })),
        );
        const result = compareHidden(cases, questions);
        expect(result.differing.slice(0, 3)).toEqual([]);
        expect(Math.min(result.open, result.closed, result.unknown)).toBeGreaterThan(0);
      },
      300_000,
    );

    if (name === "Scaleway")
      it.each(batches)(
        `agrees about stateless groups, from every client port ${told}`,
        async (k) => {
          const found = compare(await casesOf(drawn(k).map((each) => ({ ...each, stateless: true }))), fromPorts);
          expect(found.differing.slice(0, 3)).toEqual([]);
          expect(Math.min(found.open, found.closed)).toBeGreaterThan(0);
        },
        300_000,
      );
  });
});
