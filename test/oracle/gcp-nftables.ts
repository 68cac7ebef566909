import type { KernelLayer, KernelRule, Machine } from "./kernel.js";

/*
 * What a Google Cloud program means to the kernel: layers of nftables matches made from the resources' JSON alone, by
 * Google's documentation of firewall rules, firewall policies, routes and Cloud NAT. It shares no code with the product,
 * because it judges it.
 */

type Json = Record<string, unknown>;

export interface Resource {
  readonly name: string;
  readonly inputs: Json;
}

interface Block {
  readonly protocol?: string;
  readonly ipProtocol?: string;
  readonly ports?: readonly string[];
}

/** A rule as Google evaluates it, wherever it is written. */
interface Stated {
  readonly at: string;
  readonly priority: number;
  readonly verdict: KernelRule["verdict"];
  readonly addresses: readonly string[];
  readonly blocks: readonly { readonly at: string; readonly match: readonly string[] }[];
}

type Direction = "INGRESS" | "EGRESS";
type Side = "saddr" | "daddr";

/** Private addresses among those that packets are sent from and to here. */
const inside = { ip: "{ 10.0.0.0/8, 172.16.0.0/12 }", ip6: "fd00::/8" } as const;
const families = ["ip", "ip6"] as const;

/**
 * The instance `mail` of a program, or with `front` what the forwarding rule of that name leads to it.
 * @param urnOf how the product calls a resource, by its name here.
 * @param provider what it calls Google's own block of SMTP.
 */
export function machineOf(
  program: readonly Resource[],
  urnOf: (name: string) => string,
  provider: string,
  front?: string,
): Machine {
  const world = new World(program, urnOf);
  if (front !== undefined) return { ingress: [...world.front(front), world.firewall("INGRESS")], egress: [] };
  return {
    ingress: [world.publicAddress(), world.firewall("INGRESS"), world.routes("saddr")],
    egress: [
      world.firewall("EGRESS"),
      world.routes("daddr"),
      world.wayOut(),
      [
        ...outside("daddr").map((each) => ({
          id: provider,
          match: `${each} tcp dport 25`,
          verdict: "refuse" as const,
        })),
        { id: provider, match: "", verdict: "pass" },
      ],
    ],
  };
}

class World {
  private readonly mail: Resource;
  private readonly nic: Json;

  constructor(
    private readonly program: readonly Resource[],
    private readonly urnOf: (name: string) => string,
  ) {
    this.mail = this.named("mail");
    this.nic = (this.mail.inputs.networkInterfaces as Json[])[0] ?? {};
  }

  private named(name: string): Resource {
    const found = this.program.find((each) => each.name === name);
    if (!found) throw new Error(`no ${name}`);
    return found;
  }

  /** Without one, clients outside have nothing to send to. */
  publicAddress(): KernelLayer {
    const at = `${this.urnOf("mail")}#networkInterfaces[0]`;
    const lacks = (property: string, match: string): KernelRule[] =>
      property in this.nic ? [] : [{ id: `${at}.${property}`, match, verdict: "refuse" }];
    const [four = "", six = ""] = outside("saddr");
    return [
      ...lacks("accessConfigs", four),
      ...lacks("ipv6AccessConfigs", six),
      { id: at, match: "", verdict: "pass" },
    ];
  }

  /** IPv4 leaves through Cloud NAT as well. */
  wayOut(): KernelLayer {
    const id = `${this.urnOf("mail")}#networkInterfaces[0].accessConfigs`;
    const [four = "", six = ""] = outside("daddr");
    return [
      ...("accessConfigs" in this.nic || this.isTranslated() ? [] : [{ id, match: four, verdict: "refuse" as const }]),
      ...("ipv6AccessConfigs" in this.nic ? [] : [{ id, match: six, verdict: "refuse" as const }]),
      { id, match: "", verdict: "pass" },
    ];
  }

  private isTranslated(): boolean {
    const nat = this.program.find(({ name }) => name === "nat")?.inputs;
    if (nat === undefined || nat.type === "PRIVATE") return false;
    const listed = (nat.subnetworks ?? []) as { name: string }[];
    const covers =
      nat.sourceSubnetworkIpRangesToNat !== "LIST_OF_SUBNETWORKS" || listed.some(({ name }) => name === "sub");
    const router = this.named("router").inputs;
    return covers && router.network === "net" && `${this.mail.inputs.zone}`.startsWith(`${nat.region}-`);
  }

  /** A network has a default route for each family unless it removed them; all routes here lead to the internet. */
  routes(side: Side): KernelLayer {
    const id = this.urnOf("net");
    const own = this.program.filter(({ inputs }) => "destRange" in inputs && inputs.network === "net");
    const tags = listOf(this.mail.inputs, "tags");
    const met = own.filter(({ inputs }) => {
      const wanted = listOf(inputs, "tags");
      return wanted.length === 0 || wanted.some((each) => tags.includes(each));
    });
    const defaults = this.named("net").inputs.deleteDefaultRoutesOnCreate === true ? [] : ["0.0.0.0/0", "::/0"];
    const to = [...defaults, ...met.map(({ inputs }) => inputs.destRange as string)];
    return [
      ...to.map((each): KernelRule => ({ id, match: `${family(each)} ${side} ${each}`, verdict: "pass" })),
      ...outside(side).map((match): KernelRule => ({ id, match, verdict: "refuse" })),
      { id, match: "", verdict: "pass" },
    ];
  }

