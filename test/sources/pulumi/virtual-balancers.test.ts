import { later, planOf, type Resource, read as readPlan } from "../terraform-plans.js";
import { answer, factsOf, unknownText, type Written } from "./programs.js";
import { describeTruths, spokenBy } from "./truths.js";

type Inputs = Record<string, unknown>;
const world = ["0.0.0.0/0", "::/0"];

/** A balancer `lb` that sends 587 on to port 2587 of `mail`, whose firewall lets in that port from the world. */
const drop = (lb: Inputs, rule: Inputs = { portRange: "2587", sourceAddresses: world }): Written[] => [
  { type: "doDroplet", name: "mail", id: "7", inputs: {} },
  {
    ...{ type: "doFirewall", name: "fw", id: "f" },
    inputs: { dropletIds: [7], inboundRules: [{ protocol: "tcp", ...rule }] },
  },
  {
    ...{ type: "doBalancer", name: "lb", id: "lb" },
    inputs: {
      forwardingRules: [{ entryPort: 587, entryProtocol: "tcp", targetPort: 2587, targetProtocol: "tcp" }],
      dropletIds: [7],
      ...lb,
    },
  },
];
const doRule = (rule: Inputs) => ({
  forwardingRules: [{ entryPort: 587, entryProtocol: "tcp", targetPort: 2587, targetProtocol: "tcp", ...rule }],
});

const hz = (service: Inputs, target: Inputs = {}, rule: Inputs = {}, lb: Partial<Written> = {}): Written[] => [
  { type: "hzServer", name: "mail", id: "7", inputs: { firewallIds: [1], labels: { role: "mx" } } },
  {
    ...{ type: "hzFirewall", name: "fw", id: "1" },
    inputs: { rules: [{ direction: "in", protocol: "tcp", port: "2587", sourceIps: world, ...rule }] },
  },
  { type: "hzBalancer", name: "lb", id: "9", inputs: {}, ...lb },
  {
    ...{ type: "hzService", name: "s" },
    inputs: { loadBalancerId: "9", protocol: "tcp", listenPort: 587, destinationPort: 2587, ...service },
  },
  { type: "hzTarget", name: "t", inputs: { loadBalancerId: 9, type: "server", serverId: 7, ...target } },
];

const lin = (config: Inputs, node: Inputs = {}, rule: Inputs = {}, more: Written[] = []): Written[] => [
  { type: "linode", name: "mail", id: "7", inputs: {}, outputs: { privateIpAddress: "192.168.1.7" } },
  {
    ...{ type: "linodeFirewall", name: "fw", id: "1" },
    inputs: {
      ...{ inboundPolicy: "DROP", outboundPolicy: "ACCEPT", linodes: [7] },
      inbounds: [{ action: "ACCEPT", protocol: "TCP", ports: "2587", ipv4s: ["192.168.255.0/24"], ...rule }],
    },
  },
  { type: "nodeBalancer", name: "lb", id: "9", inputs: {} },
  { type: "nodeConfig", name: "c", id: "5", inputs: { nodebalancerId: 9, port: 587, protocol: "tcp", ...config } },
  {
    ...{ type: "node", name: "n" },
    inputs: { nodebalancerId: 9, configId: 5, address: "192.168.1.7:2587", ...node },
  },
  ...more,
];
const before = (rule: Inputs): Written[] => [
  {
    ...{ type: "linodeFirewall", name: "fw2", id: "2" },
    inputs: {
      ...{ inboundPolicy: "DROP", outboundPolicy: "ACCEPT", nodebalancers: [9] },
      inbounds: [{ action: "ACCEPT", protocol: "TCP", ports: "587", ipv4s: ["0.0.0.0/0"], ...rule }],
    },
  },
];

