import type { Mount } from "../../../model/container.js";
import { isUnknown } from "../../../model/maybe.js";
import { decoded, textOf } from "../../encodings.js";
import type { Input } from "../input.js";
import { elementsOf } from "../kubernetes/objects.js";
import type { Pods } from "../kubernetes/pods.js";
import { inputOf, type Resource } from "../resource.js";
import type { PlacedFile } from "./carrier.js";
import type { Stores } from "./pod-environment.js";

/** What is mounted into a container: the files under their absolute paths, and the ConfigMaps they come from. */
export interface Mounted {
  readonly mounts: readonly Mount[];
  readonly files: ReadonlyMap<string, PlacedFile>;
  readonly from: ReadonlyMap<PlacedFile, Resource>;
}

/** The volumes of a container that ConfigMaps and Secrets fill (API reference, Volume, VolumeMount). */
export function mountedInto(container: Input, pods: Pods, stores: Stores): Mounted {
  const volumes = elementsOf(pods.spec.member("volumes"));
  const mounts = elementsOf(container.member("volumeMounts"));
  const found: Mount[] = [];
  const files = new Map<string, PlacedFile>();
  const from = new Map<PlacedFile, Resource>();
  for (const mount of isUnknown(mounts) ? [] : mounts) {
    const target = mount.member("mountPath").text();
    const name = mount.member("name").text();
    if (typeof target !== "string" || typeof name !== "string") continue;
    const volume = isUnknown(volumes) ? undefined : volumes.find((each) => each.member("name").text() === name);
    const held = volume && filesIn(volume, pods, stores);
    const part = mount.member("subPath").text();
    const path = target.replace(/\/+$/, "");
    const placed = held && (part === undefined ? held : below(held, part));
    found.push({ target: path, source: undefined, files: placed && [...placed.keys()], at: mount.at });
    for (const [file, { store, ...each }] of placed ?? []) {
      const one: PlacedFile = each;
      files.set(file === "" ? path : `${path}/${file}`, one);
      from.set(one, store);
    }
  }
  return { mounts: found, files, from };
}

type Held = ReadonlyMap<string, PlacedFile & { readonly store: Resource }>;

/** One file of a volume, or what lies in one directory of it. */
function below(held: Held, part: ReturnType<Input["text"]>): Held | undefined {
  if (typeof part !== "string") return undefined;
  const path = part.replace(/^\.?\/+|\/+$/g, "");
  const one = held.get(path);
  if (one) return new Map([["", one]]);
  return new Map(
    [...held].flatMap(([name, file]) => (name.startsWith(`${path}/`) ? [[name.slice(path.length + 1), file]] : [])),
  );
}

/** The files of a volume by their path in it; undefined where something that is not at hand fills it. */
function filesIn(volume: Input, pods: Pods, stores: Stores): Held | undefined {
  const projected = elementsOf(volume.member("projected").member("sources"));
  if (isUnknown(projected)) return undefined;
  const sources = volume.member("projected").isAbsent ? [volume] : projected;
  const found = sources.map((source) => ofSource(source, pods, stores));
  return found.includes(undefined) ? undefined : new Map(found.flatMap((each) => [...(each ?? [])]));
}

function ofSource(source: Input, pods: Pods, stores: Stores): Held | undefined {
  const isSecret = !source.member("secret").isAbsent;
  const holder = source.member(isSecret ? "secret" : "configMap");
  const name = holder.member("secretName").text() ?? holder.member("name").text();
  const store = stores.find(isSecret ? "Secret" : "ConfigMap", pods, name);
  if (!store) return undefined;
  const all = filesOf(store);
  const items = elementsOf(holder.member("items"));
  if (isUnknown(items)) return undefined;
  if (items.length === 0) return new Map([...all].map(([key, file]) => [key, { ...file, store }]));
  return new Map(
    items.flatMap((item) => {
      const [key, path] = [item.member("key").text(), item.member("path").text()];
      const file = typeof key === "string" ? all.get(key) : undefined;
      return file && typeof path === "string" ? [[path, { ...file, store }]] : [];
    }),
  );
}

/** The entries of a ConfigMap as files; of a Secret the names alone. */
export function filesOf(store: Resource): Map<string, PlacedFile> {
  const isSecret = store.type.endsWith(":Secret");
  const holders = isSecret ? (["data", "stringData"] as const) : (["data", "binaryData"] as const);
  return new Map(
    holders.flatMap((property) => {
      const holder = inputOf(store, property).revealed();
      return holder.names().map((name): [string, PlacedFile] => {
        const input = holder.member(name).revealed();
        const text = isSecret ? undefined : (input.text() ?? "");
        // A file is named by its path, an input that is missing by its resource as well.
        if (text === undefined || isUnknown(text)) return [name, { text: undefined, at: input.at }];
        const plain = property === "binaryData" ? textOf(decoded(text, "base64", input.at)) : text;
        const secret = holder.member(name).isSecret || inputOf(store, property).isSecret ? { isSecret: true } : {};
        return [name, { text: plain, at: input.path, ...secret }];
      });
    }),
  );
}
