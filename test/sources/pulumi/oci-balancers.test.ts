import { later, planOf, read as readPlan } from "../terraform-plans.js";
import { answer, factsOf, unknownText, type Written } from "./programs.js";
import { describeTruths, spokenBy } from "./truths.js";

type Inputs = Record<string, unknown>;
const world = "0.0.0.0/0";
const tcp = (port: number, source = world) => ({ protocol: "6", source, tcpOptions: { min: port, max: port } });

interface Site {
  readonly balancer?: Inputs;
  readonly listener?: Inputs;
  readonly set?: Inputs;
  readonly backend?: Inputs;
  /** Rules of the subnets of the balancer and of the server. */
  readonly before?: readonly object[];
  readonly behind?: readonly object[];
}

/** A balancer `lb` in a subnet of its own, and the server `mail` at port 2587 in another. */
function site({ balancer, listener, set, backend, before = [tcp(587)], behind = [tcp(2587)] }: Site = {}): Written[] {
  const subnet = (name: string, cidrBlock: string, rules: readonly object[]): Written[] => [
    { type: "ociList", name: `${name}-list`, id: `${name}-list`, inputs: { ingressSecurityRules: rules } },
    { type: "ociSubnet", name, id: name, inputs: { securityListIds: [`${name}-list`], cidrBlock } },
  ];
  return [
    ...subnet("edge", "10.0.0.0/24", before),
    ...subnet("inner", "10.0.1.0/24", behind),
    {
      ...{ type: "ociInstance", name: "mail", id: "i" },
      inputs: { createVnicDetails: { subnetId: "inner", privateIp: "10.0.1.5", assignPublicIp: "false" } },
    },
    { type: "ociNlb", name: "lb", id: "lb", inputs: { subnetId: "edge", isPrivate: false, ...balancer } },
    { type: "ociNlbSet", name: "set", inputs: { networkLoadBalancerId: "lb", name: "smtp", ...set } },
    {
      ...{ type: "ociNlbListener", name: "l" },
      inputs: {
        ...{ networkLoadBalancerId: "lb", defaultBackendSetName: "smtp", port: 587, protocol: "TCP" },
        ...listener,
      },
    },
    {
      ...{ type: "ociNlbBackend", name: "b" },
      inputs: { networkLoadBalancerId: "lb", backendSetName: "smtp", port: 2587, targetId: "i", ...backend },
    },
  ];
}

/** The same behind a load balancer of the other service, which connects itself. */
function classic({ balancer, listener, behind }: Site = {}): Written[] {
  const others = site({ ...(behind ? { behind } : {}) }).filter(({ type }) => !type.startsWith("ociNlb"));
  return [
    ...others,
    { type: "ociLb", name: "lb", id: "lb", inputs: { subnetIds: ["edge"], ...balancer } },
    { type: "ociLbSet", name: "set", inputs: { loadBalancerId: "lb", name: "smtp" } },
    {
      ...{ type: "ociLbListener", name: "l" },
      inputs: { loadBalancerId: "lb", defaultBackendSetName: "smtp", port: 587, protocol: "TCP", ...listener },
    },
    {
      ...{ type: "ociLbBackend", name: "b" },
      inputs: { loadBalancerId: "lb", backendsetName: "smtp", port: 2587, ipAddress: "10.0.1.5" },
    },
  ];
}

