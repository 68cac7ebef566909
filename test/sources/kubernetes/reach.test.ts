import { AddressSet } from "../../../model/addresses.js";
import { nothingDeclared } from "../../../model/declaration.js";
import { answer, factsOf } from "../pulumi/programs.js";
import { deployment, fromManifests, type Manifest, pod, policy, service } from "./manifests.js";

const world = "8.8.8.8";
const world6 = "2001:4860:4860::8888";
const pods = { podSelector: { matchLabels: { app: "mail" } } };
const from = (...cidrs: string[]) => cidrs.map((cidr) => ({ ipBlock: { cidr } }));
const tcp = (port: number | string) => [{ protocol: "TCP", port }];
/** Pods that the cluster reports with public addresses: of clients in the internet the policies alone decide. */
const routed = (spec: Manifest, ...addresses: string[]): Manifest => ({
  ...pod("mail", undefined),
  ...{ spec, status: { podIPs: addresses.map((ip) => ({ ip })) } },
});
const at = (...addresses: string[]) => routed({ containers: [{ name: "main" }] }, ...addresses);
const both = ["51.1.1.9", "2a01::9"];
const bare = at(...both);
const mail = routed({ containers: [{ name: "m", ports: [{ name: "submission", containerPort: 2587 }] }] }, ...both);
const balancer = (spec: Manifest = {}, annotations: Manifest = {}) =>
  service(
    "mail",
    {
      type: "LoadBalancer",
      externalTrafficPolicy: "Local",
      selector: { app: "mail" },
      ports: [{ port: 587, targetPort: 2587 }],
      ...spec,
    },
    annotations,
  );
const opens = (port: number | string, ...cidrs: string[]) =>
  policy("mail", { ...pods, ingress: [{ ...(cidrs.length > 0 ? { from: from(...cidrs) } : {}), ports: tcp(port) }] });

type Truth = boolean | "unknown";

