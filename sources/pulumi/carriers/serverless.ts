import { AddressSet, privateNetworks } from "../../../model/addresses.js";
import type { Mount, PublishedPort } from "../../../model/container.js";
import { isUnknown } from "../../../model/maybe.js";
import type { Input } from "../input.js";
import { inputOf, inputsOf, type Resource } from "../resource.js";
import { type Carried, type Carrier, carriedBy, clientsWith, nothingCarried, startedBy, together } from "./carrier.js";
import { type Environment, kept, ofMap, ofPairs, settingAt } from "./environment.js";

/** Where a type has its containers, and how it spells their environment and its ingress. */
interface Form {
  readonly containers: readonly string[];
  readonly variables: string;
  /** The member of a variable that says that a secret holds its value. */
  readonly secret: readonly string[];
  /** What leads to its ports beside HTTP. */
  readonly ingress?: { readonly path: readonly string[]; readonly external: string };
}

const ofCloudRun = { variables: "envs", secret: ["valueSource", "valueFrom"] };
const native = { containers: ["template", "containers"], variables: "env", secret: ["secretRef"] };
const classic = { containers: ["template", "containers"], variables: "envs", secret: ["secretName"] };

/** Cloud Run carries HTTP alone to its containers; Container Apps carry TCP where their ingress says so. */
const forms: Readonly<Record<string, Form>> = {
  "gcp:cloudrunv2/service:Service": { ...ofCloudRun, containers: ["template", "containers"] },
  "gcp:cloudrunv2/job:Job": { ...ofCloudRun, containers: ["template", "template", "containers"] },
  "gcp:cloudrunv2/workerPool:WorkerPool": { ...ofCloudRun, containers: ["template", "containers"] },
  "gcp:cloudrun/service:Service": { ...ofCloudRun, containers: ["template", "spec", "containers"] },
  "azure-native:app:ContainerApp": {
    ...native,
    ingress: { path: ["configuration", "ingress"], external: "external" },
  },
  "azure-native:app:Job": native,
  "azure:containerapp/app:App": { ...classic, ingress: { path: ["ingress"], external: "externalEnabled" } },
  "azure:containerapp/job:Job": classic,
};

/** Functions, which take no connections: their environments alone. */
const functions: Readonly<Record<string, (resource: Resource) => Environment>> = {
  "aws:lambda/function:Function": (resource) => ofMap(inputOf(resource, "environment").member("variables")),
  "gcp:cloudfunctions/function:Function": (resource) => ofFunction(inputsOf(resource)),
  "gcp:cloudfunctionsv2/function:Function": (resource) => ofFunction(inputOf(resource, "serviceConfig")),
};

export const serverlessCarrier: Carrier = (resources) => together(nothingCarried, ...resources.flatMap(carriedOf));

function carriedOf(resource: Resource): Carried[] {
  const form = forms[resource.type];
  const read = functions[resource.type];
  if (form) return containersOf(resource, form);
  if (!read) return [];
  const { variables, elsewhere } = read(resource);
  const whose = { id: resource.urn, origin: "planned", hostedBy: resource.urn } as const;
  return [{ ...nothingCarried, clients: clientsWith(variables, elsewhere, whose) }];
}

function containersOf(resource: Resource, form: Form): Carried[] {
  const items = at(resource, form.containers).items() ?? [];
  if (isUnknown(items)) return [];
  return items.map((container, i) => {
    const { variables, elsewhere } = ofPairs(container.member(form.variables), (entry, name) => {
      const held = form.secret.some((member) => !entry.member(member).isAbsent);
      return held ? kept(name, entry.at, true) : undefined;
    });
    const name = container.member("name").text();
    return carriedBy({
      container: {
        id: items.length > 1 ? `${resource.urn} ${typeof name === "string" ? name : i}` : resource.urn,
        ...{ name: resource.name, origin: "planned", image: settingAt(container.member("image")) },
        mounts: mountsOf(container),
        ...startedBy(["command", "commands", "args"].map((name) => container.member(name))),
        environment: variables,
        ...(elsewhere.length > 0 ? { elsewhere } : {}),
        published: form.ingress && i === 0 ? overTcp(resource, form.ingress) : [],
      },
      files: new Map(),
    });
  });
}

/** What a volume puts into the container is not at hand. */
function mountsOf(container: Input): Mount[] {
  const items = container.member("volumeMounts").items() ?? [];
  return (isUnknown(items) ? [] : items).map((entry) => {
    const target = entry.member("mountPath").text() ?? entry.member("path").text();
    const path = typeof target === "string" ? target.replace(/\/+$/, "") : "";
    return { target: path, source: undefined, files: undefined, at: entry.at };
  });
}

/** Azure documentation, "Ingress in Azure Container Apps": `exposedPort` of the transport `tcp`. */
function overTcp(resource: Resource, { path, external }: NonNullable<Form["ingress"]>): PublishedPort[] {
  const ingress = at(resource, path);
  if (!/^tcp$/i.test(String(ingress.member("transport").text() ?? ""))) return [];
  const target = ingress.member("targetPort").number();
  const exposed = ingress.member("exposedPort").number() ?? target;
  if (typeof target !== "number" || typeof exposed !== "number") return [];
  const port = { host: exposed, container: target, at: ingress.at };
  const isExternal = ingress.member(external).boolean() ?? false;
  const beyond = AddressSet.everything.subtract(privateNetworks);
  return [
    { ...port, from: privateNetworks },
    ...(isExternal === false
      ? []
      : [{ ...port, from: beyond, ...(isUnknown(isExternal) ? { missing: isExternal.unknown } : {}) }]),
  ];
}

function at(resource: Resource, [first = "", ...rest]: readonly string[]): Input {
  return rest.reduce((input, name) => input.member(name), inputOf(resource, first));
}

function ofFunction(holder: Input): Environment {
  const { variables, elsewhere } = ofMap(holder.member("environmentVariables"));
  const secrets = holder.member("secretEnvironmentVariables").items() ?? [];
  if (isUnknown(secrets)) return { variables, elsewhere: [...elsewhere, ...secrets.unknown] };
  const named = secrets.flatMap((entry) => {
    const key = entry.member("key").text();
    return typeof key === "string" ? [[key, kept(key, entry.at, true)] as const] : [];
  });
  return { variables: new Map([...variables, ...named]), elsewhere };
}
