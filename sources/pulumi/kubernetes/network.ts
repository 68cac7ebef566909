import { grouped } from "../../../model/grouped.js";
import { isUnknown } from "../../../model/maybe.js";
import type { Layer, NetworkInterface } from "../../../model/network.js";
import { onceFor } from "../../../model/once.js";
import { everybody } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import type { Resource } from "../resource.js";
import { podAddress } from "./addresses.js";
import { nginxPorts, traefikPorts } from "./controllers.js";
import { type Front, frontInterface, hostPortFront, serviceFronts } from "./fronts.js";
import { gatewayPorts } from "./gateways.js";
import { PodIndex } from "./label-index.js";
import type { NetworkPolicy } from "./network-policies.js";
import { nameOf } from "./objects.js";
import { Cluster } from "./peers.js";
import { imaginedPods, inContainers, type Pods, podsOf } from "./pods.js";
import { Policies, type View } from "./policies.js";
import { portOf } from "./ports.js";
import { proxyFronts } from "./proxies.js";
import { type Service, servicesOf } from "./services.js";
import { throughServices } from "./views.js";

/**
 * The pods of a program behind its network policies, the addresses that stand before them (Services, Gateways, ports of
 * nodes, forwarding controllers), and the policies that are for no pods seen here, as they would act on pods they are for.
 */
export function networkOf(resources: readonly Resource[]): NetworkInterface[] {
  return networkIn(resources).interfaces();
}

/** The pods of a program, and what stands before them. */
export function podsAndFronts(resources: readonly Resource[]): { pods: readonly Pods[]; fronts: readonly Front[] } {
  return networkIn(resources);
}

/** Asked for by those who read the network and by those who read what runs in it. */
const networks = new WeakMap<readonly Resource[], Network>();

function networkIn(resources: readonly Resource[]): Network {
  const known = networks.get(resources);
  if (known) return known;
  const network = new Network(resources.filter(({ type }) => type.startsWith("kubernetes:")));
  networks.set(resources, network);
  return network;
}

class Network {
  readonly pods: readonly Pods[];
  private readonly policies: Policies;
  private readonly services: readonly Service[];
  readonly fronts: readonly Front[];
  private readonly view: View;
  private readonly frontsOf: ReadonlyMap<Pods, readonly Front[]>;
  /** What pods and what stands before them is called, as often as it is. */
  private readonly named: ReadonlyMap<string, readonly string[]>;
  /** Pods and most of what stands before them are behind the same layers. */
  private readonly ingress = onceFor((pods: Pods) => this.policies.layer(pods, "ingress"));
  private readonly egress = onceFor((pods: Pods) => this.policies.layer(pods, "egress", this.view));

  constructor(resources: readonly Resource[]) {
    this.pods = podsOf(resources);
    const index = new PodIndex(this.pods);
    const cluster = new Cluster(resources, index);
    this.policies = Policies.of(resources, cluster);
    this.services = servicesOf(resources, index);
    this.view = throughServices(this.services, this.pods);
    const proxied = [
      ...gatewayPorts(resources, cluster),
      ...nginxPorts(resources, this.services),
      ...traefikPorts(resources, this.pods, this.services),
    ];
    this.fronts = [
      ...this.services.flatMap(serviceFronts),
      ...proxied.flatMap((each) => proxyFronts(each, this.services)),
      ...this.pods.flatMap((each) => hostPortFront(each, nameOf(each.resource))),
    ];
    this.frontsOf = grouped(this.fronts, ({ pods }) => [pods]);
    const names = [...this.fronts.map(({ name }) => name), ...this.pods.map(({ resource }) => nameOf(resource))];
    this.named = grouped(names, (name) => [name]);
  }

  interfaces(): NetworkInterface[] {
    const found = [
      ...this.pods.map((pods) => this.workload(pods)),
      ...this.fronts.map((front) => frontInterface(front, this.ingressOf(front), this.egress(front.pods))),
      ...this.policies.unused.map((policy) => this.unattached(policy)),
    ];
    const byId = new Map(found.map((each) => [each.id, each]));
    return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  }

  /** Called by its own name unless something that clients connect to is called so. */
  private workload(pods: Pods): NetworkInterface {
    const name = nameOf(pods.resource);
    const isTaken = (this.named.get(name)?.length ?? 0) > 1;
    const policy = this.ingress(pods);
    return {
      ...{
        id: pods.resource.urn,
        name: isTaken ? pods.title : name,
        kind: "instance",
        origin: "planned",
      },
      evidence: { kind: "code", at: pods.at, says: `pods of ${pods.title}` },
      ingress: [...podAddress(pods), ...this.listening(pods, policy), policy],
      egress: [this.egress(pods)],
    };
  }

  private unattached(policy: NetworkPolicy): NetworkInterface {
    const { resource, at, title, wanted, namespace } = policy;
    const pods = { ...imaginedPods(resource, at, wanted), namespace, title: `pods that ${title} selects` };
    // They are selected by definition, whatever else their labels are.
    const alone = this.policies.only(policy);
    return {
      ...{ id: resource.urn, name: nameOf(resource), kind: "unattached group", origin: "planned" },
      evidence: { kind: "code", at, says: `${title}, for no pods seen here` },
      ingress: [alone.layer(pods, "ingress")],
      egress: [alone.layer(pods, "egress", this.view)],
    };
  }

  private ingressOf({ pods, view }: Front): Layer {
    return view ? this.policies.layer(pods, "ingress", view) : this.ingress(pods);
  }

  /**
   * Pods that no policy isolates let every connection in, but where containers state their ports and neither these nor a
   * Service name one, nothing is known to listen there.
   */
  private listening(pods: Pods, policy: Layer): Layer[] {
    const ports = inContainers(pods.spec, "ports");
    if (policy.rules.length > 0 || policy.incomplete.length > 0 || policy.otherwise.action === "deny") return [];
    if (isUnknown(ports) || ports.length === 0) return [];
    const stated = ports.map((port) => portOf(port.member("containerPort")));
    const led = (this.frontsOf.get(pods) ?? []).flatMap(({ mappings }) => mappings.map(({ target }) => target));
    const known = [...stated, ...led].filter((port): port is number => !isUnknown(port));
    if (known.length < stated.length + led.length) return [];
    const open = PortSet.of(...known);
    return [
      {
        ...{ name: "container port", combine: "union", incomplete: [] },
        rules: [
          {
            ...{
              id: `${pods.resource.urn} containers`,
              action: "allow",
              protocol: "tcp",
              ports: open,
              peers: everybody,
            },
            evidence: {
              kind: "code",
              at: pods.spec.at,
              says: `containers and Services of ${pods.title} name tcp ${open}`,
            },
          },
        ],
        otherwise: {
          action: "deny",
          evidence: {
            kind: "default",
            at: pods.spec.at,
            says: `no container and no Service of ${pods.title} names this port`,
          },
        },
      },
    ];
  }
}
