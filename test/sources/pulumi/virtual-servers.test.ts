import { nothingDeclared } from "../../../model/declaration.js";
import { InputError } from "../../../model/errors.js";
import { later, planOf, type Resource, read as readPlan } from "../terraform-plans.js";
import { answer, factsOf, fromState, unknownText, type Written } from "./programs.js";
import { describeTruths } from "./truths.js";

const world = ["0.0.0.0/0", "::/0"];

type Inputs = Record<string, unknown>;

const drop = (rule: Inputs, on: Inputs = { dropletIds: [7] }, droplet: Inputs = {}): Written[] => [
  { type: "doDroplet", name: "mail", id: "7", inputs: droplet },
  { type: "doFirewall", name: "fw", id: "f", inputs: { ...on, inboundRules: [{ protocol: "tcp", ...rule }] } },
];
const open = { portRange: "587", sourceAddresses: world };

const hz = (rules: Inputs[], on: Inputs = {}, server: Inputs = { firewallIds: [1] }): Written[] => [
  { type: "hzServer", name: "mail", id: "7", inputs: server },
  { type: "hzFirewall", name: "fw", id: "1", inputs: { rules, ...on } },
];
/** It is not known whether it is for in or for out. */
const hzEither = (blocks: readonly string[]) => ({
  ...{ direction: unknownText, protocol: "tcp", port: "587", sourceIps: blocks, destinationIps: blocks },
});
const hzOut = { direction: "out", protocol: "tcp", port: "443", destinationIps: world };
const hzSecond: Written = { type: "hzFirewall", name: "fw2", id: "2", inputs: { rules: [hzOut] } };
const hzOpen = { direction: "in", protocol: "tcp", port: "587", sourceIps: world };

const lin = (firewall: Inputs, linode: Inputs = {}): Written[] => [
  { type: "linode", name: "mail", id: "7", inputs: linode },
  {
    type: "linodeFirewall",
    name: "fw",
    id: "1",
    inputs: { inboundPolicy: "DROP", outboundPolicy: "ACCEPT", linodes: [7], ...firewall },
  },
];
const linOpen = { action: "ACCEPT", protocol: "TCP", ports: "25,587,1000-2000", ipv4s: ["0.0.0.0/0"], ipv6s: ["::/0"] };

const vul = (rule: Inputs, instance: Inputs = { firewallGroupId: "g" }): Written[] => [
  { type: "vultrInstance", name: "mail", id: "7", inputs: instance },
  { type: "vultrGroup", name: "g", id: "g", inputs: {} },
  { type: "vultrRule", name: "r", inputs: { firewallGroupId: "g", protocol: "tcp", ipType: "v4", ...rule } },
];
const vulOpen = { subnet: "0.0.0.0", subnetSize: 0, port: "587" };

const scw = (group: Inputs, server: Inputs = { securityGroupId: "g" }): Written[] => [
  { type: "scwServer", name: "mail", id: "7", inputs: server },
  { type: "scwGroup", name: "g", id: "g", inputs: group },
];
/** A server in a network with a gateway, and its own default security off. */
const scwBehind = (gateway: Inputs): Written[] => [
  ...scw({ enableDefaultSecurity: false }),
  { type: "scwNetwork", name: "pn", id: "pn", inputs: {} },
  { type: "scwGateway", name: "gw", id: "gw", inputs: gateway },
  { type: "scwGatewayNetwork", name: "gn", inputs: { gatewayId: "gw", privateNetworkId: "pn" } },
  { type: "scwCard", name: "card", inputs: { serverId: "7", privateNetworkId: "pn" } },
];
const scwOpen = { action: "accept", port: 587, ipRange: "0.0.0.0/0" };
const scwDrop = { inboundDefaultPolicy: "drop" };