/** Who connects to `subject`, by peer. */
const incoming: readonly (readonly [
  name: string,
  objects: readonly Manifest[],
  subject: string,
  truth: Record<string, Truth>,
])[] = [
  ["pass_no_policy_selects_it", [bare], "mail:587", { [world]: true, [world6]: true }],
  ["fail_policy_without_rules", [bare, policy("deny", { podSelector: {} })], "mail:587", { [world]: false }],
  [
    "fail_empty_ingress",
    [bare, policy("deny", { ...pods, ingress: [], policyTypes: ["Ingress"] })],
    "mail:587",
    { [world]: false },
  ],
  [
    "pass_empty_rule_is_everything",
    [bare, policy("all", { ...pods, ingress: [{}] })],
    "mail:587",
    { [world]: true, [world6]: true },
  ],
  [
    "pass_egress_policy_alone",
    [bare, policy("out", { ...pods, policyTypes: ["Egress"] })],
    "mail:587",
    { [world]: true },
  ],
  ["pass_other_namespace", [bare, policy("deny", { podSelector: {} }, "shop")], "mail:587", { [world]: true }],
  [
    "pass_other_label",
    [bare, policy("deny", { podSelector: { matchLabels: { app: "web" } } })],
    "mail:587",
    { [world]: true },
  ],
  [
    "pass_union_of_policies",
    [bare, policy("deny", { podSelector: {} }), opens(587, "0.0.0.0/0")],
    "mail:587",
    { [world]: true, [world6]: false },
  ],
  [
    "part_block_with_exceptions",
    [
      bare,
      policy("mail", { ...pods, ingress: [{ from: [{ ipBlock: { cidr: "8.0.0.0/8", except: ["8.8.0.0/16"] } }] }] }),
    ],
    "mail:587",
    { [world]: false, "8.1.1.1": true },
  ],
  [
    "pass_halves_of_the_internet",
    [bare, opens(587, "0.0.0.0/1", "128.0.0.0/1")],
    "mail:587",
    { [world]: true, "151.1.1.1": true },
  ],
  ["pass_host_bits_are_cut", [bare, opens(587, "1.2.3.4/0")], "mail:587", { [world]: true }],
  [
    "fail_udp_rule",
    [bare, policy("mail", { ...pods, ingress: [{ ports: [{ protocol: "UDP", port: 587 }] }] })],
    "mail:587",
    { [world]: false },
  ],
  [
    "pass_end_port",
    [bare, policy("mail", { ...pods, ingress: [{ ports: [{ port: 500, endPort: 600 }] }] })],
    "mail:587",
    { [world]: true },
  ],
  [
    "pass_protocol_without_port",
    [bare, policy("mail", { ...pods, ingress: [{ ports: [{ protocol: "TCP" }] }] })],
    "mail:587",
    { [world]: true },
  ],
  [
    "pass_named_port",
    [routed({ containers: [{ name: "m", ports: [{ name: "smtp", containerPort: 587 }] }] }, ...both), opens("smtp")],
    "mail:587",
    { [world]: true },
  ],
  ["fail_named_port_of_nobody", [bare, opens("smtp")], "mail:587", { [world]: false }],
  ["fail_container_names_another_port", [mail], "mail:587", { [world]: false }],
  [
    "part_from_a_known_pod",
    [
      bare,
      pod("web", "10.1.2.3"),
      policy("mail", { ...pods, ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }] }] }),
    ],
    "mail:587",
    { "10.1.2.3": true, "10.1.2.4": false, [world]: false },
  ],
  [
    "unknown_from_a_pod_without_address",
    [
      bare,
      deployment("web"),
      policy("mail", { ...pods, ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }] }] }),
    ],
    "mail:587",
    { "10.1.2.3": "unknown", [world]: false },
  ],
  [
    "unknown_from_pods_not_seen",
    [bare, policy("mail", { ...pods, ingress: [{ from: [{ namespaceSelector: {} }] }] })],
    "mail:587",
    { "10.1.2.3": "unknown", [world]: false },
  ],
  [
    "part_both_selectors_at_once",
    [
      bare,
      pod("web", "10.1.2.3", { app: "web" }, "shop"),
      pod("db", "10.1.2.4", { app: "db" }, "shop"),
      policy("mail", {
        ...pods,
        ingress: [
          {
            from: [
              {
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
                podSelector: { matchLabels: { app: "web" } },
              },
            ],
          },
        ],
      }),
    ],
    "mail:587",
    { "10.1.2.3": true, "10.1.2.4": false },
  ],
  [
    "pass_expressions",
    [
      bare,
      policy("deny", {
        podSelector: {
          matchExpressions: [
            { key: "app", operator: "NotIn", values: ["mail"] },
            { key: "tier", operator: "DoesNotExist" },
          ],
        },
      }),
    ],
    "mail:587",
    { [world]: true },
  ],
  [
    "fail_expressions",
    [
      bare,
      policy("deny", {
        podSelector: {
          matchExpressions: [
            { key: "app", operator: "In", values: ["mail"] },
            { key: "tier", operator: "DoesNotExist" },
          ],
        },
      }),
    ],
    "mail:587",
    { [world]: false },
  ],
  [
    "unknown_host_network",
    [deployment("mail", { hostNetwork: true }), policy("deny", { podSelector: {} })],
    "mail:587",
    { [world]: "unknown" },
  ],
  [
    "unknown_cilium_policy",
    [
      bare,
      {
        apiVersion: "cilium.io/v2",
        kind: "CiliumNetworkPolicy",
        metadata: { name: "x", namespace: "mail" },
        spec: { endpointSelector: {} },
      },
    ],
    "mail:587",
    { [world]: "unknown" },
  ],
  [
    "unknown_istio_policy_of_the_root_namespace",
    [
      bare,
      {
        apiVersion: "security.istio.io/v1",
        kind: "AuthorizationPolicy",
        metadata: { name: "x", namespace: "istio-system" },
        spec: { action: "DENY" },
      },
    ],
    "mail:587",
    { [world]: "unknown" },
  ],
  [
    "pass_istio_policy_of_another_namespace",
    [
      bare,
      {
        apiVersion: "security.istio.io/v1",
        kind: "AuthorizationPolicy",
        metadata: { name: "x", namespace: "web" },
        spec: { action: "DENY" },
      },
    ],
    "mail:587",
    { [world]: true },
  ],
  [
    "pass_cilium_policy_for_others",
    [
      bare,
      {
        apiVersion: "cilium.io/v2",
        kind: "CiliumNetworkPolicy",
        metadata: { name: "x", namespace: "mail" },
        spec: { endpointSelector: { matchLabels: { app: "web" } } },
      },
    ],
    "mail:587",
    { [world]: true },
  ],
  [
    "unknown_network_policy_of_another_version",
    [bare, { ...policy("deny", pods), apiVersion: "networking.k8s.io/v2" }],
    "mail:587",
    { [world]: "unknown" },
  ],
  [
    "unknown_admin_policy_of_another_version",
    [
      bare,
      { ...policy("deny", {}, "elsewhere"), apiVersion: "policy.networking.k8s.io/v1", kind: "AdminNetworkPolicy" },
    ],
    "mail:587",
    { [world]: "unknown" },
  ],
  // Services: policies see the port of the pods.
  ["fail_policy_names_the_port_of_the_service", [bare, balancer(), opens(587)], "mail:587", { [world]: false }],
  [
    "pass_policy_names_the_port_of_the_pods",
    [bare, balancer(), opens(2587)],
    "mail:587",
    { [world]: true, [world6]: true },
  ],
  [
    "pass_named_target_port",
    [mail, balancer({ ports: [{ port: 587, targetPort: "submission" }] }), opens("submission")],
    "mail:587",
    { [world]: true },
  ],
  [
    "fail_target_port_of_nobody",
    [mail, balancer({ ports: [{ port: 587, targetPort: "smtp" }] })],
    "mail:587",
    { [world]: false },
  ],
  ["fail_other_port_of_the_service", [bare, balancer()], "mail:465", { [world]: false }],
  [
    "part_source_ranges",
    [bare, balancer({ loadBalancerSourceRanges: ["8.8.8.0/24"] })],
    "mail:587",
    { [world]: true, "9.9.9.9": false },
  ],
  [
    "part_source_ranges_as_annotation",
    [bare, balancer({}, { "service.beta.kubernetes.io/load-balancer-source-ranges": "8.8.8.0/24, 10.0.0.0/8" })],
    "mail:587",
    { [world]: true, "9.9.9.9": false, "10.1.1.1": true },
  ],
  [
    "fail_internal_annotation",
    [bare, balancer({}, { "networking.gke.io/load-balancer-type": "Internal" })],
    "mail:587",
    { [world]: false, "10.1.1.1": true },
  ],
  [
    "fail_aws_controller_is_internal",
    [bare, balancer({ loadBalancerClass: "service.k8s.aws/nlb" })],
    "mail:587",
    { [world]: false },
  ],
  [
    "pass_aws_controller_internet_facing",
    [
      bare,
      balancer(
        { loadBalancerClass: "service.k8s.aws/nlb" },
        { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing" },
      ),
    ],
    "mail:587",
    { [world]: true },
  ],
  [
    "fail_address_is_private",
    [bare, { ...balancer(), status: { loadBalancer: { ingress: [{ ip: "10.9.9.9" }] } } }],
    "mail:587",
    { [world]: false },
  ],
  [
    "unknown_clients_are_hidden",
    [bare, balancer({ externalTrafficPolicy: "Cluster" }), opens(2587, "8.8.8.0/24")],
    "mail:587",
    { [world]: "unknown", "9.9.9.9": false },
  ],
  [
    "pass_hidden_clients_of_an_open_policy",
    [bare, balancer({ externalTrafficPolicy: "Cluster" }), opens(2587)],
    "mail:587",
    { [world]: true },
  ],
  [
    "unknown_nodes_may_be_let_in",
    [bare, balancer({ externalTrafficPolicy: "Cluster" }), opens(2587, "10.0.0.0/8")],
    "mail:587",
    { [world]: "unknown" },
  ],
  ["fail_cluster_ip", [bare, balancer({ type: "ClusterIP" })], "mail:587", { [world]: false, "10.1.1.1": true }],
  [
    "pass_external_ip",
    [bare, balancer({ type: "ClusterIP", externalIPs: ["51.1.1.1"] })],
    "mail (external IP):587",
    { [world]: true },
  ],
  [
    "fail_private_external_ip",
    [bare, balancer({ type: "ClusterIP", externalIPs: ["10.1.1.1"] })],
    "mail (external IP):587",
    { [world]: false },
  ],
  [
    "pass_node_port",
    [bare, balancer({ type: "NodePort", ports: [{ port: 587, targetPort: 2587, nodePort: 587 }] })],
    "mail:587",
    { [world]: true },
  ],
  [
    "fail_node_port_elsewhere",
    [bare, balancer({ type: "NodePort", ports: [{ port: 587, nodePort: 30587 }] })],
    "mail:587",
    { [world]: false },
  ],
  [
    "unknown_pods_of_a_service_not_seen",
    [balancer(), policy("x", { podSelector: { matchLabels: { tier: "a" } } })],
    "mail:587",
    { [world]: "unknown" },
  ],
  [
    "fail_pods_not_seen_that_a_policy_surely_selects",
    [balancer(), policy("x", { podSelector: {} })],
    "mail:587",
    { [world]: false },
  ],
  [
    "pass_host_port",
    [deployment("relay", { containers: [{ name: "m", ports: [{ containerPort: 25, hostPort: 587 }] }] })],
    "relay (host port):587",
    { [world]: true },
  ],
  ["fail_policy_for_pods_not_seen", [opens(587, "10.0.0.0/8")], "mail:587", { [world]: false, "10.1.1.1": true }],
];

