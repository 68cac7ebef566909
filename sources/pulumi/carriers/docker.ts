import { posix } from "node:path";
import { AddressSet, loopback } from "../../../model/addresses.js";
import type { Setting } from "../../../model/client.js";
import type { Mount, PublishedPort } from "../../../model/container.js";
import { isUnknown } from "../../../model/maybe.js";
import { decoded, textOf } from "../../encodings.js";
import type { Input } from "../input.js";
import { flowingInto, inputOf, type Resource } from "../resource.js";
import { type Carrier, carriedBy, type PlacedFile, startedBy, together, type Workload } from "./carrier.js";
import { ofLines, ofMap, settingAt } from "./environment.js";

const readers: Readonly<Record<string, (resource: Resource) => Workload>> = {
  "docker:index/container:Container": containerOf,
  "docker:index/service:Service": serviceOf,
};

/** Containers and services of the Docker provider: image, variables, ports of the host, files that are uploaded. */
export const dockerCarrier: Carrier = (resources) =>
  together(...resources.flatMap((each) => readers[each.type]?.(each) ?? []).map(carriedBy));

function containerOf(resource: Resource): Workload {
  const { variables, elsewhere } = ofLines(inputOf(resource, "envs"));
  const files = uploadsOf(resource);
  const uploaded = [...files].map(([path, { at }]): Mount => ({ target: path, source: undefined, files: [""], at }));
  return {
    container: {
      ...{ id: resource.urn, name: resource.name, origin: "planned", image: imageOf(resource) },
      ...{ environment: variables, mounts: [...uploaded, ...volumesOf(resource)] },
      ...(elsewhere.length > 0 ? { elsewhere } : {}),
      ...startedBy([inputOf(resource, "entrypoints"), inputOf(resource, "command")]),
      published: itemsOf(inputOf(resource, "ports")).flatMap(published),
      ...(inputOf(resource, "networkMode").text() === "host"
        ? { own: { from: AddressSet.everything, at: inputOf(resource, "networkMode").at } }
        : {}),
    },
    files,
  };
}

const images: Readonly<Record<string, string>> = {
  "docker:index/remoteImage:RemoteImage": "name",
  "docker:index/image:Image": "imageName",
};

/** Its name, or the name of the image resource whose id it is. */
function imageOf(resource: Resource): Setting {
  const own = settingAt(inputOf(resource, "image"));
  if (!isUnknown(own.value) && !/^sha256:|^[0-9a-f]{64}$/.test(own.value)) return own;
  const [image, ...others] = flowingInto(resource, "image", new Set(Object.keys(images)));
  const named = image && others.length === 0 ? settingAt(inputOf(image, images[image.type] ?? "")) : own;
  return isUnknown(named.value) || named === own ? { ...own, value: { unknown: [own.at] } } : named;
}

/** A port that the host chooses by itself is no port that clients know. */
function published(entry: Input): PublishedPort[] {
  const [inside, outside] = [entry.member("internal").number(), entry.member("external").number()];
  const protocol = entry.member("protocol").text() ?? "tcp";
  if (protocol !== "tcp" || typeof inside !== "number" || typeof outside !== "number" || outside === 0) return [];
  return [{ host: outside, container: inside, from: boundTo(entry.member("ip").text()), at: entry.at }];
}

function boundTo(address: ReturnType<Input["text"]>): AddressSet {
  return typeof address === "string" && /^(127\.|::1$)/.test(address) ? loopback : AddressSet.everything;
}

function uploadsOf(resource: Resource): Map<string, PlacedFile> {
  return new Map(
    itemsOf(inputOf(resource, "uploads")).flatMap((entry): [string, PlacedFile][] => {
      const path = entry.member("file").text();
      return typeof path === "string" ? [[posix.normalize(path), contentOf(entry)]] : [];
    }),
  );
}

function contentOf(entry: Input): PlacedFile {
  const [plain, encoded] = [entry.member("content"), entry.member("contentBase64")];
  const input = plain.isAbsent ? encoded : plain;
  const text = input.revealed().text();
  const secret = input.isSecret ? { isSecret: true } : {};
  if (text === undefined || isUnknown(text)) return { text: undefined, at: entry.at };
  return { text: plain.isAbsent ? textOf(decoded(text, "base64", input.at)) : text, at: input.at, ...secret };
}

/** What lies on the host or in a volume is not at hand. */
function volumesOf(resource: Resource): Mount[] {
  const targets = [
    ...itemsOf(inputOf(resource, "volumes")).map((entry) => entry.member("containerPath")),
    ...itemsOf(inputOf(resource, "mounts")).map((entry) => entry.member("target")),
  ];
  return targets.flatMap((target) => {
    const path = target.text();
    return typeof path === "string"
      ? [{ target: path.replace(/\/+$/, ""), source: undefined, files: undefined, at: target.at }]
      : [];
  });
}

/** A service of a swarm: its published ports are open on every node. */
function serviceOf(resource: Resource): Workload {
  const spec = inputOf(resource, "taskSpec").member("containerSpec");
  const { variables, elsewhere } = ofMap(spec.member("env"));
  const targets = ["mounts", "configs", "secrets"].flatMap((list) => itemsOf(spec.member(list)));
  const mounts = targets.flatMap((entry): Mount[] => {
    const target = entry.member("target").text() ?? entry.member("fileName").text();
    return typeof target === "string" ? [{ target, source: undefined, files: undefined, at: entry.at }] : [];
  });
  return {
    container: {
      ...{ id: resource.urn, name: resource.name, origin: "planned", image: settingAt(spec.member("image")) },
      ...{ environment: variables, mounts },
      ...(elsewhere.length > 0 ? { elsewhere } : {}),
      ...startedBy([spec.member("commands"), spec.member("args")]),
      published: itemsOf(inputOf(resource, "endpointSpec").member("ports")).flatMap(publishedBySwarm),
    },
    files: new Map(),
  };
}

function publishedBySwarm(entry: Input): PublishedPort[] {
  const [inside, outside] = [entry.member("targetPort").number(), entry.member("publishedPort").number()];
  if ((entry.member("protocol").text() ?? "tcp") !== "tcp") return [];
  if (typeof inside !== "number" || typeof outside !== "number") return [];
  return [{ host: outside, container: inside, from: AddressSet.everything, at: entry.at }];
}

function itemsOf(list: Input): readonly Input[] {
  const items = list.items() ?? [];
  return isUnknown(items) ? [] : items;
}
