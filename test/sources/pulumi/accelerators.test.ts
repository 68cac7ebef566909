import { answer, factsOf, forms, fromState, unknownText, type Written } from "./programs.js";

const tcp = (port: number, cidr: string) => ({ protocol: "tcp", fromPort: port, toPort: port, cidrBlocks: [cidr] });
const base = (rule: object): Written[] => [
  { type: "group", name: "g", id: "sg-1", inputs: { vpcId: "vpc-1", ingress: [rule], egress: [] } },
  { type: "vpc", name: "v", id: "vpc-1", inputs: { cidrBlock: "10.0.0.0/16" } },
  { type: "subnet", name: "s", id: "subnet-1", inputs: { vpcId: "vpc-1", cidrBlock: "10.0.1.0/24" } },
  { type: "table", name: "rt", id: "rtb-1", inputs: { vpcId: "vpc-1", routes: [] } },
  { type: "tableAssociation", name: "rta", inputs: { routeTableId: "rtb-1", subnetId: "subnet-1" } },
  { type: "instance", name: "mail", id: "i-1", inputs: { vpcSecurityGroupIds: ["sg-1"], subnetId: "subnet-1" } },
];
const accelerator = (more: object = {}): Written => ({
  ...{ type: "accelerator", name: "ga", id: "arn:ga", inputs: { name: "ga", ...more } },
});
const listener = (more: object = {}): Written => ({
  ...{ type: "acceleratorListener", name: "l", id: "arn:l" },
  inputs: { acceleratorArn: "arn:ga", protocol: "TCP", portRanges: [{ fromPort: 500, toPort: 600 }], ...more },
});
const endpoints = (more: object = {}, id = "i-1"): Written => ({
  ...{ type: "endpointGroup", name: "eg" },
  inputs: { listenerArn: "arn:l", endpointConfigurations: [{ endpointId: id, weight: 128 }], ...more },
});
const moved = { portOverrides: [{ listenerPort: 587, endpointPort: 2587 }] };
const world = "0.0.0.0/0";

type Table = Readonly<Record<string, Written[]>>;

/** Can 8.8.8.8 connect to tcp/587 of the accelerator, whose instance has no public address? */
const inward: Table = {
  open: [...base(tcp(587, world)), accelerator(), listener(), endpoints()],
  closed_by_the_group: [...base(tcp(25, world)), accelerator(), listener(), endpoints()],
  closed_group_for_other_clients: [...base(tcp(587, "192.0.2.0/24")), accelerator(), listener(), endpoints()],
  open_group_for_this_client: [...base(tcp(587, "8.8.8.0/24")), accelerator(), listener(), endpoints()],
  closed_no_listener_for_the_port: [
    ...base(tcp(587, world)),
    ...[accelerator(), listener({ portRanges: [{ fromPort: 25, toPort: 25 }] }), endpoints()],
  ],
  closed_listener_for_udp: [...base(tcp(587, world)), accelerator(), listener({ protocol: "UDP" }), endpoints()],
  closed_turned_off: [...base(tcp(587, world)), accelerator({ enabled: false }), listener(), endpoints()],
  open_on_another_port: [...base(tcp(2587, world)), accelerator(), listener(), endpoints(moved)],
  closed_on_another_port: [...base(tcp(587, world)), accelerator(), listener(), endpoints(moved)],
  unknown_ports: [
    ...base(tcp(587, world)),
    ...[accelerator(), listener({ portRanges: [{ fromPort: unknownText, toPort: unknownText }] }), endpoints()],
  ],
  unknown_elastic_address_behind: [...base(tcp(587, world)), accelerator(), listener(), endpoints({}, "eipalloc-1")],
  unknown_groups_of_another_program: [...base(tcp(587, world)), accelerator(), listener()],
  closed_acl: [
    ...[...base(tcp(587, world)), accelerator(), listener(), endpoints()],
    { type: "acl", name: "acl", inputs: { vpcId: "vpc-1", subnetIds: ["subnet-1"], ingress: [], egress: [] } },
  ],
};

const truths = { open: true, closed: false, unknown: "unknown" } as const;
const truthOf = (name: string) => truths[(name.split("_")[0] ?? "") as keyof typeof truths];

describe.each(Object.entries(forms))("a Global Accelerator, from %s", (_, form) => {
  it.each(Object.entries(inward))("%s", async (name, program) => {
    expect(answer(factsOf(await form(program)), "reachable", "ga:587", "8.8.8.8")).toBe(truthOf(name));
  });
});

it("has no addresses of version 6 unless it is told to", async () => {
  const facts = factsOf(await fromState(inward.open as Written[]));
  expect(answer(facts, "reachable", "ga:587", "2600::1")).toBe(false);
});

it("the instance behind is judged for itself where the accelerator is seen", async () => {
  const facts = factsOf(await fromState(inward.open as Written[]));
  expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(false);
  const unseen = factsOf(await fromState([...base(tcp(587, world)), endpoints()]));
  expect(answer(unseen, "reachable", "mail:587", "8.8.8.8")).toBe(true);
});
