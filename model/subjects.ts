import type { ContainerDefinition, PublishedPort } from "./container.js";
import type { Declaration, DeclaredEndpoint } from "./declaration.js";
import type { MailDefinition } from "./mail.js";
import { isUnknown, type Maybe, type Unknown, unknown } from "./maybe.js";
import type { NetworkInterface } from "./network.js";

/** `mail.example.com:587`, `[2001:db8::1]:587`. */
export function endpointSubject(host: string, port: number): string {
  return host.includes(":") && !host.startsWith("[") && !host.includes("/") && !host.includes("urn:")
    ? `[${host}]:${port}`
    : `${host}:${port}`;
}

/** `app -> smtp.example.net:587`; the destination `*` is any. */
export function egressSubject(client: string, destination: string, port: number): string {
  return `${client} -> ${endpointSubject(destination, port)}`;
}

/**
 * Says what facts of a resource or a configuration are about: the declared endpoint it stands behind, else itself.
 * Facts of different sources meet only where they have the same subject.
 */
export class Subjects {
  private readonly twice: ReadonlySet<string>;
  private readonly byCloudId = new Map<string, NetworkInterface[]>();

  /** The declaration, with every machine under the name that subjects have: whichever name, URN or id was written. */
  readonly declaration: Declaration;

  constructor(
    declaration: Declaration,
    readonly interfaces: readonly NetworkInterface[] = [],
    private readonly containers: readonly ContainerDefinition[] = [],
  ) {
    const ids = new Map<string, string>();
    const twice = new Set<string>();
    for (const { name, cloudId, id } of interfaces) {
      const own = cloudId ?? id;
      const known = ids.get(name);
      if (known === undefined) ids.set(name, own);
      else if (known !== own) twice.add(name);
    }
    this.twice = twice;
    for (const nic of interfaces) {
      if (nic.cloudId) this.byCloudId.set(nic.cloudId, [...(this.byCloudId.get(nic.cloudId) ?? []), nic]);
    }
    this.declaration = {
      ...declaration,
      endpoints: declaration.endpoints.map((each) =>
        each.resource ? { ...each, resource: this.asNamed(each.resource) } : each,
      ),
      relays: declaration.relays.map((each) => ({
        ...each,
        clients: each.clients.map((client) => this.asNamed(client)),
      })),
    };
  }

  private asNamed(written: string): string {
    const names = new Set(this.interfaces.filter((nic) => this.isKnownAs(nic, written)).map((nic) => this.nameOf(nic)));
    const [name] = names;
    return name !== undefined && names.size === 1 ? name : written;
  }

  /**
   * The short name where it is the only one of that name, else the full id. What was planned and deployed with the
   * same cloud id is one thing, and has its planned name.
   */
  nameOf(nic: NetworkInterface): string {
    const planned = nic.origin === "deployed" && this.sameThing(nic).find((each) => each.origin === "planned");
    const { name, id } = planned || nic;
    return this.twice.has(name) ? id : name;
  }

  endpointOf(nic: NetworkInterface, port: number): DeclaredEndpoint | undefined {
    return this.declaration.endpoints.find((each) => each.port === port && this.isKnownAs(nic, each.resource));
  }

  /** Has it that name, id or cloud id, as planned or as deployed? */
  isKnownAs(nic: NetworkInterface, name: string | undefined): boolean {
    return this.sameThing(nic).some((each) => isCalled(each, name));
  }

  /** Was it both planned and deployed? */
  hasOtherSide(nic: NetworkInterface): boolean {
    return this.sameThing(nic).some(({ origin }) => origin !== nic.origin);
  }

  private sameThing(nic: NetworkInterface): readonly NetworkInterface[] {
    return (nic.cloudId !== undefined && this.byCloudId.get(nic.cloudId)) || [nic];
  }

  ofInterface(nic: NetworkInterface, port: number): string {
    return endpointSubject(this.endpointOf(nic, port)?.host ?? this.nameOf(nic), port);
  }

  ofEgress(nic: NetworkInterface, destination: string, port: number): string {
    return egressSubject(this.nameOf(nic), destination, port);
  }

  /** The mail server's version, as the definition or the endpoint that it stands behind declares it. */
  versionOf(definition: MailDefinition): string | undefined {
    const nic = this.interfaces.find((each) => each.id === definition.hostedBy);
    const behind = (each: DeclaredEndpoint) =>
      each.config === definition.id || (nic !== undefined && this.isKnownAs(nic, each.resource));
    return definition.version ?? this.declaration.endpoints.find((each) => each.version && behind(each))?.version;
  }

