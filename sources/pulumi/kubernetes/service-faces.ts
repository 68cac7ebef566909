import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import { everybody } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { inputOf, noProperties } from "../resource.js";
import { type Face, insideCluster, internalOf, reportedAddresses, sourceRanges } from "./faces.js";
import { elementsOf } from "./objects.js";
import type { View } from "./policies.js";
import type { Service, ServicePort } from "./services.js";
import { hiddenBehind } from "./views.js";

/** One way to a Service: its addresses of one kind, and the ports on which they listen. */
export interface Way {
  /** Empty for the way that its type is for. */
  readonly suffix: string;
  readonly face: Face;
  readonly listening: (port: ServicePort) => Maybe<number> | undefined;
  /** How policies see its clients. */
  readonly view: View | undefined;
}

/** How a Service is reached (documentation of Kubernetes, Service, "Publishing Services"). */
export function waysTo(service: Service): Way[] {
  const { resource, type } = service;
  if (isUnknown(service.ports)) return [unknownWay(service, service.ports.unknown)];
  const spec = inputOf(resource, "spec");
  const doubts = isUnknown(type) ? type.unknown : [];
  const outside = hiddenUnless(service);
  const { ports } = service;
  const balancer = type === "LoadBalancer" || isUnknown(type);
  const nodes = type === "NodePort" || ports.some(({ nodePort }) => nodePort !== undefined);
  const addresses = elementsOf(spec.member("externalIPs"));
  const externals = isUnknown(addresses) ? [spec.member("externalIPs")] : addresses;
  return [
    ...(balancer ? [loadBalancer(service, doubts, outside)] : []),
    ...(nodes && type !== "ClusterIP" ? [nodePort(service, doubts, outside)] : []),
    ...(balancer ? [] : [clusterIp(service)]),
    ...(externals.length > 0
      ? [externalIp(service, externals, isUnknown(addresses) ? addresses.unknown : [], outside)]
      : []),
  ];
}

function loadBalancer(service: Service, doubts: readonly string[], view: View | undefined): Way {
  const { resource } = service;
  const internal = internalOf(
    resource,
    inputOf(resource, "metadata").member("annotations"),
    reportedAddresses(resource),
  );
  const face = faceOf(service, "load balancer", ({ port }) => port);
  return {
    suffix: "",
    face: { ...face, ...sourceRanges(resource), internal: internal.is, internalAt: internal.at, doubts },
    listening: ({ port }) => port,
    view,
  };
}

function nodePort(service: Service, doubts: readonly string[], view: View | undefined): Way {
  const listening = (port: ServicePort) => port.nodePort;
  const suffix = service.type === "NodePort" ? "" : " (node port)";
  return { suffix, face: { ...faceOf(service, "node port", listening), doubts }, listening, view };
}

function clusterIp(service: Service): Way {
  const face = faceOf(service, "cluster IP", ({ port }) => port);
  const suffix = service.type === "NodePort" ? " (cluster IP)" : "";
  return { suffix, face: { ...face, clients: insideCluster }, listening: ({ port }) => port, view: undefined };
}

function externalIp(
  service: Service,
  addresses: readonly ReturnType<typeof inputOf>[],
  doubts: readonly string[],
  view: View | undefined,
): Way {
  const [first] = addresses;
  const { is } = internalOf(
    service.resource,
    inputOf({ ...service.resource, inputs: noProperties }, "metadata"),
    addresses,
  );
  const face = faceOf(service, "external IP", ({ port }) => port);
  return {
    suffix: " (external IP)",
    face: { ...face, at: first?.at ?? face.at, internal: is, internalAt: first?.at ?? face.at, doubts },
    listening: ({ port }) => port,
    view,
  };
}

/** By default the nodes hide clients from outside behind their own addresses (tutorial "Using Source IP"). */
function hiddenUnless({ resource, title, at }: Service): View | undefined {
  const policy = inputOf(resource, "spec").member("externalTrafficPolicy").text();
  return policy === "Local" ? undefined : hiddenBehind(`externalTrafficPolicy: Local at ${title} (${at})`, true);
}

function faceOf(service: Service, name: string, listening: Way["listening"]): Face {
  const ports = isUnknown(service.ports) ? [] : service.ports;
  const known = ports.flatMap((port) => {
    const listen = listening(port);
    return listen === undefined || isUnknown(listen) ? [] : [listen];
  });
  const { at, title } = service;
  return {
    ...{ name, at, title, clients: everybody, internal: false, internalAt: at, doubts: [] },
    ports: PortSet.of(...known),
  };
}

function unknownWay(service: Service, missing: readonly string[]): Way {
  const face = { ...faceOf(service, "service", () => undefined), ports: PortSet.all, doubts: missing };
  return { suffix: "", face, listening: () => unknown(...missing), view: undefined };
}
