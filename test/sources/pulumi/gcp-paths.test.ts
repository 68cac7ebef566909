import { nothingDeclared } from "../../../model/declaration.js";
import { factsNamed } from "../../../model/fact.js";
import { answer, factsOf, forms, fromState, unknownList, unknownText, type Written } from "./programs.js";

const network = (more: object = {}): Written => ({ type: "gcpNetwork", name: "net", inputs: { name: "net", ...more } });
const instance = (nic: object = {}, more: object = {}): Written => ({
  ...{ type: "gcpInstance", name: "mail", id: "projects/p/zones/europe-west1-b/instances/mail" },
  inputs: {
    name: "mail",
    zone: "europe-west1-b",
    networkInterfaces: [{ network: "net", subnetwork: "sub", ...nic }],
    ...more,
  },
});
const subnetwork = (name: string): Written => ({ type: "gcpSubnetwork", name, inputs: { name, network: "net" } });
const open = (port = "587", ...sourceRanges: string[]): Written => ({
  ...{ type: "gcpFirewall", name: "open" },
  inputs: {
    ...{ network: "net", allows: [{ protocol: "tcp", ports: [port] }] },
    sourceRanges: sourceRanges.length > 0 ? sourceRanges : ["0.0.0.0/0"],
  },
});
const forwarding = (more: object): Written => ({
  ...{ type: "gcpForwarding", name: "lb", inputs: { portRange: "587", ...more } },
});
const pool: Written = { type: "gcpPool", name: "pool", inputs: { name: "pool", instances: ["europe-west1-b/mail"] } };
const group: Written = {
  ...{ type: "gcpGroup", name: "ig", id: "projects/p/zones/europe-west1-b/instanceGroups/ig" },
  inputs: {
    name: "ig",
    instances: ["projects/p/zones/europe-west1-b/instances/mail"],
    namedPorts: [{ name: "smtp", port: 2587 }],
  },
};
const service = (type: "gcpBackend" | "gcpRegionBackend", more: object = {}): Written => ({
  ...{ type, name: "svc", id: "projects/p/global/backendServices/svc" },
  inputs: { name: "svc", backends: [{ group: "projects/p/zones/europe-west1-b/instanceGroups/ig" }], ...more },
});
const viaService = forwarding({
  portRange: undefined,
  ports: ["587"],
  backendService: "projects/p/global/backendServices/svc",
});
const proxy = (type: "gcpTcpProxy" | "gcpSslProxy"): Written => ({
  ...{ type, name: "proxy", id: "projects/p/global/targetProxies/proxy" },
  inputs: { name: "proxy", backendService: "projects/p/global/backendServices/svc" },
});
const viaProxy: Written = {
  ...{ type: "gcpGlobalForwarding", name: "lb" },
  inputs: { portRange: "587-587", target: "projects/p/global/targetProxies/proxy" },
};
const managed: Written[] = [
  {
    ...{ type: "gcpTemplate", name: "template", id: "projects/p/global/instanceTemplates/t" },
    inputs: { networkInterfaces: [{ network: "net", subnetwork: "sub" }], tags: ["mx"] },
  },
  {
    ...{ type: "gcpManager", name: "mig", id: "projects/p/zones/europe-west1-b/instanceGroupManagers/mig" },
    inputs: {
      name: "mig",
      zone: "europe-west1-b",
      versions: [{ instanceTemplate: "projects/p/global/instanceTemplates/t" }],
    },
  },
];
const site = [network(), subnetwork("sub"), instance()];

type Table = Readonly<Record<string, Written[]>>;

