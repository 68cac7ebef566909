import { AddressSet, privateNetworks } from "../../../model/addresses.js";
import type { PublishedPort } from "../../../model/container.js";
import { isUnknown, unknown } from "../../../model/maybe.js";
import { frontsOf, type TaskFront } from "../aws/task-fronts.js";
import { serviceType } from "../aws/workloads.js";
import type { Input } from "../input.js";
import { readProperties } from "../properties.js";
import { flowingInto, inputOf, knownId, outputOf, type Resource } from "../resource.js";
import { type Carrier, carriedBy, startedBy, together, type Workload } from "./carrier.js";
import { kept, ofPairs, settingAt } from "./environment.js";

const taskType = "aws:ecs/taskDefinition:TaskDefinition";

/** The containers of ECS task definitions, at the addresses of the services that run them. */
export const ecsCarrier: Carrier = (resources) => {
  const services = resources.filter(({ type }) => type === serviceType);
  const tasks = resources.filter(({ type }) => type === taskType);
  const fronts = frontsOf(resources);
  return together(...tasks.flatMap((task) => workloadsOf(task, services, fronts)).map(carriedBy));
};

function workloadsOf(task: Resource, services: readonly Resource[], fronts: readonly TaskFront[]): Workload[] {
  const running = services.filter((service) => runs(service, task));
  const hosts: (Resource | undefined)[] = running.length > 0 ? running : [undefined];
  const containers = containersOf(task);
  return hosts.flatMap((service, i) =>
    containers.map((container) => {
      const name = container.member("name").text();
      const before = fronts.filter((each) => each.service === service && each.container === name);
      return workload(container, task, service, before, i === 0 ? task.urn : (service?.urn ?? task.urn));
    }),
  );
}

function runs(service: Resource, task: Resource): boolean {
  const named = inputOf(service, "taskDefinition").text();
  if (typeof named !== "string") return flowingInto(service, "taskDefinition", new Set([taskType])).includes(task);
  const names = [outputOf(task, "arn").text(), inputOf(task, "family").text(), knownId(task)];
  return names.some((name) => typeof name === "string" && (named === name || named.startsWith(`${name}:`)));
}

/** One of them that cannot be read stands for all. */
function containersOf(task: Resource): readonly Input[] {
  const input = inputOf(task, "containerDefinitions");
  const text = input.text();
  if (text === undefined) return [];
  const list = isUnknown(text) ? undefined : parsed(text, input, task).items();
  return list === undefined || isUnknown(list) ? [input] : list;
}

function parsed(text: string, input: Input, { urn }: Resource): Input {
  try {
    return input.reading(readProperties({ list: JSON.parse(text) }, urn).list ?? unknown(input.at));
  } catch {
    return input.reading(unknown(input.at));
  }
}

function workload(
  container: Input,
  task: Resource,
  service: Resource | undefined,
  fronts: readonly TaskFront[],
  owner: string,
): Workload {
  const name = container.member("name").text();
  const isOwn = inputOf(task, "networkMode").text() === "awsvpc";
  const own = service && isOwn && !inputOf(service, "networkConfiguration").isAbsent ? service : undefined;
  const plain = ofPairs(container.member("environment"), () => undefined);
  const secrets = itemsOf(container.member("secrets")).flatMap((entry) => {
    const variable = entry.member("name").text();
    return typeof variable === "string" ? [[variable, kept(variable, entry.at, true)] as const] : [];
  });
  const files = container.member("environmentFiles");
  const elsewhere = [...plain.elsewhere, ...(itemsOf(files).length > 0 ? [files.at] : [])];
  const hostedBy = own === undefined ? {} : { hostedBy: own.urn };
  return {
    container: {
      id: typeof name === "string" ? `${owner} ${name}` : owner,
      ...{ name: task.name, origin: "planned", image: settingAt(container.member("image")) },
      environment: new Map([...plain.variables, ...secrets]),
      ...(elsewhere.length > 0 ? { elsewhere } : {}),
      ...startedBy([container.member("entryPoint"), container.member("command")]),
      published: [
        ...fronts.map(({ published }) => published),
        ...(isOwn ? [] : itemsOf(container.member("portMappings")).flatMap(published)),
      ],
      ...(isOwn ? { own: { from: clientsOf(own), ...hostedBy, at: container.at } } : {}),
      mounts: itemsOf(container.member("mountPoints")).flatMap((entry) => {
        const target = entry.member("containerPath").text();
        return typeof target === "string" ? [{ target, source: undefined, files: undefined, at: entry.at }] : [];
      }),
    },
    files: new Map(),
    ...hostedBy,
  };
}

/** Who can have a way to the tasks at all; what their groups let through, the network says. */
function clientsOf(service: Resource | undefined): AddressSet {
  const isPublic = service && inputOf(service, "networkConfiguration").member("assignPublicIp").boolean() === true;
  return isPublic ? AddressSet.everything : privateNetworks;
}

/** A port of the instances; 0 or none is one that nobody knows before. */
function published(entry: Input): PublishedPort[] {
  const [inside, outside] = [entry.member("containerPort").number(), entry.member("hostPort").number()];
  if ((entry.member("protocol").text() ?? "tcp") !== "tcp") return [];
  if (typeof inside !== "number" || typeof outside !== "number" || outside === 0) return [];
  return [{ host: outside, container: inside, from: AddressSet.everything, at: entry.at }];
}

function itemsOf(list: Input): readonly Input[] {
  const items = list.items() ?? [];
  return isUnknown(items) ? [] : items;
}
