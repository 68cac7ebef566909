import { unknownList, unknownText, type Written } from "../sources/pulumi/programs.js";

/** A program of which one input is not known, and the same program with all that the input may be. */
export interface Hidden {
  readonly program: readonly Written[];
  readonly worlds: readonly (readonly Written[])[];
  readonly hidden: string;
}

type Json = Record<string, unknown>;
type Change = (inputs: Json) => Json;

const nobody = ["192.0.2.77/32", "2001:db8:77::/64"];
const everybody = ["0.0.0.0/0", "::/0"];
/** Between, before and behind all priorities that are drawn. */
const priorities = { vpc: [0, 10, 500, 999, 1000, 1001, 2000], policy: [5, 15, 25, 35, 45, 55, 65, 75, 85, 95] };

/** One of the ways to hide an input of this program; undefined where it has none like that. */
export function hiddenIn(program: readonly Written[], index: number): Hidden | undefined {
  const found = [
    ...ofFirewall(program),
    ...ofPolicyRule(program),
    ...ofAssociation(program),
    ...ofSurroundings(program),
  ];
  return found[index % Math.max(found.length, 1)];
}

function changed(program: readonly Written[], name: string, change: Change): Written[] {
  return program.map((each) => (each.name === name ? { ...each, inputs: change(each.inputs) } : each));
}

const set =
  (property: string, value: unknown): Change =>
  (inputs) =>
    value === undefined
      ? Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== property))
      : { ...inputs, [property]: value };

/** Hides `property` of the resource `name`; `values` are all that makes a difference. */
function hide(
  program: readonly Written[],
  name: string,
  property: string,
  mark: unknown,
  values: readonly unknown[],
): Hidden {
  return {
    program: changed(program, name, set(property, mark)),
    worlds: values.map((value) => changed(program, name, set(property, value))),
    hidden: `${name}.${property}`,
  };
}

function ofFirewall(program: readonly Written[]): Hidden[] {
  const rule = program.find(({ name, inputs }) => name.startsWith("fw") && inputs.network === "net");
  if (rule === undefined) return [];
  const { name, inputs } = rule;
  const one = (property: string, mark: unknown, ...values: unknown[]) => hide(program, name, property, mark, values);
  const ingress = inputs.direction === "INGRESS";
  const [theirs, ours] = ingress ? ["sourceRanges", "destinationRanges"] : ["destinationRanges", "sourceRanges"];
  const list = "denies" in inputs ? "denies" : "allows";
  const blocks = inputs[list] as Json[];
  const [first, ...others] = blocks;
  const block = (property: string, ...values: unknown[]): Hidden => {
    const to = (value: unknown) => changed(program, name, set(list, [set(property, value)(first ?? {}), ...others]));
    return {
      program: to(property === "ports" ? unknownList : unknownText),
      worlds: values.map(to),
      hidden: `${name}.${list}[0].${property}`,
    };
  };
  const labels = ["targetTags", "targetServiceAccounts", "sourceTags", "sourceServiceAccounts"];
  const named = labels.some((each) => each.startsWith("source") && each in inputs);
  const byAccount = "targetServiceAccounts" in inputs || "sourceServiceAccounts" in inputs;
  const suffix = byAccount ? "@p.example" : "";
  return [
    one("priority", unknownText, ...priorities.vpc),
    one("disabled", unknownText, true, false),
    one("network", unknownText, "net", "net-other"),
    ...(named ? [] : [one("direction", unknownText, "INGRESS", "EGRESS")]),
    one(theirs as string, unknownList, ...everybody.map((each) => [each]), nobody, undefined),
    one(ours as string, unknownList, everybody, nobody, undefined),
    one(
      byAccount ? "targetServiceAccounts" : "targetTags",
      unknownList,
      undefined,
      ...["mx", "smtp", "web"].map((each) => [each + suffix]),
    ),
    ...(ingress
      ? [
          withStrangers(
            one(
              byAccount ? "sourceServiceAccounts" : "sourceTags",
              unknownList,
              undefined,
              ...[["web"], ["db"], ["web", "db"], ["nobody"], ["stranger"]].map((all) =>
                all.map((each) => each + suffix),
              ),
            ),
          ),
        ]
      : []),
    one(list, unknownList, [{ protocol: "all" }], [{ protocol: "udp" }]),
    ...(first && "ports" in first
      ? [block("ports", ["0-65535"], ["7"]), block("protocol", "tcp", "udp")]
      : [block("protocol", "tcp", "icmp", "all")]),
  ];
}

/** The first rule of the first policy, inline or not. */
function ofPolicyRule(program: readonly Written[]): Hidden[] {
  const holder = program.find(({ inputs }) => "rules" in inputs || ("firewallPolicy" in inputs && "match" in inputs));
  if (holder === undefined) return [];
  const inline = holder.inputs.rules as Json[] | undefined;
  const rule = inline?.[0] ?? holder.inputs;
  const to = (change: Change) =>
    changed(program, holder.name, (inputs) =>
      inline ? { ...inputs, rules: [change(inline[0] ?? {}), ...inline.slice(1)] } : change(inputs),
    );
  const one = (property: string, mark: unknown, ...values: unknown[]): Hidden => ({
    program: to(set(property, mark)),
    worlds: values.map((value) => to(set(property, value))),
    hidden: `${holder.name}.${property}`,
  });
  const match = rule.match as Json;
  const inMatch = (property: string, mark: unknown, ...values: unknown[]): Hidden => ({
    program: to(set("match", set(property, mark)(match))),
    worlds: values.map((value) => to(set("match", set(property, value)(match)))),
    hidden: `${holder.name}.match.${property}`,
  });
  const [theirs, ours] = rule.direction === "INGRESS" ? ["src", "dest"] : ["dest", "src"];
  const addressed = `${theirs}IpRanges` in match;
  return [
    one("priority", unknownText, ...priorities.policy),
    one("disabled", unknownText, true, false),
    one("action", unknownText, "allow", "deny", "goto_next"),
    one("targetServiceAccounts", unknownList, undefined, ["mx@p.example"], ["smtp@p.example"], ["nobody@p.example"]),
    one("targetResources", unknownList, undefined, ["projects/p/global/networks/net-other"]),
    ...(addressed
      ? [inMatch(`${theirs}IpRanges`, unknownList, everybody, nobody)]
      : [inMatch(`${theirs}AddressGroups`, unknownList, ["full"], ["empty"])].map((each) => withGroups(each))),
    inMatch(`${ours}IpRanges`, unknownList, undefined, everybody, nobody),
    inMatch("layer4Configs", unknownList, [{ ipProtocol: "all" }], [{ ipProtocol: "udp" }]),
  ];
}

