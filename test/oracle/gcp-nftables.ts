/**
 * What a Google Cloud program means to the kernel: an nftables ruleset made from the resources' JSON alone. It shares no
 * code with the product; tables, chains and matches are the kernel's.
 */
interface Resource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

interface Rule {
  readonly priority: number;
  readonly verdict: "accept" | "goto refused" | "return";
  /** Matches on addresses and on protocol and port; every pair is a rule of the kernel. */
  readonly addresses: readonly string[];
  readonly transport: readonly string[];
}

interface Block {
  readonly protocol?: string;
  readonly ipProtocol?: string;
  readonly ports?: readonly string[];
}

/** The chains of one machine. */
export interface Chains {
  readonly text: string;
  readonly jumps: { readonly input: readonly string[]; readonly output: readonly string[] };
}

/** Each program's machine has an address of its own in both families. */
export function mailAddress(i: number, family: "ipv4" | "ipv6"): string {
  return family === "ipv4" ? `10.250.${Math.floor(i / 200)}.${(i % 200) + 2}` : `fd00:ffff::${(i + 2).toString(16)}`;
}

/** The whole ruleset: what a machine's chain refuses is answered with a reset, answers pass by connection tracking. */
export function dropping(machines: readonly Chains[]): string {
  const hook = (name: "input" | "output") =>
    [
      `chain ${name} {`,
      `type filter hook ${name} priority 0; policy accept;`,
      "ct state established,related accept",
      ...machines.flatMap(({ jumps }) => jumps[name]),
      "}",
    ].join("\n");
  return [
    "table inet port587 {",
    "chain refused {\nmeta l4proto tcp reject with tcp reset\ndrop\n}",
    ...machines.map(({ text }) => text),
    hook("input"),
    hook("output"),
    "}\n",
  ].join("\n");
}

export function compile(program: readonly Resource[], i: number): Chains {
  const ingress = chainsOf(program, i, "INGRESS");
  const egress = chainsOf(program, i, "EGRESS");
  const [four, six] = [mailAddress(i, "ipv4"), mailAddress(i, "ipv6")];
  return {
    text: `${ingress}\n${egress}`,
    jumps: {
      input: [`ip daddr ${four} goto ingress${i}`, `ip6 daddr ${six} goto ingress${i}`],
      output: [`ip saddr ${four} goto egress${i}`, `ip6 saddr ${six} goto egress${i}`],
    },
  };
}

function chainsOf(program: readonly Resource[], i: number, direction: string): string {
  const name = `${direction.toLowerCase()}${i}`;
  const mail = find(program, `mail${i}`);
  const [nic] = mail.inputs.networkInterfaces as Record<string, unknown>[];
  const ingress = direction === "INGRESS";
  const walls = noPublicAddress(nic ?? {}, ingress ? "saddr" : "daddr");
  const policy = (key: string, ...more: Resource[]) =>
    [...program.filter((each) => each.name.startsWith(`${key}${i}-`) && "priority" in each.inputs), ...more].flatMap(
      ({ inputs }) => policyRule(inputs, mail, direction),
    );
  const inline = program.find((each) => each.name === `w${i}`)?.inputs.rules as Record<string, unknown>[] | undefined;
  const inRegion = (mail.inputs.zone as string).startsWith("europe-west1-");
  const vpc = program
    .filter((each) => each.name.startsWith(`fw${i}-`))
    .flatMap(({ inputs }) => vpcRule(program, inputs, mail, `net${i}`, direction));
  const network = [
    [...policy("global"), ...(inline ?? []).flatMap((each) => policyRule(each, mail, direction))],
    inRegion ? policy("regional") : [],
  ];
  const first = find(program, `net${i}`).inputs.networkFirewallPolicyEnforcementOrder === "BEFORE_CLASSIC_FIREWALL";
  const stages = [policy("organization"), policy("folder"), ...(first ? [...network, vpc] : [vpc, ...network])];
  return [
    ...stages.map((rules, k) => `chain ${name}_${k} {\n${inOrder(rules).join("\n")}\n}`),
    `chain ${name} {`,
    ...walls,
    ...stages.map((_, k) => `jump ${name}_${k}`),
    ingress ? "goto refused" : "accept",
    "}",
  ].join("\n");
}