  /**
   * The port on which the server behind a declared endpoint listens: a load balancer, a Service or a container's published
   * port may lead to another one. Unknown where they lead to several, or to one that is not known yet; undefined where its
   * container is published on other ports alone.
   * @param published the ports that lead to the configuration, where its source tells them.
   */
  portBehind(
    { resource, config, port }: DeclaredEndpoint,
    published?: readonly PublishedPort[],
  ): Maybe<number> | undefined {
    const carriers = this.carrying(config);
    const ways = published ?? carriers.flatMap((each) => each.published);
    const led = (among: readonly PublishedPort[], from: number) =>
      among.flatMap(({ host, container }) => (host === from ? container : []));
    const before = this.ledTo(resource, port);
    const fronts = led(
      ways.filter(({ hostedBy }) => hostedBy !== undefined),
      port,
    );
    const doubt = unknown(`the port that ${resource ?? config} leads ${port} to`);
    const reached = onlyOne(before.length > 0 ? before : fronts, doubt) ?? port;
    const ofHost = ways.filter(({ hostedBy }) => hostedBy === undefined);
    if (isUnknown(reached) || ofHost.length === 0) return reached;
    const inside = onlyOne(led(ofHost, reached), doubt);
    if (inside !== undefined || carriers.some(({ own }) => own)) return inside ?? reached;
    const others = this.containers.filter((each) => !carriers.includes(each));
    return others.some((each) => led(each.published, reached).length > 0) ? doubt : undefined;
  }

  /** The ports to which what stands before a machine leads one of its own. */
  private ledTo(resource: string | undefined, port: number): Maybe<number>[] {
    const nics = this.interfaces.filter((nic) => this.isKnownAs(nic, resource));
    const layers = nics.flatMap(({ ingress }) => ingress.flatMap(({ translation = [] }) => translation));
    const passages = nics.flatMap(({ leadsTo = [] }) => leadsTo);
    return [...passages, ...layers].filter(({ listen }) => listen === port).map(({ target }) => target);
  }

  /** The ports that lead to a configuration: of what its source tells, else of the containers in which it is mounted. */
  publishedTo({ id, published }: Pick<MailDefinition, "id" | "published">): readonly PublishedPort[] {
    return published ?? this.carrying(id).flatMap((each) => each.published);
  }

  /** The containers in which this configuration is mounted, or which carry it themselves. */
  private carrying(config: string | undefined): readonly ContainerDefinition[] {
    if (config === undefined) return [];
    return this.containers.filter(
      ({ id, mounts }) => config.startsWith(`${id}:/`) || mounts.some(({ source }) => source === config),
    );
  }

  /** `hostname` is what the configuration calls itself, when it is known. */
  ofDefinition(
    definition: Pick<MailDefinition, "id" | "hostedBy" | "published">,
    port: number,
    hostname?: string,
  ): string {
    const declared = this.declaration.endpoints.find(
      (each) => each.config === definition.id && this.portBehind(each, definition.published) === port,
    );
    if (declared) return endpointSubject(declared.host, declared.port);
    const before = definition.published?.find(({ container }) => container === port);
    if (before) return this.ofDefinition({ id: definition.id, ...hostOf(before) }, before.host, hostname);
    const nic = this.interfaces.find((each) => each.id === definition.hostedBy);
    if (nic) return this.ofInterface(nic, port);
    // Ports of it that are not declared are of the same host as those that are.
    const hosts = new Set(
      this.declaration.endpoints.flatMap((each) => (each.config === definition.id ? each.host : [])),
    );
    const [only = definition.id] = hosts.size === 1 ? hosts : [hostname];
    const ways = this.publishedTo(definition);
    const outside = ways.find(({ container }) => container === port)?.host ?? port;
    // A port that is declared and leads elsewhere is not this one.
    const isElsewhere = this.declaration.endpoints.some(
      (each) => each.config === definition.id && each.host === only && each.port === outside,
    );
    return endpointSubject(isElsewhere ? definition.id : only, outside);
  }
}

/** Undefined of none; what several say, or one that is not known, is the doubt. */
function onlyOne(ports: readonly Maybe<number>[], doubt: Unknown): Maybe<number> | undefined {
  const [first, ...others] = [...new Set(ports)];
  return first === undefined || (others.length === 0 && !isUnknown(first)) ? first : doubt;
}

function hostOf({ hostedBy }: { readonly hostedBy?: string }): { readonly hostedBy?: string } {
  return hostedBy === undefined ? {} : { hostedBy };
}

export function isCalled(nic: NetworkInterface, name: string | undefined): boolean {
  return name !== undefined && (name === nic.name || name === nic.id || name === nic.cloudId);
}
