import { isUnknown, type Maybe, missingOf } from "../../../model/maybe.js";
import type { Layer } from "../../../model/network.js";
import { undecidedSet } from "../../../model/partial.js";
import type { Resource } from "../resource.js";
import { type Front, portsSaid } from "./fronts.js";
import { listenerOf } from "./listeners.js";
import { nameOf } from "./objects.js";
import { imaginedPods } from "./pods.js";
import { portAmong, type Service, serviceNamed, targetAt } from "./services.js";
import { hiddenBehind } from "./views.js";

/** A port on which a proxy inside the cluster listens, and the Service that it sends the connections to. */
export interface ProxiedPort {
  readonly resource: Resource;
  /** Tells the routes of one resource apart. */
  readonly suffix: string;
  /** `gateway`, `ingress-nginx`, `Traefik` */
  readonly proxy: string;
  readonly at: string;
  readonly listen: Maybe<number>;
  /** Whether it takes TLS from the first byte: to end it, or to route by the name in it. */
  readonly isTls: Maybe<boolean>;
  readonly backend: {
    readonly namespace: Maybe<string>;
    readonly name: Maybe<string>;
    readonly port: Maybe<number | string>;
    readonly at: string;
  };
  /** Layers before the proxy. */
  readonly entrance: readonly Layer[];
}

/** The pods behind the Service, as clients of the proxy reach them: policies see the proxy's address. */
export function proxyFronts(route: ProxiedPort, services: readonly Service[]): Front[] {
  const { resource, suffix, proxy, at, listen, isTls, backend, entrance } = route;
  const listeners = isUnknown(listen) ? [] : [listenerOf(listen, isTls, at)];
  const name = `${nameOf(resource)}${suffix}`;
  const service = serviceNamed(services, backend.namespace, backend.name);
  const port = service && portAmong(service, backend.port);
  const view = hiddenBehind(`address of ${proxy} (${at})`, false);
  const open = service && port !== undefined && !isUnknown(port) ? service.backends : [];
  const says = `${proxy} ${nameOf(resource)} sends port ${isUnknown(listen) ? "not known yet" : listen} to`;
  const fronts = open.flatMap(({ pods, doubts }): Front[] => {
    const target = port === undefined || isUnknown(port) ? undefined : targetAt(port, pods);
    if (target === undefined || isUnknown(listen)) return [];
    const which = open.length > 1 ? ` to ${pods.title}` : "";
    const mappings = [{ listen, target }];
    return [
      {
        id: `${resource.urn}${suffix}${which}`,
        name: `${name}${which}`,
        ...{ at, pods, mappings, view, listeners, clients: undecidedSet([...doubts, `clients of ${proxy} (${at})`]) },
        says: `${says} ${pods.title}${portsSaid(mappings)}`,
        faces: [...entrance, ...(doubts.length > 0 ? [pending(proxy, at, doubts)] : [])],
      },
    ];
  });
  if (fronts.length > 0) return fronts;
  const [pods] = service?.backends ?? [];
  const missing = [...missingOf(listen, backend.name, backend.port, backend.namespace), backend.at];
  return [
    {
      id: `${resource.urn}${suffix}`,
      ...{ name, at, view, mappings: [], listeners, clients: undecidedSet(missing) },
      says: `${says} a Service that is not known`,
      pods: pods?.pods ?? imaginedPods(resource, at, { known: new Map(), open: undefined, missing: [at] }),
      faces: [...entrance, pending(proxy, backend.at, missing)],
    },
  ];
}

/** A layer of which it is not known what it lets pass. */
function pending(name: string, at: string, missing: readonly string[]): Layer {
  return {
    ...{ name, combine: "first-match", rules: [], incomplete: missing },
    otherwise: { action: "deny", evidence: { kind: "code", at, says: "where this leads to is not known" } },
  };
}