/** What `subject` can connect to. */
const outgoing: typeof incoming = [
  ["pass_no_egress_policy", [bare], "mail", { [world]: true }],
  [
    "fail_egress_without_rules",
    [bare, policy("out", { ...pods, policyTypes: ["Egress"] })],
    "mail",
    { [world]: false },
  ],
  [
    "pass_types_left_out_without_egress_rules",
    [bare, policy("in", { ...pods, egress: [] })],
    "mail",
    { [world]: true },
  ],
  [
    "fail_types_left_out_with_egress_rules",
    [bare, policy("out", { ...pods, egress: [{ ports: tcp(25) }] })],
    "mail",
    { [world]: false },
  ],
  ["pass_egress_587", [bare, policy("out", { ...pods, egress: [{ ports: tcp(587) }] })], "mail", { [world]: true }],
  // The policy sees the address and port of the pods behind the Service.
  [
    "fail_service_maps_587_to_2587",
    [
      bare,
      pod("relay", "10.1.2.3"),
      service("relay", {
        clusterIP: "10.96.0.5",
        selector: { app: "relay" },
        ports: [{ port: 587, targetPort: 2587 }],
      }),
      policy("out", { ...pods, egress: [{ ports: tcp(587) }] }),
    ],
    "mail",
    { "10.96.0.5": false, [world]: true },
  ],
  [
    "pass_policy_for_the_port_of_the_pods",
    [
      bare,
      pod("relay", "10.1.2.3"),
      service("relay", {
        clusterIP: "10.96.0.5",
        selector: { app: "relay" },
        ports: [{ port: 587, targetPort: 2587 }],
      }),
      policy("out", {
        ...pods,
        egress: [{ ports: tcp(2587), to: [{ podSelector: { matchLabels: { app: "relay" } } }] }],
      }),
    ],
    "mail",
    { "10.96.0.5": true, "10.1.2.3": false, [world]: false },
  ],
  [
    "unknown_service_without_an_address_yet",
    [
      bare,
      deployment("relay"),
      service("relay", { selector: { app: "relay" }, ports: [{ port: 587, targetPort: 2587 }] }),
      policy("out", { ...pods, egress: [{ ports: tcp(587) }] }),
    ],
    "mail",
    { "10.96.0.5": "unknown", [world]: true },
  ],
  [
    "pass_named_port_at_the_other_end",
    [
      bare,
      {
        ...pod("relay", "10.1.2.3"),
        spec: { containers: [{ name: "m", ports: [{ name: "smtp", containerPort: 587 }] }] },
      },
      policy("out", { ...pods, egress: [{ ports: tcp("smtp"), to: [{ podSelector: {} }] }] }),
    ],
    "mail",
    { "10.1.2.3": true, [world]: false },
  ],
];

