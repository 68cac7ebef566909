import { AddressSet } from "../../model/addresses.js";
import type { ContainerDefinition, PublishedPort } from "../../model/container.js";
import type { DeclaredEndpoint } from "../../model/declaration.js";
import type { Fact } from "../../model/fact.js";
import { isUnknown, missingOf, unknown } from "../../model/maybe.js";
import type { Subjects } from "../../model/subjects.js";
import { saidByListener } from "../joined.js";
import { submissionPorts } from "../port-facts.js";
import { ledBy } from "../published.js";
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
    const changed = image.isUnchangeable ? { ...container, changedBy: [] } : container;
    const own = [...ports.keys()].flatMap((port) => ownPort(container, port));
    const [beside, alone] = [
      own.filter((each) => isPublished(container, each)),
      own.filter((each) => !isPublished(container, each)),
    ];
    // What is said of a port that leads to it is not said twice: that it listens, is.
    const heard = beside.flatMap((port) => {
      const { listening } = ports.get(port.container) ?? {};
      return listening ? factsOf(changed, port, { listening }, subjects) : [];
    });
    const all = [...container.published, ...alone, ...namedPorts(container, subjects)].flatMap((port) => {
      return factsOf(changed, port, ports.get(port.container) ?? unserved(image, container, port), subjects);
    });
    return [...all, ...heard];
  });
}

/** A submission port that leads to one on which the image takes no mail; on 25 it may, of which nothing is said. */
function unserved(
  image: Image,
  container: ContainerDefinition,
  { host, container: port, isShared }: PublishedPort,
): PortFacts {
  if (!submissionPorts.includes(host) || port === 25 || isShared) return {};
  const { product } = image;
  const says = `${product} takes no mail on its port ${port}`;
  const doubt = image.opened?.(container);
  const evidence = [{ kind: "default", at: container.image.at, says } as const];
  if (!doubt) return { listening: { value: false, evidence } };
  return { listening: { value: unknown(...doubt.missing), evidence: [...evidence, doubt.evidence] } };
}

function isPublished({ published }: ContainerDefinition, { container: port }: PublishedPort): boolean {
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
  port: PublishedPort,
  facts: PortFacts,
  subjects: Subjects,
): Fact[] {
  const { host, from, missing, hostedBy, endsTls } = port;
  const subject = subjects.ofDefinition({ id, ...(hostedBy === undefined ? {} : { hostedBy }) }, host, called);
  const led = ledBy(port, called);
  const open = [...(missing ?? []), ...changedBy];
  const said = Object.entries(facts).filter(([name]) => !endsTls || !saidByListener.some((each) => each === name));
  return said.map(([name, { value, evidence }]) => {
    const known = open.length === 0 ? value : unknown(...open, ...missingOf(value));
    return { subject, name, from, value: known, origin, evidence: [...evidence, led] } as Fact;
  });
}
