import { AddressSet } from "../../model/addresses.js";
import type { ContainerDefinition, PublishedPort } from "../../model/container.js";
import type { DeclaredEndpoint } from "../../model/declaration.js";
import type { Fact } from "../../model/fact.js";
import { isUnknown, missingOf, unknown } from "../../model/maybe.js";
import type { Subjects } from "../../model/subjects.js";
import { bokyPostfix } from "./boky-postfix.js";
import { catchers } from "./catchers.js";
import { dockerMailserver } from "./docker-mailserver.js";
import type { Image, PortFacts } from "./image.js";
import { mailcow } from "./mailcow.js";
import { mailu } from "./mailu.js";

/** One line an image. */
const images: readonly Image[] = [...catchers, bokyPostfix, dockerMailserver, mailcow, mailu];

/**
 * What the mail images among the containers do on the ports that lead to them; the subject is the declared endpoint whose
 * `config` is the container's id or whose resource stands before it, else the service. Of a container whose image is not
 * known, the declared ports are undecided. Sorted by container, port and fact.
 */
export function containerFacts(containers: readonly ContainerDefinition[], subjects: Subjects): Fact[] {
  return containers.flatMap((container) => {
    const { value } = container.image;
    if (isUnknown(value)) return declaredPorts(container, subjects);
    const repository = value.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
    const image = images.find(({ names }) => names.test(repository));
    if (!image) return [];
    const ports = image.ports(container);
    const own = [...ports.keys()].flatMap((port) => (isPublished(container, port) ? [] : ownPort(container, port)));
    return [...container.published, ...own, ...namedPorts(container, subjects)].flatMap((port) => {
      const changed = image.isUnchangeable ? { ...container, changedBy: [] } : container;
      return factsOf(changed, port, ports.get(port.container) ?? {}, subjects);
    });
  });
}

function isPublished({ published }: ContainerDefinition, port: number): boolean {
  return published.some(({ container }) => container === port);
}

function ownPort({ own }: ContainerDefinition, port: number): PublishedPort[] {
  return own ? [{ ...own, host: port, container: port }] : [];
}

/** An image that nothing here runs: the ports of the endpoints that name it. */
function namedPorts({ id, published, own, image }: ContainerDefinition, subjects: Subjects): PublishedPort[] {
  if (published.length > 0 || own) return [];
  return subjects.declaration.endpoints.flatMap(({ config, port }) =>
    config === id ? [{ host: port, container: port, from: AddressSet.everything, at: image.at }] : [],
  );
}

/** A container that cannot be told is named where a server is wanted, and nowhere else: most images are no mail servers. */
function declaredPorts(container: ContainerDefinition, subjects: Subjects): Fact[] {
  const { image, id } = container;
  const declared = [...new Set(subjects.declaration.endpoints.map(({ port }) => port))];
  const ports = [...container.published, ...declared.flatMap((port) => ownPort(container, port))];
  return ports
    .filter((port) => subjects.declaration.endpoints.some((each) => isFor(each, port, id, subjects)))
    .flatMap((port) => {
      const value = unknown(...(isUnknown(image.value) ? image.value.unknown : []));
      const evidence = [{ kind: "code", at: image.at, says: `which image ${id} runs is not known` }] as const;
      return factsOf(container, port, { listening: { value, evidence } }, subjects);
    });
}

function isFor(endpoint: DeclaredEndpoint, { host, hostedBy }: PublishedPort, id: string, subjects: Subjects): boolean {
  const nic = subjects.interfaces.find((each) => each.id === hostedBy);
  if (endpoint.port !== host) return false;
  return endpoint.config === id || (nic !== undefined && subjects.isKnownAs(nic, endpoint.resource));
}

function factsOf(
  { id, name: called, origin, changedBy = [] }: ContainerDefinition,
  { host, container, from, missing, hostedBy, at }: PublishedPort,
  facts: PortFacts,
  subjects: Subjects,
): Fact[] {
  const subject = subjects.ofDefinition({ id, ...(hostedBy === undefined ? {} : { hostedBy }) }, host, called);
  const led = { kind: "code", at, says: `port ${host} leads to port ${container} of ${called}` } as const;
  const open = [...(missing ?? []), ...changedBy];
  return Object.entries(facts).map(([name, { value, evidence }]) => {
    const said = open.length === 0 ? value : unknown(...open, ...missingOf(value));
    return { subject, name, from, value: said, origin, evidence: [...evidence, led] } as Fact;
  });
}