/** The pods' own addresses: what a Service, a Gateway or a port of the nodes publishes is a subject of its own. */
const addresses: typeof incoming = [
  [
    "fail_pods_have_addresses_of_the_cluster",
    [deployment("mail")],
    "mail:587",
    { [world]: false, [world6]: false, "10.1.1.1": true, "fd00::1": true },
  ],
  ["fail_running_pods_too", [at("10.1.2.3")], "mail:587", { [world]: false, "10.1.1.1": true }],
  [
    "fail_pods_behind_a_load_balancer",
    [deployment("mail"), balancer()],
    "deployment/mail:587",
    { [world]: false, "10.1.1.1": true },
  ],
  ["pass_the_load_balancer_itself", [deployment("mail"), balancer()], "mail:587", { [world]: true, [world6]: true }],
  ["pass_public_address_of_one_family", [at("2a01::9")], "mail:587", { [world]: false, [world6]: true }],
  ["fail_policy_closes_a_public_address", [bare, policy("deny", { podSelector: {} })], "mail:587", { [world]: false }],
  [
    "pass_host_network_has_the_nodes_addresses",
    [deployment("mail", { hostNetwork: true })],
    "mail:587",
    { [world]: true },
  ],
];

const admin = (kind: string, name: string, spec: Manifest): Manifest => ({
  apiVersion: "policy.networking.k8s.io/v1alpha1",
  kind,
  metadata: { name },
  spec: { subject: { namespaces: {} }, ...spec },
});
const cluster = { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } };
const web = pod("web", "10.1.2.3", { app: "web" });
const everyPod = [{ namespaces: {} }];

