import { posix } from "node:path";
import { AddressSet, loopback } from "../../model/addresses.js";
import type { ClientSettings, Setting } from "../../model/client.js";
import type { ContainerDefinition, PublishedPort } from "../../model/container.js";
import { onceFor } from "../../model/once.js";
import { composeReader, isOwnCompose, type ReadCompose, type Services } from "../clients/compose.js";
import { dotenv } from "../clients/formats/lines.js";
import type { FlatYaml } from "../clients/formats/yaml.js";
import { readable, type Unread } from "../clients/index.js";
import { directoryOf, type FileTree } from "../mail/tree.js";
import { filledIn, indexed, placeOf, type Variables } from "./compose-entries.js";
import { mountsOf, storesOf } from "./compose-mounts.js";
import { type Built, isDockerfile, readDockerfile } from "./dockerfile.js";

const longestRange = 1000;

/**
 * The containers of the Compose files in a tree, with the host's ports that lead to them (Compose file reference, `ports`
 * and `volumes`). What a variable decides (`${PORT}`) is left out of the ports unless a file of variables lies beside: which
 * one it is cannot be told. Dockerfiles that no service builds stand for themselves, without ports.
 */
export function containersIn(
  tree: FileTree,
  idOf: (path: string) => string,
  unread?: Unread,
  compose = composeReader(tree),
): ContainerDefinition[] {
  const services = tree.paths
    .filter((path) => isOwnCompose(tree, path))
    .flatMap((path) => readable(path, unread, () => servicesIn(compose, tree, path, idOf)));
  const used = new Set(services.map(({ image }) => image.at.replace(/:\d+$/, "")));
  const files = tree.paths.filter((path) => isDockerfile(path) && !used.has(tree.at(path)));
  return [...services, ...files.flatMap((path) => readable(path, unread, () => imageFrom(tree, path, idOf)))];
}

function imageFrom(tree: FileTree, path: string, idOf: (path: string) => string): ContainerDefinition[] {
  const built = readDockerfile(tree, path, directoryOf(path), idOf);
  const name = posix.basename(directoryOf(path)) || posix.basename(path);
  if (!built) return [];
  const { image, environment, mounts, changedBy } = built;
  return [{ id: idOf(path), name, origin: "planned", image, environment, mounts, changedBy, published: [] }];
}

function servicesIn(
  compose: ReadCompose,
  tree: FileTree,
  path: string,
  idOf: (path: string) => string,
): ContainerDefinition[] {
  const { services, environments } = compose(path);
  const variables = variablesBeside(tree, path);
  const [file, directory] = [idOf(path), directoryOf(path)];
  return [...running(services)].map(([name, own]): ContainerDefinition => {
    const built = builtBy(own, tree, path, idOf);
    const mounts = [...mountsOf(own, variables, tree, directory, idOf), ...storesOf(own)];
    return {
      id: `${file} ${name}`,
      name,
      origin: "planned",
      image: built?.image ?? imageOf(own, name),
      environment: over(built?.environment, environments.get(name)),
      published: portsOf(own, variables),
      ...ownAddress(own),
      mounts: [...mounts, ...(built?.mounts ?? [])],
      changedBy: [...(built?.changedBy ?? []), ...startedBy(own)],
    };
  });
}

/** What stands in two environments, the later over the earlier. */
function over(...[earlier = nothing, later = nothing]: readonly (ClientSettings | undefined)[]): ClientSettings {
  return earlier.size === 0 ? later : new Map([...earlier, ...later]);
}

const nothing: ClientSettings = new Map();

/** In the host's network it is reached at every port of the host. */
function ownAddress(own: FlatYaml): Pick<ContainerDefinition, "own"> {
  const mode = own.get("network_mode");
  return mode?.value === "host" ? { own: { from: AddressSet.everything, at: mode.at } } : {};
}

/** Compose refuses other names. */
const named = /^[\w.-]{1,200}$/;

/** The services that say what runs in them. */
function* running(services: Services): Generator<[name: string, own: FlatYaml]> {
  for (const [name, own] of services)
    if (named.test(name) && (own.has("image") || firstUnder(own, "build") !== undefined)) yield [name, own];
}