/** Does `lb` bring 8.8.8.8 to tcp/587? The name says so. */
const programs: Readonly<Record<string, Written[]>> = {
  fail_to_the_backend_port: site(),
  pass_backend_rules_name_the_listener_port: site({ behind: [tcp(587)] }),
  pass_own_subnet_closed: site({ before: [tcp(465)] }),
  pass_private_by_default: site({ balancer: { isPrivate: undefined } }),
  unknown_private: site({ balancer: { isPrivate: unknownText } }),
  fail_backend_sees_the_client: site({ behind: [tcp(2587, "8.8.8.0/24")] }),
  pass_backend_sees_the_client: site({ behind: [tcp(2587, "10.0.0.0/24")] }),
  fail_source_not_preserved: site({ set: { isPreserveSource: false }, behind: [tcp(2587, "10.0.0.0/24")] }),
  pass_source_not_preserved: site({ set: { isPreserveSource: false }, behind: [tcp(2587, "8.8.8.0/24")] }),
  unknown_preservation: site({ set: { isPreserveSource: unknownText }, behind: [tcp(2587, "8.8.8.0/24")] }),
  pass_udp: site({ listener: { protocol: "UDP" } }),
  fail_tcp_and_udp: site({ listener: { protocol: "TCP_AND_UDP" } }),
  unknown_every_port: site({ listener: { protocol: "ANY", port: 0 } }),
  unknown_l3ip_takes_every_port: site({ listener: { protocol: "L3IP", port: 0 } }),
  fail_by_address: site({ backend: { targetId: undefined, ipAddress: "10.0.1.5" } }),
  unknown_by_another_address: site({ backend: { targetId: undefined, ipAddress: "10.0.1.6" } }),
  unknown_backend_of_another_set: site({ backend: { backendSetName: "web" } }),
  fail_classic: classic(),
  fail_classic_connects_from_its_subnet: classic({ behind: [tcp(2587, "10.0.0.0/24")] }),
  pass_classic_shows_no_client: classic({ behind: [tcp(2587, "8.8.8.0/24")] }),
  pass_classic_private: classic({ balancer: { isPrivate: true } }),
  pass_classic_http: classic({ listener: { protocol: "HTTP" } }),
};

describeTruths("balancers of Oracle Cloud", "lb:587", programs);

it.each([
  ["tcp", classic()],
  ["tls", classic({ listener: { sslConfiguration: { certificateName: "c" } } })],
])("a listener of a load balancer speaks %s", async (spoken, program) => {
  expect(await spokenBy(program)).toEqual([spoken]);
});

it("joins a Terraform plan before anything has an id", async () => {
  const subnet = (name: string, cidr: string, port: number) => [
    {
      ...{ type: "oci_core_security_list", name },
      args: {
        vcn_id: "v",
        ingress_security_rules: [{ protocol: "6", source: world, tcp_options: [{ min: port, max: port }] }],
      },
    },
    {
      ...{ type: "oci_core_subnet", name },
      args: { vcn_id: "v", cidr_block: cidr, security_list_ids: later(`oci_core_security_list.${name}.id`) },
    },
  ];
  const lb = { network_load_balancer_id: later("oci_network_load_balancer_network_load_balancer.lb.id") };
  const plan = planOf([
    ...subnet("edge", "10.0.0.0/24", 587),
    ...subnet("inner", "10.0.1.0/24", 2587),
    {
      ...{ type: "oci_core_instance", name: "mail" },
      args: { create_vnic_details: [{ subnet_id: later("oci_core_subnet.inner.id"), assign_public_ip: "false" }] },
    },
    {
      ...{ type: "oci_network_load_balancer_network_load_balancer", name: "lb" },
      args: { subnet_id: later("oci_core_subnet.edge.id"), is_private: false, display_name: "lb" },
    },
    {
      ...{ type: "oci_network_load_balancer_backend_set", name: "set" },
      args: { ...lb, name: "smtp", policy: "FIVE_TUPLE" },
    },
    {
      ...{ type: "oci_network_load_balancer_listener", name: "l" },
      args: { ...lb, default_backend_set_name: "smtp", port: 587, protocol: "TCP", name: "l" },
    },
    {
      ...{ type: "oci_network_load_balancer_backend", name: "b" },
      args: { ...lb, backend_set_name: "smtp", port: 2587, target_id: later("oci_core_instance.mail.id") },
    },
  ]);
  const facts = factsOf(await readPlan(plan));
  const subject = "oci_network_load_balancer_network_load_balancer.lb";
  expect(answer(facts, "reachable", `${subject}:587`, "8.8.8.8")).toBe(true);
  expect(answer(facts, "reachable", `${subject}:465`, "8.8.8.8")).toBe(false);
});