function find(program: readonly Resource[], name: string): Resource {
  const found = program.find((each) => each.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

/** Clients outside have no address to send to, and nothing leaves from none: there is no Cloud NAT here. */
function noPublicAddress(nic: Record<string, unknown>, side: string): string[] {
  return [
    ...("accessConfigs" in nic ? [] : [`ip ${side} != { 10.0.0.0/8, 172.16.0.0/12 } goto refused`]),
    ...("ipv6AccessConfigs" in nic ? [] : [`ip6 ${side} != fd00::/8 goto refused`]),
  ];
}

/** Lower numbers first; of equal ones the denials. */
function inOrder(rules: readonly Rule[]): string[] {
  const late = ({ verdict }: Rule) => (verdict === "goto refused" ? 0 : 1);
  return [...rules]
    .sort((a, b) => a.priority - b.priority || late(a) - late(b))
    .flatMap(({ addresses, transport, verdict }) =>
      addresses.flatMap((address) => transport.map((match) => `${address} ${match} ${verdict}`)),
    );
}

function vpcRule(
  program: readonly Resource[],
  inputs: Record<string, unknown>,
  mail: Resource,
  network: string,
  direction: string,
): Rule[] {
  const list = (name: string) => (inputs[name] ?? []) as string[];
  const carried = (mail.inputs.tags ?? []) as string[];
  const account = (mail.inputs.serviceAccount as { email: string } | undefined)?.email ?? "";
  const targets = [...list("targetTags"), ...list("targetServiceAccounts")];
  const isTarget = targets.length === 0 || targets.some((each) => carried.includes(each) || each === account);
  if (inputs.disabled === true || inputs.network !== network || inputs.direction !== direction || !isTarget) return [];
  const [theirs, ours] = direction === "INGRESS" ? ["source", "destination"] : ["destination", "source"];
  const named = [...list("sourceTags"), ...list("sourceServiceAccounts")];
  const members = program.filter(({ inputs: other }) => {
    const email = (other.serviceAccount as { email: string } | undefined)?.email ?? "";
    return named.some((each) => ((other.tags ?? []) as string[]).includes(each) || each === email);
  });
  const addresses = [...list(`${theirs}Ranges`), ...members.flatMap(addressesOf)];
  return [
    {
      priority: (inputs.priority ?? 1000) as number,
      verdict: "denies" in inputs ? "goto refused" : "accept",
      addresses: addressMatches(addresses.length > 0 ? addresses : ["0.0.0.0/0"], list(`${ours}Ranges`), direction),
      transport: ((inputs.denies ?? inputs.allows) as Block[]).flatMap(transportMatches),
    },
  ];
}

function addressesOf({ inputs }: Resource): string[] {
  const [nic] = inputs.networkInterfaces as { networkIp: string; ipv6Address?: string }[];
  return nic === undefined ? [] : [nic.networkIp, ...(nic.ipv6Address ? [nic.ipv6Address] : [])];
}

function policyRule(inputs: Record<string, unknown>, mail: Resource, direction: string): Rule[] {
  const accounts = inputs.targetServiceAccounts as string[] | undefined;
  const account = (mail.inputs.serviceAccount as { email: string } | undefined)?.email ?? "";
  if (inputs.disabled === true || inputs.direction !== direction || (accounts && !accounts.includes(account)))
    return [];
  const match = inputs.match as Record<string, string[]> & { layer4Configs: Block[] };
  const [theirs, ours] = direction === "INGRESS" ? ["srcIpRanges", "destIpRanges"] : ["destIpRanges", "srcIpRanges"];
  const verdicts: Record<string, Rule["verdict"]> = { allow: "accept", deny: "goto refused", goto_next: "return" };
  return [
    {
      priority: inputs.priority as number,
      verdict: verdicts[inputs.action as string] ?? "accept",
      addresses: addressMatches(match[theirs as string] ?? [], match[ours as string] ?? [], direction),
      transport: (match.layer4Configs as Block[]).flatMap(transportMatches),
    },
  ];
}

/** The other end's addresses, and the machine's own where the rule names them: of one family both. */
function addressMatches(theirs: readonly string[], ours: readonly string[], direction: string): string[] {
  const family = (cidr: string) => (cidr.includes(":") ? "ip6" : "ip");
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
