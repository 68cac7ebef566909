import { isUnknown } from "../../../model/maybe.js";
import type { Layer, Listener, NetworkInterface, PortMapping } from "../../../model/network.js";
import { everybody, type PartialSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { translated } from "../../translation.js";
import type { Input } from "../input.js";
import { clientsOf, type Face, faceLayer } from "./faces.js";
import { balancerListeners } from "./listeners.js";
import { inContainers, type Pods } from "./pods.js";
import type { View } from "./policies.js";
import { portOf } from "./ports.js";
import { waysTo } from "./service-faces.js";
import { mappings, type Service } from "./services.js";

/** An address that stands before pods: what clients connect to. */
export interface Front {
  readonly id: string;
  readonly name: string;
  readonly at: string;
  readonly says: string;
  readonly pods: Pods;
  readonly faces: readonly Layer[];
  readonly mappings: readonly PortMapping[];
  /** Whom it takes connections from. */
  readonly clients: PartialSet;
  readonly view: View | undefined;
  /** What stands there and takes connections for the pods; absent where nothing does. */
  readonly listeners?: readonly Listener[];
}

/** A Service, once for every kind of address and for all pods behind it that are made of one template. */
export function serviceFronts(service: Service): Front[] {
  const { resource, name, at, title, backends } = service;
  const ports = isUnknown(service.ports) ? [] : service.ports;
  return waysTo(service).flatMap(({ suffix, face, listening, view }) =>
    backends.map(({ pods, doubts }): Front => {
      const which = backends.length > 1 ? ` to ${pods.title}` : "";
      const mapped = mappings(ports, pods, listening);
      const own: Face = { ...face, doubts: [...face.doubts, ...doubts] };
      return {
        id: `${resource.urn}${suffix}${which}`,
        name: `${name}${suffix}${which}`,
        ...{ at, pods, view },
        says: `${face.name} of ${title}, in front of ${pods.title}${portsSaid(mapped)}`,
        faces: [
          faceLayer(
            isUnknown(service.ports) ? own : { ...own, ports: PortSet.of(...mapped.map(({ listen }) => listen)) },
          ),
        ],
        mappings: mapped,
        clients: clientsOf(own),
        ...(face.name === "load balancer" ? { listeners: balancerListeners(resource, ports) } : {}),
      };
    }),
  );
}

export function portsSaid(mapped: readonly PortMapping[]): string {
  const moved = mapped.filter(({ listen, target }) => listen !== target);
  return moved.length === 0
    ? ""
    : ` (${moved.map(({ listen, target }) => `${listen} is ${isUnknown(target) ? "a port not known yet" : target} there`).join(", ")})`;
}

/** Ports of the nodes that lead to containers. */
export function hostPortFront(pods: Pods, name: string): Front[] {
  const ports = inContainers(pods.spec, "ports");
  if (isUnknown(ports) || pods.hostNetwork !== false) return [];
  const mapped = ports.flatMap((port): PortMapping[] => {
    const [host, protocol] = [port.member("hostPort"), port.member("protocol").text() ?? "TCP"];
    if (host.isAbsent || host.number() === 0 || protocol !== "TCP") return [];
    if (isOnLoopback(port)) return [];
    const listen = portOf(host);
    return isUnknown(listen) ? [] : [{ listen, target: portOf(port.member("containerPort")) }];
  });
  if (mapped.length === 0) return [];
  const { at, title } = pods;
  const face: Face = {
    ...{ name: "host port", at, title, clients: everybody, internal: false, internalAt: at, doubts: [] },
    ports: PortSet.of(...mapped.map(({ listen }) => listen)),
  };
  return [
    {
      id: `${pods.resource.urn} (host port)`,
      name: `${name} (host port)`,
      ...{ at, pods, mappings: mapped, view: undefined },
      says: `ports of the nodes that lead to ${title}${portsSaid(mapped)}`,
      clients: everybody,
      faces: [faceLayer(face)],
    },
  ];
}

/** The node alone reaches such a port. */
function isOnLoopback(port: Input): boolean {
  return /^(127\.|::1$)/.test(String(port.member("hostIP").text() ?? ""));
}

/** A front as an interface: who reaches it, and what the pods behind it can reach. */
export function frontInterface(front: Front, ingress: Layer, egress: Layer): NetworkInterface {
  const { id, name, at, says, pods, faces, listeners } = front;
  return {
    ...{ id, name, kind: "interface", origin: "planned" },
    evidence: { kind: "code", at, says },
    ingress: [...faces, translated(ingress, front.mappings)],
    egress: [egress],
    standsBefore: pods.resource.urn,
    ...(listeners ? { listeners } : {}),
  };
}