/** Is tcp/587 of `mail` open to 8.8.8.8? The name says so. */
const programs: Readonly<Record<string, Written[]>> = {
  fail_digitalocean_world: drop(open),
  fail_digitalocean_no_firewall: [{ type: "doDroplet", name: "mail", id: "7", inputs: {} }],
  fail_digitalocean_all_ports: drop({ sourceAddresses: world, portRange: "all" }),
  fail_digitalocean_by_tag: drop(open, { tags: ["MX"] }, { tags: ["mx"] }),
  fail_digitalocean_split_halves: drop({ portRange: "1-65535", sourceAddresses: ["0.0.0.0/1", "128.0.0.0/1"] }),
  pass_digitalocean_udp: drop({ ...open, protocol: "udp" }),
  pass_digitalocean_other_port: drop({ ...open, portRange: "465" }),
  pass_digitalocean_droplet_source: drop({ portRange: "587", sourceDropletIds: [7] }, undefined, {}).map((each) =>
    each.name === "mail" ? { ...each, outputs: { ipv4Address: "198.51.100.1" } } : each,
  ),
  pass_digitalocean_deny_alone: drop({ ...open, action: "deny" }),
  unknown_digitalocean_deny_and_allow: [
    ...drop(open),
    {
      type: "doFirewall",
      name: "h",
      id: "h",
      inputs: { dropletIds: [7], inboundRules: [{ protocol: "tcp", ...open, action: "deny" }] },
    },
  ],
  unknown_digitalocean_source: drop({ portRange: "587", sourceAddresses: [unknownText] }),
  unknown_digitalocean_balancer: drop({ portRange: "587", sourceLoadBalancerUids: ["lb"] }),
  unknown_digitalocean_tag: drop({ ...open, portRange: "25" }, { tags: [unknownText] }, { tags: ["mx"] }),

  fail_hetzner_world: hz([hzOpen]),
  fail_hetzner_no_firewall: [{ type: "hzServer", name: "mail", id: "7", inputs: {} }],
  fail_hetzner_any_port: hz([{ ...hzOpen, port: "any" }]),
  fail_hetzner_label: hz([hzOpen], { applyTos: [{ labelSelector: "role=mx,!old" }] }, { labels: { role: "mx" } }),
  fail_hetzner_label_of_another: hz(
    [],
    { applyTos: [{ labelSelector: "role in (db, web)" }] },
    { labels: { role: "mx" } },
  ),
  pass_hetzner_applied: hz([], { applyTos: [{ server: 7 }] }, {}),
  pass_hetzner_out_rule: hz([{ direction: "out", protocol: "tcp", port: "587", destinationIps: world }]),
  pass_hetzner_attached: [
    ...hz([], {}, {}),
    { type: "hzAttachment", name: "a", inputs: { firewallId: 1, serverIds: [7] } },
  ],
  unknown_hetzner_label: hz([], { applyTos: [{ labelSelector: unknownText }] }, { labels: { role: "mx" } }),
  unknown_hetzner_port: hz([{ ...hzOpen, port: unknownText }]),

  fail_linode_world: lin({ inbounds: [linOpen] }),
  fail_linode_disabled: lin({ disabled: true }),
  fail_linode_policy: lin({ inboundPolicy: "ACCEPT" }),
  fail_linode_no_ports: lin({ inbounds: [{ ...linOpen, ports: "" }] }),
  fail_linode_none: [{ type: "linode", name: "mail", id: "7", inputs: {} }],
  pass_linode_order: lin({ inbounds: [{ ...linOpen, action: "DROP" }, linOpen] }),
  pass_linode_device: [
    ...lin({ linodes: [] }),
    { type: "linodeDevice", name: "d", inputs: { firewallId: 1, entityId: 7 } },
  ],
  unknown_linode_two_firewalls: [
    ...lin({}),
    { type: "linodeFirewall", name: "fw2", id: "2", inputs: { linodes: [7], inboundPolicy: "ACCEPT" } },
  ],
  unknown_linode_policy: lin({ inboundPolicy: unknownText }),
  unknown_linode_disabled: lin({ disabled: unknownText }),

  fail_vultr_world: vul(vulOpen),
  fail_vultr_colon_range: vul({ ...vulOpen, port: "500:600" }),
  fail_vultr_no_group: [{ type: "vultrInstance", name: "mail", id: "7", inputs: {} }],
  pass_vultr_private: vul({ ...vulOpen, subnet: "10.0.0.0", subnetSize: 8 }),
  pass_vultr_icmp: vul({ ...vulOpen, protocol: "icmp" }),
  unknown_vultr_cloudflare: vul({ port: "587", source: "cloudflare" }),
  unknown_vultr_empty_group: vul({ ...vulOpen, firewallGroupId: "other" }),

  fail_scaleway_default_policy: scw({}),
  fail_scaleway_rule: scw({ ...scwDrop, inboundRules: [scwOpen] }),
  fail_scaleway_no_address: scw({ ...scwDrop, inboundRules: [{ action: "accept", portRange: "500-600" }] }),
  fail_scaleway_separate: [
    ...scw({ ...scwDrop, externalRules: true }),
    { type: "scwRules", name: "r", inputs: { securityGroupId: "g", inboundRules: [scwOpen] } },
  ],
  pass_scaleway_order: scw({ inboundRules: [{ ...scwOpen, action: "drop" }, scwOpen] }),
  pass_scaleway_drop: scw(scwDrop),
  unknown_scaleway_project_default: scw(scwDrop, {}),
  unknown_scaleway_inline_and_separate: [
    ...scw(scwDrop),
    { type: "scwRules", name: "r", inputs: { securityGroupId: "g", inboundRules: [scwOpen] } },
  ],
};

