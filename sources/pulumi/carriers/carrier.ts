import type { ClientSettings } from "../../../model/client.js";
import type { ContainerDefinition } from "../../../model/container.js";
import { isUnknown } from "../../../model/maybe.js";
import type { Estate } from "../../../model/network.js";
import { clientsIn, clientsOfEnvironment } from "../../clients/index.js";
import { mailDefinitionsIn } from "../../mail/index.js";
import { type FileTree, treeOf } from "../../mail/tree.js";
import type { Input } from "../input.js";
import type { Resource } from "../resource.js";

/** What a program's resources carry beside their networks. */
export type Carried = Required<Pick<Estate, "containers" | "clients" | "definitions">>;

/** The text of a file that a program names by its path; undefined where it is not at hand. */
export type Beside = (path: string) => string | undefined;

/** Reads the resources of its types among all of a program. */
export type Carrier = (resources: readonly Resource[], beside: Beside) => Carried;

export const nothingCarried: Carried = { containers: [], clients: [], definitions: [] };

export function together(...parts: readonly Carried[]): Carried {
  return {
    containers: parts.flatMap(({ containers }) => containers),
    clients: parts.flatMap(({ clients }) => clients),
    definitions: parts.flatMap(({ definitions }) => definitions),
  };
}

/** A file in a container, under its absolute path; without a text something that is not at hand decides it. */
export interface PlacedFile {
  readonly text: string | undefined;
  readonly at: string;
  /** The program marked it secret: it serves the analysis of mail servers, of which no value is shown. */
  readonly isSecret?: boolean;
}

/** A container and the files that are put into it. */
export interface Workload {
  readonly container: ContainerDefinition;
  readonly files: ReadonlyMap<string, PlacedFile>;
  /** The `id` of the network interface from which it sends. */
  readonly hostedBy?: string;
  /** The id of the definition that begins in this directory; else it is named after the container. */
  readonly idOf?: (directory: string, files: readonly PlacedFile[]) => string | undefined;
}

/** Where it is said of a container that another program starts it, or that something runs in it beside. */
export function startedBy(inputs: readonly Input[]): Pick<ContainerDefinition, "changedBy"> {
  const found = inputs.filter((input) => {
    const items = input.items();
    return !input.isAbsent && (items === undefined || isUnknown(items) || items.length > 0);
  });
  return found.length > 0 ? { changedBy: found.map(({ at }) => at) } : {};
}

/** The container itself, the mail servers whose files it has, and the clients that its files and variables are for. */
export function carriedBy({ container, files, hostedBy, idOf }: Workload): Carried {
  const host = hostedBy === undefined ? {} : { hostedBy };
  const paths = new Map([...files].map(([path, file]) => [path.replace(/^\/+/, ""), file]));
  const below = (root: string) =>
    [...paths].filter(([path]) => root === "" || path.startsWith(`${root}/`)).map(([, file]) => file);
  const named = (root: string) => idOf?.(root, below(root)) ?? `${container.id}:/${root}`;
  const whose = { origin: container.origin, ...host };
  const clients = clientsIn(treeFor(paths, false), { ...whose, idOf: (path) => `${container.id}:/${path}` });
  return {
    containers: [container],
    definitions: mailDefinitionsIn(treeFor(paths, true), { ...whose, idOf: named }).map((each) => ({
      ...each,
      ...(container.published.length > 0 ? { published: container.published } : {}),
    })),
    clients: [
      ...clients,
      ...clientsWith(container.environment, container.elsewhere ?? [], { ...whose, id: container.id }),
    ],
  };
}

/** The clients that variables are for, where others may be set elsewhere. */
export function clientsWith(
  environment: ClientSettings,
  elsewhere: readonly string[],
  whose: Parameters<typeof clientsOfEnvironment>[1],
): Carried["clients"] {
  const found = clientsOfEnvironment(environment, whose);
  return elsewhere.length > 0 ? found.map((each) => ({ ...each, elsewhere })) : found;
}

/** Files by their path; what clients are set to is shown, so that they are read without what is secret. */
export function treeFor(files: ReadonlyMap<string, PlacedFile>, withSecrets: boolean): FileTree {
  const texts = [...files].map(
    ([path, { text, isSecret }]) => [path, isSecret && !withSecrets ? undefined : text] as const,
  );
  return treeOf(new Map(texts), (path) => files.get(path)?.at ?? path);
}
