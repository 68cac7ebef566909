import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import type { Layer } from "../../../model/network.js";
import { everybody } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { inputOf, type Resource } from "../resource.js";
import { type Face, faceLayer } from "./faces.js";
import { kindOf } from "./kinds.js";
import { isGiven } from "./listeners.js";
import { elementsOf, namespaceOf, same, titleOf } from "./objects.js";
import { inContainers, type Pods } from "./pods.js";
import { portOf } from "./ports.js";
import type { ProxiedPort } from "./proxies.js";
import { waysTo } from "./service-faces.js";
import { type Service, targetAt } from "./services.js";

/**
 * Ports that ingress-nginx forwards: a ConfigMap whose keys are ports and whose values are `namespace/service:port` (user
 * guide, "Exposing TCP and UDP services"). The Service of the controller has to open them too.
 */
export function nginxPorts(resources: readonly Resource[], services: readonly Service[]): ProxiedPort[] {
  const maps = resources.filter((each) => kindOf(each) === "ConfigMap");
  return maps.flatMap((map) => {
    const data = inputOf(map, "data");
    const names = data.names();
    if (!names.every((name) => /^\d+$/.test(name))) return [];
    const entries = names.map((name) => ({ name, input: data.member(name), text: data.member(name).text() ?? "" }));
    const isServices =
      entries.some(({ text }) => !isUnknown(text)) && entries.every(({ text }) => isUnknown(text) || target.test(text));
    if (!isServices) return [];
    return entries.map(({ name, input, text }): ProxiedPort => {
      const [, namespace = "", service = "", port = ""] = isUnknown(text) ? [] : (target.exec(text) ?? []);
      const listen = portOf(input.reading(name));
      const missing = isUnknown(text) ? text : undefined;
      const near = services.filter((each) => same(each.namespace, namespaceOf(map)) !== false);
      return {
        resource: map,
        suffix: entries.length > 1 ? ` (port ${name})` : "",
        proxy: "ingress-nginx",
        at: input.at,
        listen,
        isTls: false,
        backend: {
          namespace: missing ?? namespace,
          name: missing ?? service,
          port: missing ?? (/^\d+$/.test(port) ? Number(port) : port),
          at: input.at,
        },
        entrance: entranceOf("ingress-nginx", titleOf(map), input.at, listen, near),
      };
    });
  });
}

const target = /^([a-z0-9-]+)\/([a-z0-9.-]+):([a-z0-9-]+)(:PROXY)?(:PROXY)?$/;

/** Ports that Traefik forwards by IngressRouteTCP; what port an entry point has, the arguments of Traefik say. */
export function traefikPorts(
  resources: readonly Resource[],
  pods: readonly Pods[],
  services: readonly Service[],
): ProxiedPort[] {
  const routes = resources.filter((each) => kindOf(each) === "IngressRouteTCP");
  const points = pods.flatMap(entryPoints);
  return routes.flatMap((route) => {
    const spec = inputOf(route, "spec");
    const named = elementsOf(spec.member("entryPoints"));
    const entries = isUnknown(named) ? [spec.member("entryPoints")] : named;
    const rules = elementsOf(spec.member("routes"));
    const backends = isUnknown(rules)
      ? [spec.member("routes")]
      : rules.flatMap((rule) => {
          const list = elementsOf(rule.member("services"));
          return isUnknown(list) ? [rule] : list;
        });
    const all = entries.flatMap((entry) => backends.map((backend) => ({ entry, backend })));
    return all.map(({ entry, backend }, i): ProxiedPort => {
      const point = points.find(({ name }) => name === String(entry.text()).toLowerCase());
      const listen = point?.port ?? unknown(`port of the Traefik entry point ${titleOf(route)} names (${entry.at})`);
      const behind = services.filter((each) => point && each.backends.some((one) => one.pods === point.pods));
      const at = (port: Parameters<typeof targetAt>[0], own: number) =>
        point && targetAt(port, point.pods) === own ? own : undefined;
      const published = publishedPort(behind, listen, at) ?? listen;
      const port = backend.member("port");
      return {
        resource: route,
        suffix: all.length > 1 ? ` (${i + 1})` : "",
        proxy: "Traefik",
        at: entry.at,
        listen: published,
        isTls: isGiven(spec.member("tls")),
        backend: {
          namespace: backend.member("namespace").text() ?? namespaceOf(route),
          name: backend.member("name").text() ?? unknown(backend.at),
          port:
            port.text() === undefined
              ? unknown(backend.at)
              : /^\d+$/.test(String(port.text()))
                ? portOf(port)
                : (port.text() ?? ""),
          at: backend.at,
        },
        entrance: entranceOf("Traefik", titleOf(route), entry.at, published, behind),
      };
    });
  });
}

function publishedPort(
  services: readonly Service[],
  listen: Maybe<number>,
  at: (port: Parameters<typeof targetAt>[0], own: number) => number | undefined,
): Maybe<number> | undefined {
  if (isUnknown(listen)) return undefined;
  for (const { ports } of services) {
    if (isUnknown(ports)) continue;
    const found = ports.find((port) => at(port, listen) !== undefined);
    if (found) return found.port;
  }
  return undefined;
}

function entryPoints(pods: Pods): { name: string; port: number; pods: Pods }[] {
  const args = ["args", "command"] as const;
  return args.flatMap((list) => {
    const items = inContainers(pods.spec, list);
    if (isUnknown(items)) return [];
    return items.flatMap((item) => {
      const [, name, port] =
        /^--entry-?points\.([\w-]+)\.address=[^:]*:(\d+)(?:\/tcp)?$/i.exec(String(item.text())) ?? [];
      return name && port ? [{ name: name.toLowerCase(), port: Number(port), pods }] : [];
    });
  });
}

/** The way to a controller: through the Services that open the port for it; unknown where the program shows none. */
function entranceOf(
  proxy: string,
  title: string,
  at: string,
  listen: Maybe<number>,
  services: readonly Service[],
): Layer[] {
  const ports = isUnknown(listen) ? PortSet.all : PortSet.of(listen);
  const ways = services.flatMap((service) =>
    waysTo(service).filter(({ face }) => !isUnknown(listen) && face.ports.has(listen)),
  );
  const [way] = ways.filter(({ face }) => face.name === "load balancer").concat(ways);
  const own: Face = {
    ...{ name: proxy, at, title, ports, clients: everybody, internal: false, internalAt: at },
    doubts: way ? [] : [`the Service that opens this port for ${proxy} (${at})`],
  };
  return [...(way ? [faceLayer(way.face)] : []), faceLayer(own)];
}