  /** Hierarchical policies from the top down, then the network's rules and its policies in the order it wants. */
  firewall(direction: Direction): KernelLayer {
    const order = this.named("net").inputs.networkFirewallPolicyEnforcementOrder;
    const vpc = this.program
      .filter(({ name }) => name.startsWith("fw"))
      .flatMap((each) => this.vpcRule(each, direction));
    const nodes = ["organizations/1", "folders/1", "folders/2"];
    const above = nodes.map((node) => this.policiesAt(node, "h", direction));
    const own = [this.policiesAt("net", "g", direction), this.regional(direction)];
    const stages = [...above, ...(order === "BEFORE_CLASSIC_FIREWALL" ? [...own, vpc] : [vpc, ...own])];
    const last: KernelRule = {
      ...{ id: "Google Cloud VPC", match: "", stage: stages.length },
      verdict: direction === "INGRESS" ? "refuse" : "pass",
    };
    return [...stages.flatMap((rules, stage) => inOrder(rules).map((each) => ({ ...each, stage }))), last];
  }

  private regional(direction: Direction): Stated[] {
    return `${this.mail.inputs.zone}`.startsWith("europe-west1-") ? this.policiesAt("net", "r", direction) : [];
  }

  /** The rules of the policies of one kind (`h`, `g`, `r`, which their names begin with) associated with a target. */
  private policiesAt(target: string, kind: string, direction: Direction): Stated[] {
    const associations = this.program.filter(
      ({ name, inputs }) => name.startsWith(`${kind}-`) && inputs.attachmentTarget === target,
    );
    return associations.flatMap(({ inputs: { firewallPolicy } }) => [
      ...this.program
        .filter(({ inputs }) => "priority" in inputs && inputs.firewallPolicy === firewallPolicy)
        .flatMap(({ name, inputs }) => this.policyRule(inputs, `${this.urnOf(name)}#`, this.urnOf(name), direction)),
      ...((this.program.find(({ name }) => name === firewallPolicy)?.inputs.rules ?? []) as Json[]).flatMap(
        (each, k) => {
          const at = `${this.urnOf(firewallPolicy as string)}#rules[${k}]`;
          return this.policyRule(each, `${at}.`, at, direction);
        },
      ),
    ]);
  }

  private policyRule(inputs: Json, prefix: string, at: string, direction: Direction): Stated[] {
    const accounts = listOf(inputs, "targetServiceAccounts");
    const networks = listOf(inputs, "targetResources");
    if (inputs.disabled === true || inputs.direction !== direction) return [];
    if (accounts.length > 0 && !accounts.includes(accountOf(this.mail))) return [];
    if (networks.length > 0 && !networks.some((each) => each.endsWith("/net"))) return [];
    const match = inputs.match as Json;
    const [theirs, ours] = direction === "INGRESS" ? ["src", "dest"] : ["dest", "src"];
    const verdicts: Record<string, KernelRule["verdict"]> = { allow: "pass", deny: "refuse", goto_next: "next" };
    const groups = listOf(match, `${theirs}AddressGroups`).flatMap((each) => {
      return listOf(this.named(each.split("/").at(-1) ?? "").inputs, "items");
    });
    const own = listOf(match, `${ours}IpRanges`);
    const side = direction === "INGRESS" ? "saddr" : "daddr";
    const context = match[`${theirs}NetworkContext`];
    const addresses = addressMatches([...listOf(match, `${theirs}IpRanges`), ...groups], own, direction);
    const narrowed = addresses.flatMap((each) => {
      const [name] = each.split(" ") as ["ip" | "ip6"];
      if (context === undefined) return [each];
      return [`${name} ${side} ${context === "INTERNET" ? "!= " : ""}${inside[name]} ${each}`];
    });
    return [
      {
        ...{ at, priority: inputs.priority as number, verdict: verdicts[inputs.action as string] ?? "pass" },
        addresses: narrowed,
        blocks: (match.layer4Configs as Block[]).map((each, k) => ({
          at: `${prefix}match.layer4Configs[${k}]`,
          match: transportMatches(each),
        })),
      },
    ];
  }