/** Worlds with groups of their own, which hold everybody and nobody. */
function withGroups({ worlds, ...rest }: Hidden): Hidden {
  const group = (name: string, items: string[]): Written => ({
    type: "gcpAddressGroup",
    name,
    inputs: { name, items },
  });
  return { ...rest, worlds: worlds.map((each) => [...each, group("full", everybody), group("empty", nobody)]) };
}

/** A label that is not known may be that of instances in other programs, whose addresses are private. */
function withStrangers({ worlds, ...rest }: Hidden): Hidden {
  const strangers = ["10.0.0.0/8", "172.16.0.0/12"].map(
    (networkIp, k): Written => ({
      ...{ type: "gcpInstance", name: `stranger${k}` },
      inputs: {
        ...{ tags: ["stranger"], serviceAccount: { email: "stranger@p.example" } },
        networkInterfaces: [{ networkIp, ipv6Address: "fd00::/8" }],
      },
    }),
  );
  return { ...rest, worlds: worlds.map((each) => [...each, ...strangers]) };
}

function ofAssociation(program: readonly Written[]): Hidden[] {
  const isAssociation = ({ inputs }: Written) => "attachmentTarget" in inputs;
  const network = program.find((each) => isAssociation(each) && each.name.startsWith("g-"));
  const above = program.find((each) => isAssociation(each) && each.name.startsWith("h-"));
  const nodes = ["organizations/1", "folders/1", "folders/2"];
  const taken = program.filter(isAssociation).map(({ inputs }) => inputs.attachmentTarget);
  const free = nodes.filter((each) => each === above?.inputs.attachmentTarget || !taken.includes(each));
  return [
    ...(network ? [hide(program, network.name, "attachmentTarget", unknownText, ["net", "net-other"])] : []),
    ...(above ? [hide(program, above.name, "attachmentTarget", unknownText, [...free, "folders/9"])] : []),
  ];
}

/** Several rules can depend on one of these. */
function ofSurroundings(program: readonly Written[]): Hidden[] {
  const mail = program.find(({ name }) => name === "mail")?.inputs ?? {};
  const [nic] = mail.networkInterfaces as Json[];
  const interfaceWith = (property: string, ...values: unknown[]) => ({
    program: changed(program, "mail", set("networkInterfaces", [set(property, unknownList)(nic ?? {})])),
    worlds: values.map((each) => changed(program, "mail", set("networkInterfaces", [set(property, each)(nic ?? {})]))),
    hidden: `mail.networkInterfaces[0].${property}`,
  });
  const tags = ["mx", "smtp", "web"];
  const subsets = Array.from({ length: 8 }, (_, bits) => tags.filter((_tag, k) => (bits >> k) & 1));
  const accounts = ["mx", "smtp", "web", "nobody"].map((each) => ({ email: `${each}@p.example` }));
  const external = interfaceWith("ipv6AccessConfigs", undefined, [{ externalIpv6: nic?.ipv6Address }]);
  const route = program.find(({ name }) => name === "route0");
  const nat = program.find(({ name }) => name === "nat");
  return [
    hide(program, "mail", "tags", unknownList, subsets),
    hide(program, "mail", "serviceAccount", { email: unknownText }, accounts),
    hide(program, "mail", "zone", unknownText, ["europe-west1-b", "us-central1-a", "asia-east1-a"]),
    hide(program, "net", "networkFirewallPolicyEnforcementOrder", unknownText, [undefined, "BEFORE_CLASSIC_FIREWALL"]),
    hide(program, "net", "deleteDefaultRoutesOnCreate", unknownText, [true, false]),
    interfaceWith("accessConfigs", undefined, [{}]),
    {
      ...external,
      // The kernel's machine has one address: that it has another one is put into the rules that name its own.
      worlds: [...external.worlds, ...external.worlds.slice(1).map(withAnotherAddress)],
    },
    ...(route ? [hide(program, "route0", "network", unknownText, ["net", "net-other"])] : []),
    ...(nat ? [hide(program, "nat", "region", unknownText, ["europe-west1", "us-central1", "asia-east1"])] : []),
  ];
}

/** No rule is for the block that the machine's address lies in. */
function withAnotherAddress(program: readonly Written[]): Written[] {
  const isRule = ({ inputs }: Written) => "direction" in inputs || "rules" in inputs;
  const moved = (inputs: Json): Json =>
    JSON.parse(JSON.stringify(inputs).replaceAll("fd00:ffff::/64", "2001:db8:77::/64"));
  return program.map((each) => (isRule(each) ? { ...each, inputs: moved(each.inputs) } : each));
}