const tiers: typeof incoming = [
  [
    "fail_admin_denies_before_a_policy_allows",
    [
      bare,
      web,
      cluster,
      admin("AdminNetworkPolicy", "a", { priority: 5, ingress: [{ action: "Deny", from: everyPod }] }),
      opens(587),
    ],
    "mail:587",
    { "10.1.2.3": false, [world]: true },
  ],
  [
    "pass_admin_allows_before_a_policy_denies",
    [
      bare,
      web,
      cluster,
      admin("AdminNetworkPolicy", "a", { priority: 5, ingress: [{ action: "Allow", from: everyPod }] }),
      policy("deny", { podSelector: {} }),
    ],
    "mail:587",
    { "10.1.2.3": true, [world]: false },
  ],
  [
    "pass_admin_passes_on",
    [
      bare,
      web,
      cluster,
      admin("AdminNetworkPolicy", "a", {
        priority: 5,
        ingress: [
          { action: "Pass", from: everyPod },
          { action: "Deny", from: everyPod },
        ],
      }),
    ],
    "mail:587",
    { "10.1.2.3": true },
  ],
  [
    "fail_lower_number_first",
    [
      bare,
      web,
      cluster,
      admin("AdminNetworkPolicy", "b", { priority: 9, ingress: [{ action: "Allow", from: everyPod }] }),
      admin("AdminNetworkPolicy", "a", { priority: 5, ingress: [{ action: "Deny", from: everyPod }] }),
    ],
    "mail:587",
    { "10.1.2.3": false },
  ],
  [
    "unknown_two_of_one_priority",
    [
      bare,
      web,
      cluster,
      admin("AdminNetworkPolicy", "b", { priority: 5, ingress: [{ action: "Allow", from: everyPod }] }),
      admin("AdminNetworkPolicy", "a", { priority: 5, ingress: [{ action: "Deny", from: everyPod }] }),
    ],
    "mail:587",
    { "10.1.2.3": "unknown", [world]: true },
  ],
  [
    "fail_baseline_where_no_policy_isolates",
    [
      bare,
      web,
      cluster,
      admin("BaselineAdminNetworkPolicy", "default", { ingress: [{ action: "Deny", from: everyPod }] }),
    ],
    "mail:587",
    { "10.1.2.3": false, [world]: true },
  ],
  [
    "pass_a_policy_takes_the_place_of_the_baseline",
    [
      bare,
      web,
      cluster,
      admin("BaselineAdminNetworkPolicy", "default", { ingress: [{ action: "Deny", from: everyPod }] }),
      opens(587),
    ],
    "mail:587",
    { "10.1.2.3": true },
  ],
];