const vul = (lb: Inputs, rule: Inputs = {}): Written[] => [
  { type: "vultrInstance", name: "mail", id: "7", inputs: { firewallGroupId: "g" } },
  { type: "vultrGroup", name: "g", id: "g", inputs: {} },
  {
    ...{ type: "vultrRule", name: "r" },
    inputs: {
      ...{ firewallGroupId: "g", protocol: "tcp", ipType: "v4", subnet: "0.0.0.0", subnetSize: 0, port: "2587" },
      ...rule,
    },
  },
  {
    ...{ type: "vultrBalancer", name: "lb", id: "lb" },
    inputs: {
      forwardingRules: [{ frontendPort: 587, frontendProtocol: "tcp", backendPort: 2587, backendProtocol: "tcp" }],
      attachedInstances: ["7"],
      ...lb,
    },
  },
];
const vulFrom = (source: string) => ({ firewallRules: [{ port: 587, ipType: "v4", source }] });

const scw = (frontend: Inputs, backend: Inputs = {}, lb: Inputs = {}, more: Written[] = []): Written[] => [
  { type: "scwServer", name: "mail", id: "7", inputs: { securityGroupId: "g" }, outputs: { privateIp: "10.1.2.3" } },
  {
    ...{ type: "scwGroup", name: "g", id: "g" },
    inputs: {
      inboundDefaultPolicy: "drop",
      inboundRules: [{ action: "accept", port: 2587, ipRange: "0.0.0.0/0" }],
    },
  },
  { type: "scwBalancer", name: "lb", id: "lb", inputs: lb },
  { type: "scwFrontend", name: "f", id: "f", inputs: { lbId: "lb", backendId: "b", inboundPort: 587, ...frontend } },
  {
    ...{ type: "scwBackend", name: "b", id: "b" },
    inputs: { lbId: "lb", forwardProtocol: "tcp", forwardPort: 2587, serverIps: ["10.1.2.3"], ...backend },
  },
  ...more,
];
const acl = (name: string, index: number, type: string, ...ipSubnets: string[]): Written => ({
  ...{ type: "scwAcl", name },
  inputs: { frontendId: "f", index, action: { type }, match: { ipSubnets } },
});

