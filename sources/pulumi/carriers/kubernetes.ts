import { posix } from "node:path";
import { AddressSet } from "../../../model/addresses.js";
import type { PublishedPort, Reach } from "../../../model/container.js";
import { grouped } from "../../../model/grouped.js";
import { isUnknown } from "../../../model/maybe.js";
import { onceFor } from "../../../model/once.js";
import { undecidedPart } from "../../../model/partial.js";
import { clientsIn, concernsClients, mayHoldClients } from "../../clients/index.js";
import { mailDefinitionsIn, mayTell } from "../../mail/index.js";
import type { Input } from "../input.js";
import { insideCluster } from "../kubernetes/faces.js";
import type { Front } from "../kubernetes/fronts.js";
import { podsAndFronts } from "../kubernetes/network.js";
import { elementsOf } from "../kubernetes/objects.js";
import type { Pods } from "../kubernetes/pods.js";
import { inputOf, type Resource } from "../resource.js";
import {
  type Carried,
  type Carrier,
  carriedBy,
  clientsWith,
  nothingCarried,
  startedBy,
  together,
  treeFor,
  type Workload,
} from "./carrier.js";
import { settingAt } from "./environment.js";
import { environmentOf, namesIn, Stores, valuesOf } from "./pod-environment.js";
import { filesOf, mountedInto } from "./pod-mounts.js";

/**
 * The containers of pods, with what ConfigMaps and Secrets put into their environment and their file systems, and the
 * Services and ports of nodes that lead to them. ConfigMaps and Secrets that no pod here uses are read for clients by
 * themselves.
 */
export const kubernetesCarrier: Carrier = (resources) => {
  const stores = new Stores(resources);
  const { pods, fronts } = podsAndFronts(resources);
  const frontsOf = grouped(fronts, (front) => [front.pods]);
  const workloads = pods.flatMap((each) => {
    const before = frontsOf.get(each) ?? [];
    const containers = containersOf(each);
    return containers.flatMap((container) => workload(container, each, before, stores, containers.length > 1));
  });
  const twice = sharedBy(workloads);
  const unused = resources.filter((each) => isStore(each.type) && !stores.used.has(each) && mayCarry(each));
  return together(
    nothingCarried,
    ...workloads.map(({ from, ...each }) =>
      carriedBy({
        ...each,
        idOf: (_, files) =>
          ofOneMap(
            files.map((file) => from.get(file)),
            twice,
          ),
      }),
    ),
    ...unused.map(alone),
  );
};

const isStore = (type: string) => /^kubernetes:core\/v1:(ConfigMap|Secret)$/.test(type);

type PodContainer = Workload & { readonly from: ReturnType<typeof mountedInto>["from"] };

/** Containers, and init containers that stay (sidecars). */
function containersOf({ spec }: Pods): Input[] {
  const [main, init] = [elementsOf(spec.member("containers")), elementsOf(spec.member("initContainers"))];
  const sidecars = isUnknown(init) ? [] : init.filter((each) => each.member("restartPolicy").text() === "Always");
  return [...(isUnknown(main) ? [] : main), ...sidecars];
}

function workload(
  container: Input,
  pods: Pods,
  fronts: readonly Front[],
  stores: Stores,
  isShared: boolean,
): PodContainer[] {
  const name = container.member("name").text();
  const image = container.member("image");
  if (image.isAbsent) return [];
  const { variables, elsewhere } = environmentOf(container, pods, stores);
  const { mounts, files, from } = mountedInto(container, pods, stores);
  const id = `${pods.resource.urn} ${typeof name === "string" ? name : container.path.slice(-1)}`;
  return [
    {
      container: {
        ...{ id, name: pods.resource.name, origin: "planned", image: settingAt(image) },
        ...{ environment: variables, mounts, own: ownAddress(pods) },
        ...(elsewhere.length > 0 ? { elsewhere } : {}),
        ...startedBy([
          ...[container.member("command"), container.member("args")],
          container.member("lifecycle").member("postStart"),
        ]),
        published: fronts.flatMap(publishedBy).map((each) => ({ ...each, ...(isShared ? { isShared } : {}) })),
      },
      files,
      from,
      hostedBy: pods.resource.urn,
    },
  ];
}

/** Pods are reached at every port of their own; with `hostNetwork` at the addresses of their node. */
function ownAddress({ resource, spec, hostNetwork }: Pods): Reach {
  const from = hostNetwork === false ? insideCluster.certain : AddressSet.everything;
  return { from, hostedBy: resource.urn, at: spec.at };
}

function publishedBy({ id, mappings, clients, at }: Front): PublishedPort[] {
  const open = undecidedPart(clients);
  return mappings.flatMap(({ listen, target }): PublishedPort[] => {
    if (isUnknown(target)) return [];
    const port = { host: listen, container: target, hostedBy: id, at };
    return [
      ...(clients.certain.isEmpty ? [] : [{ ...port, from: clients.certain }]),
      ...(open.isEmpty ? [] : [{ ...port, from: open, missing: clients.missing }]),
    ];
  });
}

/** ConfigMaps that stand in more than one container: what is read from them is named after the container. */
function sharedBy(workloads: readonly PodContainer[]): ReadonlySet<Resource> {
  const maps = workloads.flatMap(({ from }) => [...new Set(from.values())]);
  return new Set([...grouped(maps, (map) => [map])].filter(([, uses]) => uses.length > 1).map(([map]) => map));
}

/** A definition whose files stand in one ConfigMap has the name that it has without the pod. */
function ofOneMap(maps: readonly (Resource | undefined)[], twice: ReadonlySet<Resource>): string | undefined {
  const [map, ...others] = [...new Set(maps)];
  return map && others.length === 0 && !twice.has(map) ? `${map.urn}#data` : undefined;
}

/** Most ConfigMaps are for something else, which the names of what they hold tell. */
function mayCarry(store: Resource): boolean {
  const names = namesIn(store);
  return names.some(isAskedFor) || concernsClients(names) || !inputOf(store, "binaryData").isAbsent;
}

const isAskedFor = onceFor((name: string) => mayTell(posix.basename(name)) || mayHoldClients(name));

/** What pods that are not seen here may use: what else is set there cannot be told. */
function alone(store: Resource): Carried {
  // Where a value stands is looked up for those that are asked about.
  const variables = concernsClients(namesIn(store)) ? valuesOf(store).variables : new Map();
  const files = filesOf(store);
  const carrier = { origin: "planned", idOf: () => `${store.urn}#data` } as const;
  return {
    containers: [],
    definitions: mailDefinitionsIn(treeFor(files, true), carrier),
    clients: [
      ...clientsIn(treeFor(files, false), carrier),
      ...clientsWith(variables, [`the pods that use ${store.urn}`], { origin: "planned", id: store.urn }),
    ],
  };
}