/** The image's name; of one that is built by what is not at hand it says nothing. */
function imageOf(own: FlatYaml, name: string): Setting {
  const image = own.get("image");
  const path = `services.${name}.`;
  const build = firstUnder(own, "build");
  const at = image?.at ?? build?.at ?? path;
  if (build !== undefined) return { value: { unknown: [`${path}build (${build.at})`] }, at };
  return { value: image === undefined || image.value.includes("$") ? { unknown: [`${path}image`] } : image.value, at };
}

/** Where something stands that starts, extends or changes the service otherwise than its image says. */
function startedBy(own: FlatYaml): string[] {
  const found = new Set<string>();
  for (const [key, { at }] of own) if (starting.has(topOf(key))) found.add(at);
  return [...found];
}

const starting: ReadonlySet<string> = new Set(["command", "entrypoint", "post_start", "extends", "volumes_from"]);

function firstUnder(own: FlatYaml, name: string): { readonly at: string } | undefined {
  for (const [key, setting] of own) if (topOf(key) === name) return setting;
  return undefined;
}

/** `ports` of `ports.0.target`. */
function topOf(key: string): string {
  const end = key.indexOf(".");
  return end < 0 ? key : key.slice(0, end);
}

/** What the service's Dockerfile makes, where it lies in the tree. */
function builtBy(own: FlatYaml, tree: FileTree, path: string, idOf: (path: string) => string): Built | undefined {
  const context = own.get("build")?.value ?? own.get("build.context")?.value;
  if (context === undefined || context.includes("$") || context.includes("://")) return undefined;
  if (own.has("build.dockerfile_inline")) return undefined;
  const directory = posix.join(directoryOf(path), context).replace(/\/+$/, "").replace(/^\.$/, "");
  const file = posix.join(directory, own.get("build.dockerfile")?.value ?? "Dockerfile");
  return tree.has(file) ? readDockerfile(tree, file, directory, idOf, own.get("build.target")?.value) : undefined;
}

/** The file that Compose fills variables in from; mailcow calls its own `mailcow.conf` and links to it. */
function variablesBeside(tree: FileTree, path: string): Variables {
  const beside = [".env", "mailcow.conf"].map((name) => posix.join(directoryOf(path), name));
  const file = beside.find((each) => tree.has(each));
  return file === undefined ? undefined : dotenv(tree.text(file) ?? "", tree.at(file));
}

function portsOf(own: FlatYaml, variables: Variables): PublishedPort[] {
  return indexed(own, "ports").flatMap((entry) => {
    const short = entry.get("");
    const [address, host, container, protocol] = short
      ? shortPort(filledIn(short.value, variables))
      : ["host_ip", "published", "target", "protocol"].map((name) => {
          const value = entry.get(name)?.value;
          return value === undefined ? undefined : filledIn(value, variables);
        });
    const at = placeOf(entry);
    if (protocol !== undefined && protocol !== "tcp") return [];
    const [outside, inside] = [rangeOf(host), rangeOf(container)];
    if (outside.length !== inside.length) return [];
    const from = address !== undefined && isLoopback(address) ? loopback : AddressSet.everything;
    return outside.map((port, i) => ({ host: port, container: inside[i] ?? port, from, at }));
  });
}

/** `587:2587`, `127.0.0.1:587:587/tcp`, `[::1]:587:587`; a container port alone gets a port that nobody knows before. */
function shortPort(text: string): [string?, string?, string?, string?] {
  const [, address, host, container, protocol] =
    /^(?:(\[[^\]]+\]|[^:]+):)??(?:([\d-]+):)?([\d-]+)(?:\/(\w+))?$/.exec(text) ?? [];
  return [address, host, container, protocol];
}

function rangeOf(text: string | undefined): number[] {
  const [, low, high] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text ?? "") ?? [];
  if (low === undefined) return [];
  const [from, to] = [Number(low), Number(high ?? low)];
  return to < from || to - from > longestRange ? [] : Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

const isLoopback = onceFor((address: string): boolean => {
  try {
    return loopback.contains(AddressSet.of(address.replace(/^\[|\]$/g, "")));
  } catch {
    return false;
  }
});