/** Does `lb` bring 8.8.8.8 to tcp/587? The name says so. */
const programs: Readonly<Record<string, Written[]>> = {
  fail_digitalocean_to_the_target_port: drop({}),
  pass_digitalocean_firewall_names_the_entry_port: drop({}, { portRange: "587", sourceAddresses: world }),
  fail_digitalocean_firewall_names_the_balancer: drop({}, { portRange: "2587", sourceLoadBalancerUids: ["lb"] }),
  unknown_digitalocean_firewall_names_another: drop({}, { portRange: "2587", sourceLoadBalancerUids: ["other"] }),
  unknown_digitalocean_firewall_for_a_private_block: drop({}, { portRange: "2587", sourceAddresses: ["10.0.0.0/8"] }),
  pass_digitalocean_firewall_for_clients_that_it_never_sees: drop(
    {},
    { portRange: "2587", sourceAddresses: ["8.8.8.8"] },
  ),
  fail_digitalocean_network_balancer_hands_clients_on: drop(
    { type: "REGIONAL_NETWORK" },
    { portRange: "2587", sourceAddresses: ["8.8.8.8"] },
  ),
  pass_digitalocean_internal: drop({ network: "INTERNAL" }),
  unknown_digitalocean_internal: drop({ network: unknownText }),
  pass_digitalocean_http: drop(doRule({ entryProtocol: "http" })),
  pass_digitalocean_https: drop(doRule({ entryProtocol: "https" })),
  unknown_digitalocean_protocol: drop(doRule({ entryProtocol: unknownText })),
  pass_digitalocean_other_port: drop(doRule({ entryPort: 465 })),
  unknown_digitalocean_target_port: drop(doRule({ targetPort: unknownText })),
  pass_digitalocean_not_allowed: drop({ firewall: { allows: ["cidr:9.0.0.0/8", "ip:10.1.1.1"] } }),
  fail_digitalocean_allowed: drop({ firewall: { allows: ["ip:8.8.8.8"] } }),
  pass_digitalocean_denied: drop({ firewall: { denies: ["cidr:8.0.0.0/8"] } }),
  unknown_digitalocean_both: drop({ firewall: { allows: ["ip:8.8.8.8"], denies: ["cidr:8.0.0.0/8"] } }),
  unknown_digitalocean_droplets_of_others: drop({ dropletIds: [8] }),
  fail_digitalocean_by_tag: drop({ dropletIds: [], dropletTag: "mx" }).map((each) =>
    each.name === "mail" ? { ...each, inputs: { tags: ["MX"] } } : each,
  ),

  fail_hetzner_to_the_target_port: hz({}, {}, {}, { outputs: { ipv4: "5.5.5.5" } }),
  fail_hetzner_firewall_for_the_balancer: hz({}, {}, { sourceIps: ["5.5.5.5/32"] }, { outputs: { ipv4: "5.5.5.5" } }),
  pass_hetzner_firewall_for_clients: hz({}, {}, { sourceIps: ["8.8.8.8/32"] }, { outputs: { ipv4: "5.5.5.5" } }),
  unknown_hetzner_balancer_without_an_address_yet: hz({}, {}, { sourceIps: ["5.5.5.5/32"] }),
  fail_hetzner_private_networks_are_not_filtered: hz({}, { usePrivateIp: true }, { port: "22" }),
  pass_hetzner_firewall_names_the_listen_port: hz({}, {}, { port: "587" }),
  pass_hetzner_http: hz({ protocol: "http" }),
  pass_hetzner_other_port: hz({ listenPort: 465 }),
  fail_hetzner_by_label: hz({}, { type: "label_selector", serverId: undefined, labelSelector: "role=mx" }),
  unknown_hetzner_by_address: hz({}, { type: "ip", serverId: undefined, ip: "1.1.1.1" }),
  pass_hetzner_without_public_interface: [
    ...hz({}),
    { type: "hzNetwork", name: "net", inputs: { loadBalancerId: 9, enablePublicInterface: false } },
  ],
  unknown_hetzner_no_target: hz({}).filter(({ type }) => type !== "hzTarget"),

  fail_linode_to_the_node: lin({}),
  pass_linode_firewall_for_clients: lin({}, {}, { ipv4s: ["8.8.8.8/32"] }),
  pass_linode_other_port_behind: lin({}, { address: "192.168.1.7:25" }),
  pass_linode_http: lin({ protocol: "http" }),
  pass_linode_protocol_left_out: lin({ protocol: undefined }),
  unknown_linode_node_of_others: lin({}, { address: "192.168.1.8:2587" }),
  unknown_linode_node_without_an_address_yet: lin({}, { address: unknownText }),
  fail_linode_firewall_before_it: lin({}, {}, {}, before({})),
  pass_linode_firewall_before_it: lin({}, {}, {}, before({ ipv4s: ["9.9.9.9/32"] })),
  unknown_linode_nodes_on_two_ports: lin({}, {}, {}, [
    { type: "node", name: "n2", inputs: { nodebalancerId: 9, configId: 5, address: "192.168.1.7:25" } },
  ]),

  fail_vultr_to_the_target_port: vul({}),
  pass_vultr_group_names_the_frontend_port: vul({}, { port: "587" }),
  unknown_vultr_group_for_one_address: vul({}, { subnet: "5.5.5.5", subnetSize: 32 }),
  pass_vultr_https: vul({ forwardingRules: [{ frontendPort: 587, frontendProtocol: "https", backendPort: 2587 }] }),
  fail_vultr_own_rules: vul(vulFrom("8.0.0.0/8")),
  pass_vultr_own_rules: vul(vulFrom("9.0.0.0/8")),
  unknown_vultr_own_rules: vul(vulFrom("cloudflare")),
  unknown_vultr_instances: vul({ attachedInstances: [unknownText] }),

  fail_scaleway_to_the_forward_port: scw({}),
  pass_scaleway_other_port_behind: scw({}, { forwardPort: 25 }),
  pass_scaleway_http: scw({}, { forwardProtocol: "http" }),
  pass_scaleway_private: scw({}, {}, { assignFlexibleIp: false }),
  unknown_scaleway_servers: scw({}, { serverIps: ["10.1.2.9"] }),
  unknown_scaleway_backend: scw({ backendId: unknownText }),
  pass_scaleway_acl: scw({}, {}, {}, [acl("a", 1, "deny", "8.0.0.0/8")]),
  fail_scaleway_acl_in_order: scw({}, {}, {}, [acl("a", 2, "deny", "0.0.0.0/0"), acl("second", 1, "allow", "8.8.8.8")]),
  pass_scaleway_acl_in_order: scw({}, {}, {}, [acl("a", 1, "deny", "0.0.0.0/0"), acl("second", 2, "allow", "8.8.8.8")]),
  pass_scaleway_inline_acl: scw({ acls: [{ action: { type: "deny" }, match: { ipSubnets: ["8.8.8.8"] } }] }),
  fail_scaleway_inverted_acl: scw({
    acls: [{ action: { type: "deny" }, match: { ipSubnets: ["8.8.8.8"], invert: true } }],
  }),
  unknown_scaleway_acl: scw({}, {}, {}, [acl("a", 1, "deny", unknownText)]),
};

