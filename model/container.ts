import type { AddressSet } from "./addresses.js";
import type { ClientSettings, Setting } from "./client.js";
import type { Origin } from "./fact.js";

/** A container as a file or a resource defines it: what runs in it is told by its image and its environment. */
export interface ContainerDefinition {
  /** `compose.yaml mail`, `URN mail`: where it is defined and what it is called there; unique in the estate. */
  readonly id: string;
  /** The service or the container. */
  readonly name: string;
  readonly origin: Exclude<Origin, "observed">;
  readonly image: Setting;
  readonly environment: ClientSettings;
  /** Where variables may be set that `environment` does not have; absent: nowhere. */
  readonly elsewhere?: readonly string[];
  readonly published: readonly PublishedPort[];
  /** The address of its own on which it is reached at every port that nothing publishes; absent: on none. */
  readonly own?: Reach;
  readonly mounts: readonly Mount[];
  /** What may change the files of the image, and is not worked out: then nothing that the image would do is certain. */
  readonly changedBy?: readonly string[];
}

/** An address that leads to a container, and who gets to it. */
export interface Reach {
  /** The clients that the address lets in: loopback alone, or anyone. */
  readonly from: AddressSet;
  /** What decides whether these clients are let in, where that is not known. */
  readonly missing?: readonly string[];
  /** The `id` of the network interface that has this address, when known. */
  readonly hostedBy?: string;
  readonly at: string;
}

/** A port of the host, or of what else stands before a container, that leads to one of the container. */
export interface PublishedPort extends Reach {
  readonly host: number;
  readonly container: number;
  /** Other containers share its network: one of them may listen there. */
  readonly isShared?: boolean;
  /** What leads there ends TLS itself, or may. */
  readonly endsTls?: boolean;
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
