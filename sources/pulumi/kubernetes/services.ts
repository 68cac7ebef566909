import { AddressSet } from "../../../model/addresses.js";
import { all, isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { PortMapping } from "../../../model/network.js";
import { exactly, type PartialSet, undecidedSet } from "../../../model/partial.js";
import type { Input } from "../input.js";
import { inputOf, type Resource } from "../resource.js";
import { kindOf } from "./kinds.js";
import type { PodIndex } from "./label-index.js";
import { labelsOf, selectsMap } from "./labels.js";
import { elementsOf, given, missingHere, nameOf, namespaceOf, objectName, placeOf, same, titleOf } from "./objects.js";
import { addressAt, imaginedPods, inside, type Pods } from "./pods.js";
import { portOf, portOrName } from "./ports.js";

/** One TCP port of a Service. */
export interface ServicePort {
  readonly at: string;
  readonly name: Maybe<string> | undefined;
  readonly port: Maybe<number>;
  readonly target: Maybe<number | string>;
  readonly nodePort: Maybe<number> | undefined;
}

/** A Service with the pods behind it (API reference, core/v1). */
export interface Service {
  readonly resource: Resource;
  readonly title: string;
  readonly name: string;
  readonly at: string;
  readonly namespace: Maybe<string>;
  readonly type: Maybe<string>;
  readonly ports: Maybe<readonly ServicePort[]>;
  readonly backends: readonly { readonly pods: Pods; readonly doubts: readonly string[] }[];
  /** The addresses that stand for it inside the cluster; nobody's for a headless one. */
  readonly clusterIps: PartialSet;
}

/** Services that forward: headless ones and external names are only names. */
export function servicesOf(resources: readonly Resource[], pods: PodIndex): Service[] {
  return resources.flatMap((each) => (kindOf(each) === "Service" && forwards(each) ? [serviceOf(each, pods)] : []));
}

function forwards(resource: Resource): boolean {
  const spec = inputOf(resource, "spec");
  return spec.member("clusterIP").text() !== "None" && spec.member("type").text() !== "ExternalName";
}

function serviceOf(resource: Resource, pods: PodIndex): Service {
  const spec = inputOf(resource, "spec");
  const namespace = namespaceOf(resource);
  const selector = spec.member("selector");
  const wanted = labelsOf(selector);
  const found = pods.near(namespace, wanted.known).flatMap((each) => {
    const is = all(same(each.namespace, namespace), selectsMap(selector, each.labels));
    return is === false || !hasSelector(selector) ? [] : [{ pods: each, doubts: isUnknown(is) ? is.unknown : [] }];
  });
  const imagined = () =>
    imaginedPods(resource, placeOf(resource), {
      ...wanted,
      open: undefined,
      missing: [`pods behind ${titleOf(resource)} (${placeOf(resource)})`],
    });
  return {
    ...{ resource, namespace },
    title: titleOf(resource),
    name: nameOf(resource),
    at: placeOf(resource),
    type: spec.member("type").text() ?? "ClusterIP",
    ports: mapKnown(elementsOf(spec.member("ports")), (ports) => ports.flatMap((port) => servicePort(port))),
    backends: found.some(({ doubts }) => doubts.length === 0) ? found : [...found, { pods: imagined(), doubts: [] }],
    clusterIps: clusterIps(resource),
  };
}

/** An empty selector selects nothing: somebody else says where the traffic goes. */
function hasSelector(selector: Input): boolean {
  return missingHere(selector).length > 0 || selector.names().length > 0;
}

function servicePort(input: Input): ServicePort[] {
  const protocol = input.member("protocol").text() ?? "TCP";
  if (!isUnknown(protocol) && protocol.toUpperCase() !== "TCP") return [];
  const port = portOf(input.member("port"));
  const wanted = input.member("targetPort");
  const target = wanted.isAbsent ? port : portOrName(wanted);
  const node = input.member("nodePort");
  return [
    {
      at: input.at,
      name: input.member("name").text(),
      port,
      target: isUnknown(protocol) ? protocol : target,
      nodePort: node.isAbsent || node.number() === 0 ? undefined : portOf(node),
    },
  ];
}

function clusterIps(resource: Resource): PartialSet {
  const list = elementsOf(given(resource, "spec", "clusterIPs"));
  const single = given(resource, "spec", "clusterIP");
  const inputs = [...(isUnknown(list) ? [] : list), ...(single.isAbsent ? [] : [single])];
  const known = inputs.filter((each) => typeof each.text() === "string" && each.text() !== "");
  return known.length > 0
    ? exactly(AddressSet.union(...known.map(addressAt)))
    : undecidedSet([`clusterIP of ${titleOf(resource)} (${placeOf(resource)})`], inside);
}

/** The port of these pods behind a Service's port; `undefined` when they have none of that name. */
export function targetAt({ target }: ServicePort, pods: Pods): Maybe<number | undefined> {
  return typeof target === "string" ? pods.namedPort(target, "TCP") : target;
}

/** Which port of the Service leads to which port of these pods. */
export function mappings(
  ports: readonly ServicePort[],
  pods: Pods,
  listening: (port: ServicePort) => Maybe<number> | undefined,
): PortMapping[] {
  return ports.flatMap((port) => {
    const [listen, target] = [listening(port), targetAt(port, pods)];
    return listen === undefined || isUnknown(listen) || target === undefined ? [] : [{ listen, target }];
  });
}

/** The Service of that name; undefined when the program has none. */
export function serviceNamed(
  services: readonly Service[],
  namespace: Maybe<string>,
  name: Maybe<string>,
): Service | undefined {
  return services.find(
    (each) => each.namespace === namespace && (objectName(each.resource) === name || each.resource.urn === name),
  );
}

/** The port of a Service by number or name. */
export function portAmong(service: Service, wanted: Maybe<number | string>): Maybe<ServicePort | undefined> {
  if (isUnknown(service.ports)) return service.ports;
  if (isUnknown(wanted)) return wanted;
  const found = service.ports.find(({ port, name }) => port === wanted || name === wanted);
  const doubts = service.ports.flatMap(({ port, name }) =>
    [port, name].flatMap((each) => (isUnknown(each) ? each.unknown : [])),
  );
  return found ?? (doubts.length > 0 ? unknown(...doubts) : undefined);
}
