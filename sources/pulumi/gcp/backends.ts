import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import type { Input } from "../input.js";
import { referenceOf, referencesOf } from "../references.js";
import { inputOf, type Resource } from "../resource.js";
import type { Nic } from "./instances.js";
import { managerTypes } from "./managed.js";
import { Named } from "./named.js";

/** What a forwarding rule leads to. */
export interface Served {
  readonly nics: readonly Nic[];
  /** Backends that are not seen. */
  readonly missing: readonly string[];
  /** A proxy of Google's takes the connection and opens another one. */
  readonly proxied: boolean;
  readonly tls: boolean;
  /** The port that a proxy connects to. */
  readonly port: Maybe<number>;
}

const pools = ["gcp:compute/targetPool:TargetPool"];
const single = ["gcp:compute/targetInstance:TargetInstance"];
const tcpProxies = [
  "gcp:compute/targetTCPProxy:TargetTCPProxy",
  "gcp:compute/regionTargetTcpProxy:RegionTargetTcpProxy",
];
const sslProxies = ["gcp:compute/targetSSLProxy:TargetSSLProxy"];
const services = ["gcp:compute/backendService:BackendService", "gcp:compute/regionBackendService:RegionBackendService"];
const groups = ["gcp:compute/instanceGroup:InstanceGroup", ...managerTypes];

/** The instances behind the forwarding rules of a program. */
export class Backends {
  private readonly targets: Named;
  private readonly services: Named;
  private readonly groups: Named;
  private readonly instances: Named;

  constructor(
    resources: readonly Resource[],
    private readonly nics: readonly Nic[],
  ) {
    this.targets = new Named(resources, [...pools, ...single, ...tcpProxies, ...sslProxies]);
    this.services = new Named(resources, services);
    this.groups = new Named(resources, groups);
    this.instances = new Named(resources, ["gcp:compute/instance:Instance"]);
  }

  /** `web`: a proxy of HTTP, through which no mail comes. */
  of(rule: Resource): Served | "web" {
    const target = inputOf(rule, "target");
    const direct = { proxied: false, tls: false, port: unknown(rule.urn) };
    if (target.isAbsent) return { ...direct, ...this.behindService(rule, "backendService") };
    const { certain, outside } = referenceOf(rule, "target", target, this.targets);
    const [found] = certain;
    if (outside.some(({ id }) => /target-?https?-?proxies/i.test(id))) return "web";
    if (found === undefined) return { ...direct, nics: [], missing: [target.at] };
    if (pools.includes(found.type)) return { ...direct, ...this.listed(found, "instances") };
    if (single.includes(found.type)) return { ...direct, ...this.one(found, "instance") };
    const behind = this.behindService(found, "backendService");
    return { ...behind, proxied: true, tls: sslProxies.includes(found.type) };
  }

  private behindService(holder: Resource, property: string): Pick<Served, "nics" | "missing" | "port"> {
    const input = inputOf(holder, property);
    const [service] = referenceOf(holder, property, input, this.services).certain;
    if (service === undefined) return { nics: [], missing: [input.at], port: unknown(input.at) };
    const list = inputOf(service, "backends");
    const items = list.items() ?? [];
    if (isUnknown(items)) return { nics: [], missing: items.unknown, port: unknown(...items.unknown) };
    const found = items.map((item) => {
      const named = item.member("group");
      const { certain, outside } = referenceOf(service, "backends", named, this.groups);
      // A managed group is named by the instance group that its manager makes, of the same name.
      const made = outside[0]?.id.replace("/instanceGroups/", "/instanceGroupManagers/");
      return { group: certain[0] ?? (made === undefined ? undefined : this.groups.find(made)), at: named.at };
    });
    const behind = found.map(({ group, at }) => (group ? this.members(group) : { nics: [], missing: [at] }));
    const [first] = found;
    return {
      nics: behind.flatMap(({ nics }) => nics),
      missing: behind.flatMap(({ missing }) => missing),
      port: first?.group ? namedPort(service, first.group) : unknown(list.at),
    };
  }

  private members(group: Resource): Pick<Served, "nics" | "missing"> {
    if (!managerTypes.includes(group.type)) return this.listed(group, "instances");
    const own = this.nics.filter(({ resource }) => resource === group);
    return { nics: own, missing: own.length > 0 ? [] : [inputOf(group, "versions").at] };
  }

  private listed(holder: Resource, property: string): Pick<Served, "nics" | "missing"> {
    const found = referencesOf(holder, property, inputOf(holder, property), this.instances);
    // Target pools write `zone/name`.
    const short = found.outside.map(({ id, at }) => ({ at, is: this.instances.find(id.replace("/", "/instances/")) }));
    const missing = [...found.missing, ...short.flatMap(({ is, at }) => (is ? [] : [at]))];
    return this.nicsOf(
      [...found.certain, ...short.flatMap(({ is }) => is ?? [])],
      [...missing, ...found.doubtful.map(({ urn }) => urn)],
    );
  }

  private one(holder: Resource, property: string): Pick<Served, "nics" | "missing"> {
    const input: Input = inputOf(holder, property);
    const { certain } = referenceOf(holder, property, input, this.instances);
    return this.nicsOf(certain, certain.length > 0 ? [] : [input.at]);
  }

  /** Load balancers send to the first interface. */
  private nicsOf(instances: readonly Resource[], missing: readonly string[]): Pick<Served, "nics" | "missing"> {
    const nics = instances.flatMap((each) => this.nics.find(({ resource }) => resource === each) ?? []);
    return { nics, missing };
  }
}

function namedPort(service: Resource, group: Resource): Maybe<number> {
  const name = inputOf(service, "portName").text();
  const list = inputOf(group, "namedPorts");
  const items = list.items() ?? [];
  if (name === undefined || isUnknown(name) || isUnknown(items)) return unknown(inputOf(service, "portName").at);
  const found = items.find((each) => each.member("name").text() === name);
  return found?.member("port").number() ?? unknown(list.at);
}
