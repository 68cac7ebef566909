import type { Setting } from "../../../model/client.js";
import { isUnknown, type Maybe } from "../../../model/maybe.js";
import type { Input } from "../input.js";
import { elementsOf, namespaceOf, objectName } from "../kubernetes/objects.js";
import type { Pods } from "../kubernetes/pods.js";
import { inputOf, type Resource } from "../resource.js";
import { type Environment, kept, lackingAt, ofPairs, settingAt } from "./environment.js";

/** ConfigMaps and Secrets of a program by namespace and name. */
export class Stores {
  private readonly byName = new Map<string, Resource>();
  /** Those that some pod uses. */
  readonly used = new Set<Resource>();

  constructor(resources: readonly Resource[]) {
    for (const each of resources) {
      const kind = /^kubernetes:core\/v1:(ConfigMap|Secret)$/.exec(each.type)?.[1];
      if (kind) this.byName.set(this.key(kind, namespaceOf(each), objectName(each)), each);
    }
  }

  find(kind: "ConfigMap" | "Secret", pods: Pods, name: Maybe<string> | undefined): Resource | undefined {
    if (name === undefined || isUnknown(name)) return undefined;
    const found = this.byName.get(this.key(kind, pods.namespace, name));
    if (found) this.used.add(found);
    return found;
  }

  private key(kind: string, namespace: Maybe<string>, name: string): string {
    return JSON.stringify([kind, isUnknown(namespace) ? namespace.unknown : namespace, name]);
  }
}

/** The variables of a container: `envFrom` in its order, then `env` over it (API reference, Container v1 core). */
export function environmentOf(container: Input, pods: Pods, stores: Stores): Environment {
  const sources = elementsOf(container.member("envFrom"));
  const from = isUnknown(sources)
    ? [{ variables: new Map<string, Setting>(), elsewhere: sources.unknown }]
    : sources.map((source) => fromStore(source, pods, stores));
  const own = ofPairs(container.member("env"), (entry, name) => fromKey(entry, name, pods, stores), true);
  return {
    variables: new Map([...from.flatMap(({ variables }) => [...variables]), ...own.variables]),
    elsewhere: [...from.flatMap(({ elsewhere }) => elsewhere), ...own.elsewhere],
  };
}

function fromStore(source: Input, pods: Pods, stores: Stores): Environment {
  const prefix = source.member("prefix").text() ?? "";
  const isSecret = !source.member("secretRef").isAbsent;
  const reference = source.member(isSecret ? "secretRef" : "configMapRef");
  const store = stores.find(isSecret ? "Secret" : "ConfigMap", pods, reference.member("name").text());
  if (!store || isUnknown(prefix)) return { variables: new Map(), elsewhere: [reference.at] };
  const found = valuesOf(store, isSecret);
  return { ...found, variables: new Map([...found.variables].map(([name, setting]) => [prefix + name, setting])) };
}

function holdersOf(store: Resource, isSecret: boolean): Input[] {
  return ["data", isSecret ? "stringData" : "binaryData"].map((name) => inputOf(store, name));
}

/** The names of what a ConfigMap or a Secret holds. */
export function namesIn(store: Resource): string[] {
  return holdersOf(store, store.type.endsWith(":Secret")).flatMap((holder) => holder.revealed().names());
}

/** What a ConfigMap or a Secret holds; of a Secret the names alone. */
export function valuesOf(store: Resource, isSecret = store.type.endsWith(":Secret")): Environment {
  const holders = holdersOf(store, isSecret);
  const entries = holders.flatMap((holder) =>
    holder
      .revealed()
      .names()
      .map((name): [string, Setting] => {
        const input = holder.revealed().member(name);
        return [name, isSecret || holder.isSecret ? kept(name, input.at, true) : settingAt(input)];
      }),
  );
  return { variables: new Map(entries), elsewhere: holders.flatMap((holder) => lackingAt(holder.revealed())) };
}

function fromKey(entry: Input, name: string, pods: Pods, stores: Stores): Setting | undefined {
  const from = entry.member("valueFrom");
  if (from.isAbsent) return undefined;
  const [map, secret] = [from.member("configMapKeyRef"), from.member("secretKeyRef")];
  if (map.isAbsent) return kept(name, entry.at, !secret.isAbsent);
  const store = stores.find("ConfigMap", pods, map.member("name").text());
  const key = map.member("key").text();
  const found = store && typeof key === "string" ? valuesOf(store).variables.get(key) : undefined;
  return found ?? kept(name, map.at, false);
}
