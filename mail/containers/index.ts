import type { ContainerDefinition } from "../../model/container.js";
import type { Fact } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import type { Subjects } from "../../model/subjects.js";
import { bokyPostfix } from "./boky-postfix.js";
import { catchers } from "./catchers.js";
import { dockerMailserver } from "./docker-mailserver.js";
import type { Image } from "./image.js";
import { mailu } from "./mailu.js";

/** One line an image. */
const images: readonly Image[] = [...catchers, bokyPostfix, dockerMailserver, mailu];

/**
 * What the mail images among the containers do on the ports that the host publishes for them; the subject is the declared
 * endpoint whose `config` is the container's id, else the service. Sorted by container, port and fact.
 */
export function containerFacts(containers: readonly ContainerDefinition[], subjects: Subjects): Fact[] {
  return containers.flatMap((container) => {
    const { value } = container.image;
    if (isUnknown(value)) return [];
    const repository = value.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
    const image = images.find(({ names }) => names.test(repository));
    if (!image) return [];
    const ports = image.ports(container);
    return container.published.flatMap(({ host, container: inside, from, at }) => {
      const subject = subjects.ofDefinition(container, host, container.name);
      const published = { kind: "code", at, says: `port ${host} of the host leads to port ${inside}` } as const;
      return Object.entries(ports.get(inside) ?? {}).map(([name, { value: said, evidence }]) => {
        return {
          subject,
          name,
          from,
          value: said,
          origin: container.origin,
          evidence: [...evidence, published],
        } as Fact;
      });
    });
  });
}
