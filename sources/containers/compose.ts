import { posix } from "node:path";
import { AddressSet, loopback } from "../../model/addresses.js";
import type { ContainerDefinition, Mount, PublishedPort } from "../../model/container.js";
import { isCompose, servicesIn } from "../clients/compose.js";
import { type FlatYaml, flatYaml } from "../clients/formats/yaml.js";
import { readable, type Unread } from "../clients/index.js";
import { directoryOf, type FileTree } from "../mail/tree.js";

const longestRange = 1000;

/**
 * The containers of the Compose files in a tree, with the host's ports that lead to them (Compose file reference, `ports`
 * and `volumes`). What a variable decides (`${PORT}`) is left out of the ports: which one it is cannot be told.
 */
export function containersIn(tree: FileTree, idOf: (path: string) => string, unread?: Unread): ContainerDefinition[] {
  return tree.paths.filter(isCompose).flatMap((path) => readable(path, unread, () => containersOf(tree, path, idOf)));
}

function containersOf(tree: FileTree, path: string, idOf: (path: string) => string): ContainerDefinition[] {
  const flat = flatYaml(tree.text(path) ?? "", tree.at(path));
  const environments = new Map(servicesIn(flat, tree, path));
  return [...flat].flatMap(([key, image]): ContainerDefinition[] => {
    const name = /^services\.([\w.-]+)\.image$/.exec(key)?.[1];
    if (name === undefined) return [];
    const of = `services.${name}.`;
    return [
      {
        id: `${idOf(path)} ${name}`,
        name,
        origin: "planned",
        image: { value: image.value.includes("$") ? { unknown: [`${of}image`] } : image.value, at: image.at },
        environment: environments.get(name) ?? new Map(),
        published: portsOf(flat, of),
        mounts: mountsOf(flat, of, tree, directoryOf(path), idOf),
      },
    ];
  });
}

function portsOf(flat: FlatYaml, of: string): PublishedPort[] {
  return indexed(flat, `${of}ports`).flatMap((entry) => {
    const short = entry.get("");
    const [address, host, container, protocol] = short
      ? shortPort(short.value)
      : [
          entry.get("host_ip")?.value,
          entry.get("published")?.value,
          entry.get("target")?.value,
          entry.get("protocol")?.value,
        ];
    const at = [...entry.values()][0]?.at ?? of;
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

function isLoopback(address: string): boolean {
  try {
    return loopback.contains(AddressSet.of(address.replace(/^\[|\]$/g, "")));
  } catch {
    return false;
  }
}

function mountsOf(
  flat: FlatYaml,
  of: string,
  tree: FileTree,
  directory: string,
  idOf: (path: string) => string,
): Mount[] {
  return indexed(flat, `${of}volumes`).flatMap((entry) => {
    const short = entry.get("");
    const [source = "", target] = short
      ? short.value.split(":")
      : [entry.get("source")?.value, entry.get("target")?.value];
    const at = [...entry.values()][0]?.at ?? of;
    if (target === undefined) return [];
    const path = pathIn(source, directory);
    return [
      {
        target: target.replace(/\/+$/, ""),
        source: path === undefined ? undefined : idOf(path),
        files: path === undefined ? undefined : filesAt(path, tree),
        at,
      },
    ];
  });
}

/** A relative path as the tree has it; named volumes and absolute paths are not at hand. */
function pathIn(source: string, directory: string): string | undefined {
  if (!source.startsWith(".") || source.includes("$")) return undefined;
  return posix.join(directory, source).replace(/\/+$/, "");
}

function filesAt(path: string, tree: FileTree): string[] | undefined {
  if (tree.paths.includes(path)) return [""];
  const below = tree.paths.filter((each) => each.startsWith(`${path}/`)).map((each) => each.slice(path.length + 1));
  return below.length > 0 ? below : undefined;
}

/** The entries of a list, each by what is below it (`""`: it is a scalar). */
function indexed(flat: FlatYaml, list: string): Map<string, { readonly value: string; readonly at: string }>[] {
  const entries = new Map<string, Map<string, { value: string; at: string }>>();
  for (const [key, setting] of flat) {
    if (!key.startsWith(`${list}.`)) continue;
    const [index = "", ...rest] = key.slice(list.length + 1).split(".");
    const entry = entries.get(index) ?? new Map();
    entries.set(index, entry.set(rest.join("."), setting));
  }
  return [...entries.values()];
}
