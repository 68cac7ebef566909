import { AddressSet } from "../../../model/addresses.js";
import type { PublishedPort } from "../../../model/container.js";
import { isUnknown } from "../../../model/maybe.js";
import { ofTypes, type Resource } from "../resource.js";
import { balancerTypes } from "./attachments.js";
import { Machines } from "./machines.js";
import { serviceType } from "./workloads.js";

/** A listener's port that leads to a container of an ECS service: listener, target group, the service's own entry. */
export interface TaskFront {
  readonly service: Resource;
  /** What the task definition calls the container. */
  readonly container: string;
  readonly published: PublishedPort;
}

/** The ports of network load balancers that lead to containers of services, whatever ports their instances have. */
export function frontsOf(resources: readonly Resource[]): TaskFront[] {
  const balancers = ofTypes(resources, ...balancerTypes);
  if (balancers.length === 0 || !resources.some(({ type }) => type === serviceType)) return [];
  const { listeners } = new Machines(resources);
  return balancers.flatMap((front) =>
    listeners.of(front).flatMap(({ port, protocol, tasks = [], at }): TaskFront[] => {
      if (isUnknown(port) || protocol === "other") return [];
      return tasks.flatMap(({ service, container, door }): TaskFront[] => {
        const { target } = door;
        if (target === undefined || isUnknown(target) || container === undefined || isUnknown(container)) return [];
        const led = { host: port, container: target, from: AddressSet.everything, hostedBy: front.urn, at };
        return [{ service, container, published: { ...led, ...(protocol === "tcp" ? {} : { endsTls: true }) } }];
      });
    }),
  );
}