describeTruths("virtual servers", "mail:587", programs);

describe("outbound", () => {
  const out = { protocol: "tcp", portRange: "1-65535", destinationAddresses: world };
  const cases: [name: string, port: number, peer: string, expected: boolean | "unknown", program: Written[]][] = [
    ["DigitalOcean: no rule lets nothing out", 2525, "8.8.8.8", false, drop(open)],
    ["DigitalOcean: 2525 is open", 2525, "8.8.8.8", true, drop(open, { dropletIds: [7], outboundRules: [out] })],
    ["DigitalOcean blocks 587", 587, "8.8.8.8", false, drop(open, { dropletIds: [7], outboundRules: [out] })],
    ["DigitalOcean: private 587", 587, "10.1.2.3", true, drop(open, { dropletIds: [7], outboundRules: [out] })],
    ["Hetzner: no rule for out lets everything out", 587, "8.8.8.8", true, hz([hzOpen])],
    ["Hetzner: a rule for out shuts the rest", 587, "8.8.8.8", false, hz([hzOut])],
    ["Hetzner: private networks are not filtered", 587, "10.1.2.3", true, hz([hzOut])],
    ["Hetzner: the only rule that may be for out lets out", 587, "8.8.8.8", true, hz([hzEither(world)])],
    ["Hetzner: and the rest depends", 587, "8.8.8.8", "unknown", hz([hzEither(["9.9.9.9"])])],
    [
      "Hetzner: beside another firewall it may be none",
      587,
      "9.9.9.9",
      "unknown",
      [...hz([hzEither(["8.8.8.8"])], {}, { firewallIds: [1, 2] }), hzSecond],
    ],
    ["Hetzner blocks 465", 465, "8.8.8.8", false, hz([hzOpen])],
    ["Linode blocks 587", 587, "8.8.8.8", false, lin({})],
    ["Linode: 2525 is open", 2525, "8.8.8.8", true, lin({})],
    ["Linode: policy", 2525, "8.8.8.8", false, lin({ outboundPolicy: "DROP" })],
    ["Vultr: 587 is open", 587, "8.8.8.8", true, vul(vulOpen)],
    ["Vultr blocks 25", 25, "8.8.8.8", false, vul(vulOpen)],
    ["Scaleway: default security blocks 587 although all is accepted", 587, "8.8.8.8", false, scw({})],
    ["Scaleway: default security is off", 587, "8.8.8.8", true, scw({ enableDefaultSecurity: false })],
    ["Scaleway: default security is not known", 587, "8.8.8.8", "unknown", scw({ enableDefaultSecurity: unknownText })],
    ["Scaleway: a gateway may keep SMTP in", 587, "8.8.8.8", "unknown", scwBehind({})],
    ["Scaleway: a gateway lets SMTP out", 587, "8.8.8.8", true, scwBehind({ enableSmtp: true })],
    ["Scaleway: a gateway keeps 2525 nowhere", 2525, "8.8.8.8", true, scwBehind({})],
  ];
  it.each(cases)("%s", async (_, port, peer, expected, program) => {
    const relays = [{ host: "relay", port, clients: ["mail"], at: "port587.yaml:1" }];
    const facts = factsOf(await fromState(program), { ...nothingDeclared, relays });
    const subject = `mail -> relay:${port}`;
    expect(answer(facts, "egressAllowed", subject, peer)).toBe(expected);
  });
});

