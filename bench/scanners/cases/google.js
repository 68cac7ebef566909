import { later } from "../plan.js";

const world = "0.0.0.0/0";
const intoInstance = { from: "8.8.8.8", to: "google_compute_instance.mail" };
const allow = (protocol, ...ports) => [{ protocol, ports }];

const network = { type: "google_compute_network", name: "main", args: { name: "main", auto_create_subnetworks: true } };
const instance = {
  type: "google_compute_instance",
  name: "mail",
  args: {
    ...{ name: "mail", machine_type: "e2-small", zone: "europe-west1-b", tags: ["mail"], service_account: [] },
    boot_disk: [{ initialize_params: [{ image: "debian-12" }] }],
    network_interface: [
      {
        network: later("google_compute_network.main.id"),
        stack_type: "IPV4_IPV6",
        access_config: [{ network_tier: "PREMIUM" }],
        ipv6_access_config: [{ network_tier: "PREMIUM" }],
      },
    ],
  },
};
/** A public instance behind one rule, which is open to the world unless it says otherwise. */
const firewall = (args) => [
  network,
  instance,
  {
    type: "google_compute_firewall",
    name: "mail",
    args: {
      ...{ name: "mail", network: later("google_compute_network.main.id"), direction: "INGRESS", priority: 1000 },
      ...{ disabled: false, deny: [], source_ranges: [world], source_tags: null, target_tags: null, ...args },
    },
  },
];

export const google = [
  { name: "TCP without ports", truth: "open", ...intoInstance, resources: firewall({ allow: allow("tcp") }) },
  { name: "every protocol", truth: "open", ...intoInstance, resources: firewall({ allow: allow("all") }) },
  {
    name: "587 from ::/0",
    truth: "open",
    ...{ ...intoInstance, from: "2001:4860:4860::8888" },
    resources: firewall({ allow: allow("tcp", "587"), source_ranges: ["::/0"] }),
  },
  {
    name: "a disabled rule",
    truth: "closed",
    ...intoInstance,
    resources: firewall({ allow: allow("tcp", "587"), disabled: true }),
  },
  {
    name: "source tags beside the world, and target tags",
    truth: "open",
    ...intoInstance,
    resources: firewall({ allow: allow("tcp", "587"), source_tags: ["web"], target_tags: ["mail"] }),
  },
  { name: "UDP 500-600", truth: "closed", ...intoInstance, resources: firewall({ allow: allow("udp", "500-600") }) },
].map((each) => ({ ...each, name: `Google: ${each.name}` }));
