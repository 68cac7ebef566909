import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import type { Passage } from "../../../model/network.js";
import type { Listening } from "./listeners.js";

/** Where the listeners of a load balancer lead; targets that are not seen may take them under any port. */
export function passagesOf(listening: readonly Listening[]): Passage[] {
  return listening.flatMap(({ at, port, protocol, targets, tasks = [], missing, preserved }): Passage[] => {
    if (isUnknown(port) || protocol === "other") return [];
    const passage = (target: Maybe<number> | undefined, to?: string): Passage => ({
      ...{ listen: port, target: target ?? port, protocol, preserved, at },
      ...(to === undefined ? {} : { to }),
    });
    const owned = new Set(targets.map(({ machine }) => machine));
    // The containers of a service that shares its machines' network are told by their own ports.
    const shared = tasks.filter(({ service }) => !owned.has(service));
    const unseen = missing.filter((each) => !shared.some((task) => task.at === each));
    return [
      ...targets.map(({ machine, door }) => passage(door.target, machine.urn)),
      ...shared.map(({ door }) => passage(door.target)),
      ...(unseen.length > 0 ? [passage(unknown(...unseen))] : []),
    ];
  });
}
