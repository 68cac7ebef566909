import { all, isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import { everybody } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import type { Input } from "../input.js";
import { inputOf, type Resource } from "../resource.js";
import { faceLayer, internalOf } from "./faces.js";
import { kindOf } from "./kinds.js";
import { selects } from "./labels.js";
import { elementsOf, given, namespaceOf, objectName, same, titleOf } from "./objects.js";
import type { Cluster } from "./peers.js";
import { portOf } from "./ports.js";
import type { ProxiedPort } from "./proxies.js";

/**
 * TCP and TLS listeners of Gateways with the Services that TCPRoutes and TLSRoutes send their connections to (Gateway API).
 * A listener to which no route is attached leads nowhere.
 */
export function gatewayPorts(resources: readonly Resource[], cluster: Cluster): ProxiedPort[] {
  const ofKind = (...kinds: string[]) => resources.filter((each) => kinds.includes(kindOf(each) ?? ""));
  const routes = ofKind("TCPRoute", "TLSRoute");
  return ofKind("Gateway").flatMap((gateway) => {
    const listeners = elementsOf(inputOf(gateway, "spec").member("listeners"));
    if (isUnknown(listeners)) return [];
    const forwarding = listeners.filter((each) => /^(TCP|TLS)$/.test(String(each.member("protocol").text() ?? "")));
    const found = forwarding.flatMap((listener) =>
      routes.flatMap((route) => {
        const is = attached(route, gateway, listener, cluster);
        return is === false ? [] : backendsOf(route).map((backend) => proxied(gateway, listener, route, backend, is));
      }),
    );
    return found.map((each, i) => ({ ...each, suffix: found.length > 1 ? ` (${suffixOf(each, i)})` : "" }));
  });
}

function suffixOf({ listen }: ProxiedPort, i: number): string {
  return isUnknown(listen) ? `listener ${i + 1}` : `port ${listen}, ${i + 1}`;
}

function proxied(gateway: Resource, listener: Input, route: Resource, backend: Input, is: Maybe<boolean>): ProxiedPort {
  const listen = portOf(listener.member("port"));
  const spec = inputOf(gateway, "spec");
  const asked = elementsOf(spec.member("addresses"));
  const reported = elementsOf(given(gateway, "status", "addresses"));
  const addresses = [asked, reported].flatMap((list) =>
    isUnknown(list) ? [] : list.map((each) => each.member("value")),
  );
  const literal = addresses.filter((each) => /^[0-9a-f.:]+$/i.test(String(each.text() ?? "")));
  const internal = internalOf(gateway, spec.member("infrastructure").member("annotations"), literal);
  const namespace = backend.member("namespace");
  const other = namespace.isAbsent ? true : same(namespace.text() ?? "", namespaceOf(route));
  const doubts = [
    ...(isUnknown(is) ? is.unknown : []),
    ...(other === true ? [] : [`a ReferenceGrant for ${titleOf(route)} (${backend.at})`]),
    ...(isUnknown(listen) ? listen.unknown : []),
  ];
  const tls = listener.member("protocol").text() === "TLS";
  return {
    resource: gateway,
    suffix: "",
    proxy: "gateway",
    at: listener.at,
    listen,
    isTls: tls,
    backend: {
      namespace: namespace.text() ?? namespaceOf(route),
      name: backend.member("name").text() ?? "",
      port: backend.member("port").isAbsent ? unknown(backend.at) : portOf(backend.member("port")),
      at: backend.at,
    },
    entrance: [
      faceLayer({
        name: "gateway",
        at: listener.at,
        title: titleOf(gateway),
        ports: isUnknown(listen) ? PortSet.all : PortSet.of(listen),
        clients: everybody,
        internal: internal.is,
        internalAt: internal.at,
        doubts,
        note: tls ? ", with TLS from the first byte: STARTTLS does not get through" : "",
      }),
    ],
  };
}

function attached(route: Resource, gateway: Resource, listener: Input, cluster: Cluster): Maybe<boolean> {
  const parents = elementsOf(inputOf(route, "spec").member("parentRefs"));
  if (isUnknown(parents)) return parents;
  const met = parents.map((parent) => {
    const [kind, namespace] = [parent.member("kind").text() ?? "Gateway", parent.member("namespace").text()];
    const [section, port] = [parent.member("sectionName"), parent.member("port")];
    return all(
      kind === "Gateway",
      same(parent.member("name").text() ?? "", objectName(gateway)),
      same(namespace ?? namespaceOf(route), namespaceOf(gateway)),
      section.isAbsent ? true : same(section.text() ?? "", listener.member("name").text() ?? ""),
      port.isAbsent ? true : same(port.text() ?? "", listener.member("port").text() ?? ""),
    );
  });
  const named = met.includes(true) ? true : (met.find(isUnknown) ?? false);
  return all(named, allows(route, gateway, listener, cluster));
}

/** Which namespaces a listener takes routes from: its own unless it says otherwise. */
function allows(route: Resource, gateway: Resource, listener: Input, cluster: Cluster): Maybe<boolean> {
  const namespaces = listener.member("allowedRoutes").member("namespaces");
  const from = namespaces.member("from").text() ?? "Same";
  if (isUnknown(from)) return from;
  if (from === "All") return true;
  if (from === "Selector") return selects(namespaces.member("selector"), cluster.namespaceLabels(namespaceOf(route)));
  return from === "None" ? false : same(namespaceOf(route), namespaceOf(gateway));
}

function backendsOf(route: Resource): Input[] {
  const rules = elementsOf(inputOf(route, "spec").member("rules"));
  if (isUnknown(rules)) return [];
  return rules.flatMap((rule) => {
    const backends = elementsOf(rule.member("backendRefs"));
    return isUnknown(backends) ? [] : backends.filter((each) => each.member("weight").number() !== 0);
  });
}
