import type { AddressSet } from "./addresses.js";
import type { ClientSettings, Setting } from "./client.js";
import type { Origin } from "./fact.js";

/** A container as a Compose file defines it: what runs in it is told by its image and its environment. */
export interface ContainerDefinition {
  /** `compose.yaml mail`: the file and the service; unique in the estate. */
  readonly id: string;
  /** The service. */
  readonly name: string;
  readonly origin: Exclude<Origin, "observed">;
  readonly image: Setting;
  readonly environment: ClientSettings;
  readonly published: readonly PublishedPort[];
  readonly mounts: readonly Mount[];
}

/** A port of the host that leads to one of the container. */
export interface PublishedPort {
  readonly host: number;
  readonly container: number;
  /** The clients that the host's address lets in: loopback alone, or anyone. */
  readonly from: AddressSet;
  readonly at: string;
}

/** A directory or file that replaces part of the image. */
export interface Mount {
  /** Where it lies in the container. */
  readonly target: string;
  /** The directory or file on the host, where it is a relative path of the tree; else undefined. */
  readonly source: string | undefined;
  /** The files in it, by their path from it (`""`: it is a file); undefined where they are not at hand. */
  readonly files: readonly string[] | undefined;
  readonly at: string;
}
