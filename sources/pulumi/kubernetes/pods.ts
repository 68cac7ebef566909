import { AddressSet, outside } from "../../../model/addresses.js";
import { InputError } from "../../../model/errors.js";
import { isUnknown, type Maybe, mapKnown, missingOf, unknown } from "../../../model/maybe.js";
import { exactly, type PartialSet, undecidedSet } from "../../../model/partial.js";
import type { Input } from "../input.js";
import { inputOf, noProperties, outputOf, type Resource } from "../resource.js";
import { kindOf } from "./kinds.js";
import { type Labels, labelsOf } from "./labels.js";
import { elementsOf, given, missingHere, namespaceOf, objectName, placeOf, titleOf } from "./objects.js";
import { portOf } from "./ports.js";

/** Addresses that pods, nodes and cluster IPs can have: in ranges of documentation no cluster lies. */
export const inside = outside.complement();

/** Pods made of one template, or one alone, or those that are imagined for a policy or Service that selects none seen. */
export interface Pods {
  readonly resource: Resource;
  /** `deployment/mail` */
  readonly title: string;
  readonly at: string;
  readonly namespace: Maybe<string>;
  readonly labels: Labels;
  /** The pod's specification; absent for imagined pods. */
  readonly spec: Input;
  readonly hostNetwork: Maybe<boolean>;
  readonly addresses: PartialSet;
  /** The port of a container by its name; `undefined` when none has it. */
  namedPort(name: string, protocol: string): Maybe<number | undefined>;
}

const templates: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
  ...Object.fromEntries(
    ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"].map((kind) => [
      kind,
      ["spec", "template"],
    ]),
  ),
};

/** Labels that controllers add to the pods they make (well-known labels of the Kubernetes documentation). */
const added: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["pod-template-hash"],
  DaemonSet: ["controller-revision-hash", "pod-template-generation"],
  StatefulSet: ["controller-revision-hash", "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"],
  ...Object.fromEntries(
    ["Job", "CronJob"].map((kind) => [
      kind,
      ["controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"],
    ]),
  ),
};

/** Every workload, with the pods that it owns folded into it: in a listing of a cluster both stand side by side. */
export function podsOf(resources: readonly Resource[]): Pods[] {
  const carriers = resources.filter((each) => kindOf(each) !== undefined && (kindOf(each) ?? "") in templates);
  const byName = new Map(
    carriers.map((each) => [keyOf(kindOf(each) ?? "", namespaceOf(each), objectName(each)), each]),
  );
  const owned = new Map<Resource, Resource[]>();
  const own: Resource[] = [];
  for (const each of carriers) {
    const owner = topOwner(each, byName);
    if (owner === each) own.push(each);
    else owned.set(owner, [...(owned.get(owner) ?? []), each]);
  }
  return own.map((each) =>
    podsIn(
      each,
      [each, ...(owned.get(each) ?? [])].filter((one) => kindOf(one) === "Pod"),
    ),
  );
}

function keyOf(kind: string, namespace: Maybe<string>, name: string): string {
  return JSON.stringify([kind, isUnknown(namespace) ? "" : namespace, name]);
}

function topOwner(resource: Resource, byName: ReadonlyMap<string, Resource>): Resource {
  const seen = new Set<Resource>();
  for (let at = resource; ; ) {
    seen.add(at);
    const references = elementsOf(given(at, "metadata", "ownerReferences"));
    const owner = isUnknown(references)
      ? undefined
      : references
          .map((each) => byName.get(keyOf(textOf(each, "kind"), namespaceOf(at), textOf(each, "name"))))
          .find((each) => each !== undefined);
    if (owner === undefined) return at;
    if (seen.has(owner)) return resource;
    at = owner;
  }
}

function textOf(input: Input, name: string): string {
  const text = input.member(name).text();
  return typeof text === "string" ? text : "";
}

function podsIn(resource: Resource, running: readonly Resource[]): Pods {
  const kind = kindOf(resource) ?? "";
  const path = templates[kind] ?? [];
  const inTemplate = (name: string) =>
    path.length === 0 ? inputOf(resource, name) : given(resource, ...path).member(name);
  const spec = inTemplate("spec");
  const at = placeOf(resource);
  return {
    resource,
    title: titleOf(resource),
    at,
    namespace: namespaceOf(resource),
    labels: labelsOf(inTemplate("metadata").member("labels"), added[kind]),
    spec,
    hostNetwork: spec.member("hostNetwork").boolean() ?? false,
    addresses: addressesOf(running, `addresses of ${titleOf(resource)} (${at})`),
    namedPort: (name, protocol) => namedPort(spec, name, protocol),
  };
}

/** Pods that something is for which selects none seen: of them only what it says of them is known. */
export function imaginedPods(resource: Resource, at: string, labels: Labels): Pods {
  return {
    resource,
    title: titleOf(resource),
    at,
    namespace: namespaceOf(resource),
    labels,
    spec: inputOf({ ...resource, inputs: noProperties }, "spec"),
    hostNetwork: false,
    addresses: undecidedSet([at], inside),
    namedPort: () => unknown(at),
  };
}

/** The addresses of running pods, as the cluster reports them; a pod still to be made may get any inside the cluster. */
function addressesOf(running: readonly Resource[], missing: string): PartialSet {
  const reported = running.flatMap((each) =>
    [inputOf(each, "status"), outputOf(each, "status")].flatMap((status) => {
      const list = elementsOf(status.member("podIPs"));
      const ips = isUnknown(list) ? [] : list.map((entry) => entry.member("ip"));
      return [status.member("podIP"), ...ips].filter((ip) => typeof ip.text() === "string" && ip.text() !== "");
    }),
  );
  if (reported.length === 0) return undecidedSet([missing], inside);
  return exactly(AddressSet.union(...reported.map(addressAt)));
}

/** @throws InputError when the text is no address. */
export function addressAt(input: Input): AddressSet {
  try {
    const text = String(input.text());
    if (text.includes("/")) throw new RangeError(`"${text}" is a block, not an address`);
    return AddressSet.of(text);
  } catch (error) {
    throw new InputError(input.at, (error as RangeError).message, "Write an address as `192.0.2.1` or `2001:db8::1`.");
  }
}

/** The elements of a list of every container, also of sidecars, which are init containers that stay. */
export function inContainers(spec: Input, list: "ports" | "args" | "command"): Maybe<readonly Input[]> {
  const found: Input[] = [];
  const missing: string[] = [...missingHere(spec)];
  for (const holder of [spec.member("containers"), spec.member("initContainers")]) {
    const containers = elementsOf(holder);
    const lists = isUnknown(containers) ? [containers] : containers.map((each) => elementsOf(each.member(list)));
    for (const each of lists) {
      if (isUnknown(each)) missing.push(...each.unknown);
      else found.push(...each);
    }
  }
  return missing.length > 0 ? unknown(...missing) : found;
}

function namedPort(spec: Input, name: string, protocol: string): Maybe<number | undefined> {
  return mapKnown(inContainers(spec, "ports"), (ports) => {
    const parts = ports.map((port) => ({
      port,
      name: port.member("name").text(),
      protocol: port.member("protocol").text() ?? "TCP",
    }));
    const sure = parts.find((each) => each.name === name && each.protocol === protocol);
    if (sure) return portOf(sure.port.member("containerPort"));
    const doubts = missingOf(...parts.flatMap((each) => [each.name, each.protocol]));
    return doubts.length > 0 ? unknown(...doubts) : undefined;
  });
}
