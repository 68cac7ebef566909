/**
 * What AWS resources mean to the kernel: nftables rule sets, written from the documentation of security groups and
 * network ACLs. It shares no code with the product, because it judges it.
 */

/** A rule of a security group, as the program writes it. */
export interface GroupRule {
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrBlocks?: readonly string[];
  readonly ipv6CidrBlocks?: readonly string[];
}

/** An entry of a network ACL, as the program writes it. */
export interface AclEntry {
  readonly ruleNo: number;
  readonly action: string;
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrBlock?: string;
  readonly ipv6CidrBlock?: string;
}

interface Sides<T> {
  readonly ingress: readonly T[];
  readonly egress: readonly T[];
}

/** One interface with its two filters. */
export interface Guarded {
  readonly group: Sides<GroupRule>;
  readonly acl: Sides<AclEntry>;
}

/** The addresses of the interface with this number. */
export function addressesOf(index: number): { ipv4: string; ipv6: string } {
  return {
    ipv4: `10.255.${Math.floor(index / 250)}.${(index % 250) + 1}`,
    ipv6: `fd00:ffff::${(index + 1).toString(16)}`,
  };
}

/**
 * One rule set for many interfaces of one namespace. All packets pass the input hook of the loopback device, those to an
 * interface as well as its own: the group remembers connections, the ACL does not. Resets pass, they only end a wait.
 */
export function ruleset(interfaces: readonly Guarded[]): string {
  const chains = interfaces.flatMap(({ group, acl }, i) => [
    chain(`acl_in_${i}`, [...entries(acl.ingress, "saddr"), "goto refuse"]),
    chain(`acl_out_${i}`, [...entries(acl.egress, "daddr"), "goto refuse"]),
    chain(`in_${i}`, [`jump acl_in_${i}`, "ct state established,related accept", ...allows(group.ingress, "saddr")]),
    chain(`out_${i}`, [`jump acl_out_${i}`, "ct state established,related accept", ...allows(group.egress, "daddr")]),
  ]);
  const maps = (["ipv4", "ipv6"] as const).flatMap((family) =>
    (["daddr", "saddr"] as const).map((side) => {
      const elements = interfaces.map(
        (_, i) => `${addressesOf(i)[family]} : goto ${side === "daddr" ? "in" : "out"}_${i}`,
      );
      return `${family === "ipv4" ? "ip" : "ip6"} ${side} vmap { ${elements.join(", ")} }`;
    }),
  );
  const base = ["type filter hook input priority 0; policy accept;", "tcp flags & rst == rst accept", ...maps];
  return `table inet oracle {\n${[chain("refuse", ["reject with tcp reset"]), ...chains, chain("input", base)].join("\n")}\n}\n`;
}

function chain(name: string, lines: readonly string[]): string {
  return `chain ${name} {\n${lines.join("\n")}\n}`;
}

/** Any rule of a group lets in; what is left is dropped, here with a reset to save time. */
function allows(rules: readonly GroupRule[], side: string): string[] {
  const accepts = rules.flatMap(({ protocol, fromPort, toPort, cidrBlocks = [], ipv6CidrBlocks = [] }) =>
    [...cidrBlocks, ...ipv6CidrBlocks].map(
      (cidr) => `${peer(cidr, side)} ${traffic(protocol, fromPort, toPort)} accept`,
    ),
  );
  return [...accepts, "goto refuse"];
}

/** The entry with the lowest number that matches decides; to pass means to go on to the group. */
function entries(list: readonly AclEntry[], side: string): string[] {
  return [...list]
    .sort((a, b) => a.ruleNo - b.ruleNo)
    .flatMap(({ action, protocol, fromPort, toPort, cidrBlock, ipv6CidrBlock }) =>
      [cidrBlock, ipv6CidrBlock]
        .filter((cidr) => cidr !== undefined)
        .map((cidr) => {
          const verdict = action === "allow" ? "return" : "goto refuse";
          return `${peer(cidr, side)} ${traffic(protocol, fromPort, toPort)} ${verdict}`;
        }),
    );
}

function peer(cidr: string, side: string): string {
  return `${cidr.includes(":") ? "ip6" : "ip"} ${side} ${cidr}`;
}

function traffic(protocol: string, from: number, to: number): string {
  if (protocol === "-1" || protocol === "all") return "";
  if (protocol === "tcp" || protocol === "6") return `tcp dport ${from}-${to}`;
  if (protocol === "udp" || protocol === "17") return `udp dport ${from}-${to}`;
  return "meta l4proto { icmp, ipv6-icmp }";
}