/** Can an IPv4 client of the internet connect to tcp/587 of the load balancer? */
const balanced: Table = {
  fail_target_pool: [...site, open(), pool, forwarding({ target: "pool" })],
  pass_firewall_of_the_backends: [...site, open("25"), pool, forwarding({ target: "pool" })],
  pass_another_port: [...site, open(), pool, forwarding({ target: "pool", portRange: "25" })],
  pass_udp: [...site, open(), pool, forwarding({ target: "pool", ipProtocol: "UDP" })],
  fail_every_port: [...site, open(), pool, forwarding({ target: "pool", portRange: undefined })],
  fail_backend_service: [...site, open(), group, service("gcpRegionBackend"), viaService],
  pass_internal: [
    ...[...site, open(), group, service("gcpRegionBackend")],
    forwarding({ ports: ["587"], portRange: undefined, loadBalancingScheme: "INTERNAL", backendService: "svc" }),
  ],
  pass_other_clients: [...site, open(), pool, forwarding({ target: "pool", sourceIpRanges: ["192.0.2.0/24"] })],
  unknown_pool_of_another_program: [...site, open(), forwarding({ target: "projects/p/regions/r/targetPools/other" })],
  unknown_instances: [
    ...site,
    open(),
    { ...pool, inputs: { name: "pool", instances: unknownList } },
    forwarding({ target: "pool" }),
  ],
  unknown_port: [...site, open(), pool, forwarding({ target: "pool", portRange: unknownText })],
  unknown_scheme: [...site, open(), pool, forwarding({ target: "pool", loadBalancingScheme: unknownText })],
  fail_target_instance: [
    ...[...site, open(), forwarding({ target: "one" })],
    {
      type: "gcpTargetInstance",
      name: "one",
      inputs: { name: "one", instance: "projects/p/zones/europe-west1-b/instances/mail" },
    },
  ],
  fail_proxy_to_the_named_port: [
    ...[...site, open("2587", "35.191.0.0/16", "130.211.0.0/22"), group],
    ...[service("gcpBackend", { portName: "smtp" }), proxy("gcpTcpProxy"), viaProxy],
  ],
  pass_proxy_that_the_firewall_keeps_out: [
    ...[...site, open("2587", "192.0.2.0/24"), group],
    ...[service("gcpBackend", { portName: "smtp" }), proxy("gcpTcpProxy"), viaProxy],
  ],
  pass_proxy_to_another_port: [
    ...[...site, open("587"), group],
    ...[service("gcpBackend", { portName: "smtp" }), proxy("gcpTcpProxy"), viaProxy],
  ],
  fail_managed_group: [
    ...[network(), subnetwork("sub"), ...managed, open()],
    service("gcpRegionBackend", { backends: [{ group: "projects/p/zones/europe-west1-b/instanceGroups/mig" }] }),
    viaService,
  ],
};