  private vpcRule({ name, inputs }: Resource, direction: Direction): Stated[] {
    const targets = [...listOf(inputs, "targetTags"), ...listOf(inputs, "targetServiceAccounts")];
    const carried = [...listOf(this.mail.inputs, "tags"), accountOf(this.mail)];
    const isTarget = targets.length === 0 || targets.some((each) => carried.includes(each));
    if (inputs.disabled === true || inputs.network !== "net" || inputs.direction !== direction || !isTarget) return [];
    const [theirs, ours] = direction === "INGRESS" ? ["source", "destination"] : ["destination", "source"];
    const named = [...listOf(inputs, "sourceTags"), ...listOf(inputs, "sourceServiceAccounts")];
    const members = this.program.filter((each) =>
      [...listOf(each.inputs, "tags"), accountOf(each)].some((label) => named.includes(label)),
    );
    const addresses = [
      ...listOf(inputs, `${theirs}Ranges`),
      ...(direction === "INGRESS" ? members.flatMap(addressesOf) : []),
    ];
    const everyone = addresses.length === 0 && named.length === 0;
    const list = "denies" in inputs ? "denies" : "allows";
    return [
      {
        ...{ at: this.urnOf(name), priority: (inputs.priority ?? 1000) as number },
        verdict: list === "denies" ? "refuse" : "pass",
        addresses: addressMatches(everyone ? ["0.0.0.0/0"] : addresses, listOf(inputs, `${ours}Ranges`), direction),
        blocks: (inputs[list] as Block[]).map((each, k) => ({
          at: `${this.urnOf(name)}#${list}[${k}]`,
          match: transportMatches(each),
        })),
      },
    ];
  }

  /** A forwarding rule that hands on what comes: its ports and family, then its address. */
  front(name: string): KernelLayer[] {
    const { inputs } = this.named(name);
    const at = this.urnOf(name);
    const scheme = `${at}#loadBalancingScheme`;
    const ports =
      "ports" in inputs ? listOf(inputs, "ports") : "portRange" in inputs ? [`${inputs.portRange}`] : ["0-65535"];
    const own = inputs.ipVersion === "IPV6" ? "ip6" : "ip";
    const sources = "sourceIpRanges" in inputs ? listOf(inputs, "sourceIpRanges") : ["0.0.0.0/0", "::/0"];
    const listening = inputs.ipProtocol === "UDP" ? [] : sources.filter((each) => family(each) === own);
    const isInternal = `${inputs.loadBalancingScheme}`.startsWith("INTERNAL");
    return [
      [
        ...listening.flatMap((each) =>
          ports.map((port): KernelRule => {
            return { id: at, match: `${own} saddr ${each} tcp dport ${port}`, verdict: "pass" };
          }),
        ),
        { id: at, match: "", verdict: "refuse" },
      ],
      [
        ...(isInternal ? outside("saddr").map((match) => ({ id: scheme, match, verdict: "refuse" as const })) : []),
        { id: scheme, match: "", verdict: "pass" },
      ],
    ];
  }
}

function outside(side: Side): string[] {
  return families.map((each) => `${each} ${side} != ${inside[each]}`);
}

/** Lower numbers first; of equal ones the denials. */
function inOrder(rules: readonly Stated[]): KernelRule[] {
  const late = ({ verdict }: Stated) => (verdict === "refuse" ? 0 : 1);
  return [...rules]
    .sort((a, b) => a.priority - b.priority || late(a) - late(b) || (a.at < b.at ? -1 : 1))
    .flatMap(({ addresses, blocks, verdict }) =>
      blocks.flatMap(({ at, match }) =>
        addresses.flatMap((address) => match.map((each) => ({ id: at, match: `${address} ${each}`, verdict }))),
      ),
    );
}

function listOf(inputs: Json, name: string): string[] {
  return (inputs[name] ?? []) as string[];
}

function accountOf({ inputs }: Resource): string {
  return (inputs.serviceAccount as { email: string } | undefined)?.email ?? "";
}

function addressesOf({ inputs }: Resource): string[] {
  const [nic] = (inputs.networkInterfaces ?? []) as { networkIp: string; ipv6Address?: string }[];
  return nic === undefined ? [] : [nic.networkIp, ...(nic.ipv6Address ? [nic.ipv6Address] : [])];
}

function family(cidr: string): "ip" | "ip6" {
  return cidr.includes(":") ? "ip6" : "ip";
}

/** The other end's addresses, and the machine's own where the rule names them: of one family both. */
function addressMatches(theirs: readonly string[], ours: readonly string[], direction: Direction): string[] {
  const [their, our] = direction === "INGRESS" ? ["saddr", "daddr"] : ["daddr", "saddr"];
  return theirs.flatMap((peer) => {
    const match = `${family(peer)} ${their} ${peer}`;
    if (ours.length === 0) return [match];
    return ours
      .filter((mine) => family(mine) === family(peer))
      .map((mine) => `${match} ${family(mine)} ${our} ${mine}`);
  });
}

function transportMatches({ protocol, ipProtocol, ports }: Block): string[] {
  const name = (protocol ?? ipProtocol ?? "").toLowerCase();
  if (name === "all") return [""];
  if (name === "icmp") return ["meta l4proto icmp"];
  const kernel = name === "6" ? "tcp" : name;
  return ports === undefined ? [`meta l4proto ${kernel}`] : ports.map((each) => `${kernel} dport ${each}`);
}