const gateway = (listener: Manifest, spec: Manifest = {}): Manifest => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "Gateway",
  metadata: { name: "edge", namespace: "mail" },
  spec: { gatewayClassName: "any", listeners: [{ name: "submission", ...listener }], ...spec },
});
const route = (kind: string, backend: Manifest, parent: Manifest = {}, namespace = "mail"): Manifest => ({
  apiVersion: "gateway.networking.k8s.io/v1alpha2",
  kind,
  metadata: { name: "submission", namespace },
  spec: { parentRefs: [{ name: "edge", ...parent }], rules: [{ backendRefs: [{ name: "mail", ...backend }] }] },
});
const inner = balancer({ type: "ClusterIP" });
const tcpServices = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "tcp-services", namespace: "ingress-nginx" },
  data: { 587: "mail/mail:587" },
};
const controller = (port: number): Manifest => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "ingress", namespace: "ingress-nginx" },
  spec: {
    type: "LoadBalancer",
    selector: { app: "nginx" },
    ports: [{ port }],
    loadBalancerSourceRanges: ["8.8.8.0/24"],
  },
});
const traefik: Manifest[] = [
  {
    apiVersion: "traefik.io/v1alpha1",
    kind: "IngressRouteTCP",
    metadata: { name: "smtp", namespace: "mail" },
    spec: { entryPoints: ["submission"], routes: [{ match: "HostSNI(`*`)", services: [{ name: "mail", port: 587 }] }] },
  },
];

const proxies: typeof incoming = [
  [
    "pass_gateway",
    [bare, inner, gateway({ protocol: "TCP", port: 587 }), route("TCPRoute", { port: 587 })],
    "edge:587",
    { [world]: true },
  ],
  [
    "pass_gateway_tls",
    [bare, inner, gateway({ protocol: "TLS", port: 465 }), route("TLSRoute", { port: 587 })],
    "edge:465",
    { [world]: true },
  ],
  [
    "fail_gateway_policy_names_the_listener_port",
    [bare, inner, gateway({ protocol: "TCP", port: 587 }), route("TCPRoute", { port: 587 }), opens(587)],
    "edge:587",
    { [world]: false },
  ],
  [
    "unknown_gateway_policy_for_clients",
    [bare, inner, gateway({ protocol: "TCP", port: 587 }), route("TCPRoute", { port: 587 }), opens(2587, "10.0.0.0/8")],
    "edge:587",
    { [world]: "unknown" },
  ],
  [
    "fail_gateway_policy_for_public_clients",
    [bare, inner, gateway({ protocol: "TCP", port: 587 }), route("TCPRoute", { port: 587 }), opens(2587, "8.8.8.0/24")],
    "edge:587",
    { [world]: false },
  ],
  [
    "fail_gateway_with_a_private_address",
    [
      bare,
      inner,
      gateway({ protocol: "TCP", port: 587 }, { addresses: [{ value: "10.1.1.1" }] }),
      route("TCPRoute", { port: 587 }),
    ],
    "edge:587",
    { [world]: false },
  ],
  [
    "unknown_gateway_route_to_nothing",
    [gateway({ protocol: "TCP", port: 587 }), route("TCPRoute", { port: 587 })],
    "edge:587",
    { [world]: "unknown" },
  ],
  [
    "unknown_gateway_port_of_nobody",
    [bare, inner, gateway({ protocol: "TCP", port: 587 }), route("TCPRoute", { port: 25 })],
    "edge:587",
    { [world]: "unknown" },
  ],
  [
    "pass_tcp_services",
    [bare, inner, tcpServices, controller(587)],
    "tcp-services:587",
    { [world]: true, "9.9.9.9": false },
  ],
  [
    "unknown_tcp_services_without_the_controller",
    [bare, inner, tcpServices],
    "tcp-services:587",
    { [world]: "unknown" },
  ],
  ["unknown_traefik_entry_point", [bare, inner, ...traefik], "smtp:587", { [world]: "unknown" }],
  [
    "pass_traefik",
    [
      bare,
      inner,
      ...traefik,
      deployment("traefik", { containers: [{ name: "t", args: ["--entryPoints.submission.address=:1587/tcp"] }] }),
      service("traefik", {
        type: "LoadBalancer",
        selector: { app: "traefik" },
        ports: [{ port: 587, targetPort: 1587 }],
      }),
    ],
    "smtp:587",
    { [world]: true },
  ],
];