const nat = (more: object = {}): Written[] => [
  { type: "gcpRouter", name: "router", inputs: { name: "router", network: "net", region: "europe-west1" } },
  {
    ...{ type: "gcpNat", name: "nat" },
    inputs: {
      ...{ router: "router", region: "europe-west1", sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES" },
      ...more,
    },
  },
];
const listed = (name: string) => nat({ sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS", subnetworks: [{ name }] });
const route = (more: object): Written => ({
  ...{ type: "gcpRoute", name: "r", inputs: { network: "net", destRange: "0.0.0.0/0", ...more } },
});
const toInternet = { nextHopGateway: "default-internet-gateway" };
const outside = { accessConfigs: [{}] };
const published = [network(), subnetwork("sub"), instance(outside)];

/** Can `mail` connect to tcp/587 of an IPv4 address of the internet? */
const out: Table = {
  pass_external_address: published,
  fail_neither_address_nor_nat: site,
  pass_cloud_nat: [...site, ...nat()],
  fail_cloud_nat_of_another_region: [...site, ...nat({ region: "us-central1" })],
  fail_private_nat: [...site, ...nat({ type: "PRIVATE" })],
  pass_cloud_nat_for_its_subnetwork: [...site, ...listed("sub")],
  fail_cloud_nat_for_another_subnetwork: [...site, subnetwork("other"), ...listed("other")],
  unknown_cloud_nat_for_a_subnetwork_not_known: [...site, ...listed(unknownText)],
  fail_cloud_nat_of_another_network: [
    ...site,
    { type: "gcpNetwork", name: "net2", inputs: { name: "net2" } },
    ...nat().map((each) => (each.name === "router" ? { ...each, inputs: { ...each.inputs, network: "net2" } } : each)),
  ],
  fail_default_routes_deleted: [network({ deleteDefaultRoutesOnCreate: true }), subnetwork("sub"), instance(outside)],
  pass_own_default_route: [
    ...[network({ deleteDefaultRoutesOnCreate: true }), subnetwork("sub"), instance(outside)],
    route(toInternet),
  ],
  pass_route_for_its_tag: [
    ...[network({ deleteDefaultRoutesOnCreate: true }), subnetwork("sub"), instance(outside, { tags: ["mx"] })],
    route({ ...toInternet, tags: ["mx"] }),
  ],
  fail_route_for_another_tag: [
    ...[network({ deleteDefaultRoutesOnCreate: true }), subnetwork("sub"), instance(outside, { tags: ["web"] })],
    route({ ...toInternet, tags: ["mx"] }),
  ],
  unknown_appliance_with_better_priority: [...published, route({ nextHopIp: "10.0.0.9", priority: 900 })],
  pass_appliance_with_worse_priority: [...published, route({ nextHopIp: "10.0.0.9", priority: 1100 })],
  unknown_appliance_on_a_longer_prefix: [
    ...published,
    route({ destRange: "8.8.0.0/16", nextHopIp: "10.0.0.9", priority: 2000 }),
  ],
  pass_network_outside_the_program: [
    instance({ ...outside, network: "projects/p/global/networks/else", subnetwork: undefined }),
  ],
};

const truths = { pass: true, fail: false, unknown: "unknown" } as const;
const kindOf = (name: string) => name.slice(0, name.indexOf("_")) as keyof typeof truths;

describe.each(Object.entries(forms))("Google Cloud, from %s", (_, form) => {
  it.each(Object.entries(balanced))("tcp/587 of a load balancer: %s", async (name, program) => {
    const said = answer(factsOf(await form(program)), "reachable", "lb:587", "8.8.8.8");
    expect(said).toBe({ pass: false, fail: true, unknown: "unknown" }[kindOf(name)]);
  });

  it.each(Object.entries(out))("the way out: %s", async (name, program) => {
    const relays = [{ host: "relay", port: 587, clients: ["mail"] }];
    const facts = factsOf(await form(program), { ...nothingDeclared, relays });
    const said = answer(facts, "egressAllowed", "mail -> relay:587", "8.8.8.8");
    expect(name.startsWith("pass_network_outside") ? said !== false : said).toBe(
      name.startsWith("pass_network_outside") ? true : truths[kindOf(name)],
    );
  });
});

it("instances of a managed group are judged by their template", async () => {
  const rule: Written = { ...open(), inputs: { ...open().inputs, targetTags: ["mx"] } };
  const facts = factsOf(await fromState([network(), subnetwork("sub"), ...managed, rule]));
  expect(answer(facts, "reachable", "mig:587", "10.0.0.9")).toBe(true);
  expect(answer(facts, "reachable", "mig:587", "8.8.8.8")).toBe(false);
});

it.each([
  ["gcpTcpProxy", "tcp"],
  ["gcpSslProxy", "tls"],
] as const)("what a proxy speaks: %s", async (type, value) => {
  const facts = factsOf(await fromState([...site, group, service("gcpBackend"), proxy(type), viaProxy]));
  expect(factsNamed(facts, "listenerProtocol")).toMatchObject([{ subject: "lb:587", value }]);
});

it("a range that is none is refused with its path", async () => {
  await expect(fromState([...site, pool, forwarding({ target: "pool", portRange: "600-500" })])).rejects.toThrow(
    /lb#portRange.*reversed/,
  );
});