describeTruths("balancers", "lb:587", programs);

describe("what a listener on 587 speaks", () => {
  const cases: [name: string, spoken: "tcp" | "tls" | "unknown" | undefined, program: Written[]][] = [
    ["DigitalOcean tcp", "tcp", drop({})],
    ["DigitalOcean https", "tls", drop(doRule({ entryProtocol: "https" }))],
    ["DigitalOcean https passed through", "unknown", drop(doRule({ entryProtocol: "https", tlsPassthrough: true }))],
    ["DigitalOcean udp", undefined, drop(doRule({ entryProtocol: "udp" }))],
    ["Hetzner tcp", "tcp", hz({})],
    ["Hetzner https", "tls", hz({ protocol: "https" })],
    ["Linode https", "tls", lin({ protocol: "https" })],
    ["Vultr tcp", "tcp", vul({})],
    ["Scaleway tcp", "tcp", scw({})],
    ["Scaleway with a certificate", "tls", scw({ certificateIds: ["c"] })],
    ["Scaleway, certificates not known", "unknown", scw({ certificateIds: unknownText })],
  ];
  it.each(cases)("%s", async (_, spoken, program) => {
    expect(await spokenBy(program)).toEqual(spoken ? [spoken] : []);
  });
});

describe("the same from Terraform plans, joined before anything has an id", () => {
  const plans: [name: string, expected: boolean | "unknown", resources: Resource[]][] = [
    [
      "digitalocean_loadbalancer.lb",
      true,
      [
        { type: "digitalocean_droplet", name: "mail", args: { name: "mail" } },
        {
          ...{ type: "digitalocean_firewall", name: "fw" },
          args: {
            droplet_ids: later("digitalocean_droplet.mail.id"),
            inbound_rule: [
              {
                ...{ protocol: "tcp", port_range: "2587" },
                source_load_balancer_uids: later("digitalocean_loadbalancer.lb.id"),
              },
            ],
          },
        },
        {
          ...{ type: "digitalocean_loadbalancer", name: "lb" },
          args: {
            droplet_ids: later("digitalocean_droplet.mail.id"),
            forwarding_rule: [{ entry_port: 587, entry_protocol: "tcp", target_port: 2587, target_protocol: "tcp" }],
            firewall: [{ allow: ["cidr:8.0.0.0/8"] }],
          },
        },
      ],
    ],
    [
      "hcloud_load_balancer.lb",
      true,
      [
        { type: "hcloud_server", name: "mail", args: { firewall_ids: later("hcloud_firewall.fw.id") } },
        {
          ...{ type: "hcloud_firewall", name: "fw" },
          args: { rule: [{ direction: "in", protocol: "tcp", port: "22", source_ips: world }] },
        },
        { type: "hcloud_load_balancer", name: "lb", args: { load_balancer_type: "lb11" } },
        {
          ...{ type: "hcloud_load_balancer_service", name: "s" },
          args: {
            ...{ load_balancer_id: later("hcloud_load_balancer.lb.id"), protocol: "tcp" },
            ...{ listen_port: 587, destination_port: 2587 },
          },
        },
        {
          ...{ type: "hcloud_load_balancer_target", name: "t" },
          args: {
            ...{ load_balancer_id: later("hcloud_load_balancer.lb.id"), type: "server", use_private_ip: true },
            server_id: later("hcloud_server.mail.id"),
          },
        },
      ],
    ],
    [
      "linode_nodebalancer.lb",
      "unknown",
      [
        { type: "linode_instance", name: "mail", args: { label: "mail", private_ip: true } },
        {
          ...{ type: "linode_firewall", name: "fw" },
          args: {
            linodes: later("linode_instance.mail.id"),
            ...{ inbound_policy: "DROP", outbound_policy: "ACCEPT" },
            inbound: [{ action: "ACCEPT", protocol: "TCP", ports: "2587", ipv4: ["192.168.255.0/24"] }],
          },
        },
        { type: "linode_nodebalancer", name: "lb", args: { label: "lb" } },
        {
          ...{ type: "linode_nodebalancer_config", name: "c" },
          args: { nodebalancer_id: later("linode_nodebalancer.lb.id"), port: 587, protocol: "tcp" },
        },
        {
          ...{ type: "linode_nodebalancer_node", name: "n" },
          args: {
            nodebalancer_id: later("linode_nodebalancer.lb.id"),
            config_id: later("linode_nodebalancer_config.c.id"),
            address: later("linode_instance.mail.private_ip_address"),
          },
        },
      ],
    ],
    [
      "vultr_load_balancer.lb",
      true,
      [
        { type: "vultr_instance", name: "mail", args: { plan: "p" } },
        {
          ...{ type: "vultr_load_balancer", name: "lb" },
          args: {
            attached_instances: later("vultr_instance.mail.id"),
            forwarding_rules: [
              { frontend_port: 587, frontend_protocol: "tcp", backend_port: 2587, backend_protocol: "tcp" },
            ],
          },
        },
      ],
    ],
    [
      "scaleway_lb.lb",
      true,
      [
        {
          ...{ type: "scaleway_instance_server", name: "mail" },
          args: { security_group_id: later("scaleway_instance_security_group.g.id") },
        },
        {
          ...{ type: "scaleway_instance_security_group", name: "g" },
          args: {
            inbound_default_policy: "drop",
            inbound_rule: [{ action: "accept", protocol: "TCP", port: 2587, ip_range: "0.0.0.0/0" }],
          },
        },
        { type: "scaleway_lb", name: "lb", args: { type: "LB-S", assign_flexible_ip: true } },
        {
          ...{ type: "scaleway_lb_frontend", name: "f" },
          args: {
            ...{ lb_id: later("scaleway_lb.lb.id"), backend_id: later("scaleway_lb_backend.b.id") },
            inbound_port: 587,
            acl: [{ action: [{ type: "deny" }], match: [{ ip_subnet: ["9.0.0.0/8"] }] }],
          },
        },
        {
          ...{ type: "scaleway_lb_backend", name: "b" },
          args: {
            ...{ lb_id: later("scaleway_lb.lb.id"), forward_protocol: "tcp", forward_port: 2587 },
            server_ips: [later("scaleway_instance_server.mail.private_ip")],
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
});