it.each([...incoming, ...addresses, ...tiers, ...proxies])("%s", async (_, objects, subject, truth) => {
  const facts = factsOf(await fromManifests(objects));
  expect(
    Object.fromEntries(Object.keys(truth).map((peer) => [peer, answer(facts, "reachable", subject, peer)])),
  ).toEqual(truth);
});

it.each(outgoing)("%s", async (_, objects, subject, truth) => {
  const declaration = { ...nothingDeclared, relays: [{ host: "relay", port: 587, clients: [subject] }] };
  const facts = factsOf(await fromManifests(objects), declaration);
  const found = Object.keys(truth).map((peer) => [
    peer,
    answer(facts, "egressAllowed", `${subject} -> relay:587`, peer),
  ]);
  expect(Object.fromEntries(found)).toEqual(truth);
});

const tlsTraefik = traefik.map((each) => ({
  ...each,
  spec: { ...(each.spec as Manifest), tls: { passthrough: true } },
}));
const entry = [
  deployment("traefik", { containers: [{ name: "t", args: ["--entryPoints.submission.address=:587"] }] }),
  service("traefik", { type: "LoadBalancer", selector: { app: "traefik" }, ports: [{ port: 587 }] }),
];
const aws = (name: string) => `service.beta.kubernetes.io/aws-load-balancer-${name}`;

/** What stands before the pods on 587 speaks: a listener that waits for TLS breaks STARTTLS. */
it.each<[string, string, string, readonly Manifest[]]>([
  ["a load balancer", "mail", "tcp", [bare, balancer()]],
  ["a load balancer with a certificate", "mail", "tls", [bare, balancer({}, { [aws("ssl-cert")]: "arn" })]],
  [
    "a certificate for another port",
    "mail",
    "tcp",
    [bare, balancer({}, { [aws("ssl-cert")]: "arn", [aws("ssl-ports")]: "465, imaps" })],
  ],
  [
    "DigitalOcean's TLS ports",
    "mail",
    "tls",
    [bare, balancer({}, { "service.beta.kubernetes.io/do-loadbalancer-tls-ports": "465,587" })],
  ],
  [
    "a TCP listener of a Gateway",
    "edge",
    "tcp",
    [bare, inner, gateway({ protocol: "TCP", port: 587 }), route("TCPRoute", { port: 587 })],
  ],
  [
    "a TLS listener of a Gateway",
    "edge",
    "tls",
    [bare, inner, gateway({ protocol: "TLS", port: 587 }), route("TLSRoute", { port: 587 })],
  ],
  ["Traefik", "smtp", "tcp", [bare, inner, ...traefik, ...entry]],
  ["Traefik that routes by the name in TLS", "smtp", "tls", [bare, inner, ...tlsTraefik, ...entry]],
])("%s: what it speaks on 587", async (_, name, spoken, objects) => {
  const facts = factsOf(await fromManifests(objects)).filter(({ name: fact }) => fact === "listenerProtocol");
  expect(facts.filter(({ subject }) => subject === `${name}:587`).map(({ value }) => value)).toEqual([spoken]);
});

it("says that name resolution is forgotten", async () => {
  const facts = factsOf(await fromManifests([bare, policy("out", { ...pods, egress: [{ ports: tcp(25) }] })]));
  const said = facts
    .filter(({ name }) => name === "egressAllowed")
    .flatMap(({ evidence }) => evidence.map(({ says }) => says));
  expect(said.join()).toContain("no policy lets out name resolution (UDP 53)");
});

/** What may go to port 25 is said once: by the pods, or by the address before them that is declared as an endpoint. */
it.each<[string, string | undefined, readonly string[]]>([
  ["nothing is declared", undefined, ["deployment/mail -> *:25"]],
  ["the Service is declared", "mail", ["mail -> *:25"]],
])("pods behind a Service speak once of port 25: %s", async (_, resource, expected) => {
  const exposure = AddressSet.everything;
  const endpoints = resource ? [{ host: "m.example", port: 587, role: "submission", exposure, resource } as const] : [];
  const facts = factsOf(await fromManifests([deployment("mail"), balancer()]), { ...nothingDeclared, endpoints });
  const told = facts.filter(({ name, subject }) => name === "egressAllowed" && subject.endsWith(":25"));
  expect([...new Set(told.map(({ subject }) => subject))]).toEqual(expected);
});