describe("what no provider accepts is an error that names URN and path", () => {
  const cases: [name: string, program: Written[], path: string][] = [
    ["DigitalOcean: an address that is none", drop({ ...open, sourceAddresses: ["10.0.0.300"] }), "sourceAddresses[0]"],
    ["DigitalOcean: a reversed range", drop({ ...open, portRange: "600-500" }), "portRange"],
    ["Hetzner: a port over 65535", hz([{ ...hzOpen, port: "70000" }]), "port"],
    ["Hetzner: no direction", hz([{ ...hzOpen, direction: "both" }]), "direction"],
    ["Linode: a list of ports", lin({ inbounds: [{ ...linOpen, ports: "25,x" }] }), "ports"],
    ["Linode: a family mixed up", lin({ inbounds: [{ ...linOpen, ipv4s: ["::/0"] }] }), "ipv4s[0]"],
    ["Vultr: a prefix too long", vul({ ...vulOpen, subnetSize: 64 }), "subnet"],
    ["Scaleway: a reversed range", scw({ inboundRules: [{ action: "accept", portRange: "9-1" }] }), "portRange"],
  ];
  it.each(cases)("%s", async (_, program, path) => {
    const error = await fromState(program).catch((each) => each);
    expect(error).toBeInstanceOf(InputError);
    expect(error.where).toContain(path);
    expect(error.where).toContain("urn:pulumi");
  });
});

describe("the same from Terraform plans, joined before anything has an id", () => {
  const plans: [subject: string, expected: boolean | "unknown", resources: Resource[]][] = [
    [
      "digitalocean_droplet.mail",
      true,
      [
        { type: "digitalocean_droplet", name: "mail", args: { name: "mail" } },
        {
          type: "digitalocean_firewall",
          name: "fw",
          args: {
            droplet_ids: later("digitalocean_droplet.mail.id"),
            inbound_rule: [{ protocol: "tcp", port_range: "587", source_addresses: world }],
          },
        },
      ],
    ],
    [
      "hcloud_server.mail",
      true,
      [
        { type: "hcloud_server", name: "mail", args: { firewall_ids: later("hcloud_firewall.fw.id") } },
        {
          type: "hcloud_firewall",
          name: "fw",
          args: { rule: [{ direction: "in", protocol: "tcp", port: "587", source_ips: world }] },
        },
      ],
    ],
    [
      "linode_instance.mail",
      true,
      [
        { type: "linode_instance", name: "mail", args: { label: "mail" } },
        {
          type: "linode_firewall",
          name: "fw",
          args: {
            linodes: later("linode_instance.mail.id"),
            inbound_policy: "DROP",
            outbound_policy: "ACCEPT",
            inbound: [{ action: "ACCEPT", protocol: "TCP", ports: "587", ipv4: ["0.0.0.0/0"] }],
          },
        },
      ],
    ],
    [
      "vultr_instance.mail",
      true,
      [
        { type: "vultr_instance", name: "mail", args: { firewall_group_id: later("vultr_firewall_group.g.id") } },
        { type: "vultr_firewall_group", name: "g", args: { description: "mail" } },
        {
          type: "vultr_firewall_rule",
          name: "r",
          args: {
            ...{ firewall_group_id: later("vultr_firewall_group.g.id"), protocol: "tcp", ip_type: "v4" },
            ...{ subnet: "0.0.0.0", subnet_size: 0, port: "587" },
          },
        },
      ],
    ],
    [
      "scaleway_instance_server.mail",
      true,
      [
        {
          type: "scaleway_instance_server",
          name: "mail",
          args: { security_group_id: later("scaleway_instance_security_group.g.id") },
        },
        {
          type: "scaleway_instance_security_group",
          name: "g",
          args: {
            inbound_default_policy: "drop",
            inbound_rule: [{ action: "accept", protocol: "TCP", port: 587, ip_range: "0.0.0.0/0" }],
          },
        },
      ],
    ],
  ];
  it.each(plans)("%s", async (subject, expected, resources) => {
    const facts = factsOf(await readPlan(planOf(resources)));
    expect(answer(facts, "reachable", `${subject}:587`, "8.8.8.8")).toBe(expected);
    expect(answer(facts, "reachable", `${subject}:465`, "8.8.8.8")).toBe(false);
  });

  it("accept-all outbound at Scaleway, with default security left as it is: 587 is blocked", async () => {
    const plan = planOf(plans.at(-1)?.[2] ?? []);
    const relays = [{ host: "relay", port: 587, clients: ["scaleway_instance_server.mail"], at: "port587.yaml:1" }];
    const facts = factsOf(await readPlan(plan), { ...nothingDeclared, relays });
    expect(answer(facts, "egressAllowed", "scaleway_instance_server.mail -> relay:587", "8.8.8.8")).toBe(false);
  });
});
