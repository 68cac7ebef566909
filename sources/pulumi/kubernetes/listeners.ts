import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import type { Listener } from "../../../model/network.js";
import type { Input } from "../input.js";
import { inputOf, type Resource } from "../resource.js";
import { missingHere } from "./objects.js";
import type { ServicePort } from "./services.js";

/** The annotation that makes a load balancer end TLS, and the one that says on which ports: all where it is left out. */
const marks: readonly { readonly given: string; readonly ports: string }[] = [
  {
    given: "service.beta.kubernetes.io/aws-load-balancer-ssl-cert",
    ports: "service.beta.kubernetes.io/aws-load-balancer-ssl-ports",
  },
  {
    given: "service.beta.kubernetes.io/do-loadbalancer-tls-ports",
    ports: "service.beta.kubernetes.io/do-loadbalancer-tls-ports",
  },
];

/** What a Service's load balancer speaks on its ports, by the annotations of AWS and DigitalOcean. */
export function balancerListeners(service: Resource, ports: readonly ServicePort[]): Listener[] {
  const annotations = inputOf(service, "metadata").member("annotations");
  return ports.flatMap((port): Listener[] => {
    const { port: number } = port;
    if (isUnknown(number)) return [];
    const found = marks.map((mark) => endsTls(annotations, mark, port));
    const [sure] = found.filter(({ is }) => is === true);
    const [open] = found.filter(({ is }) => isUnknown(is));
    const is = sure ? true : open ? open.is : false;
    return [listenerOf(number, is, (sure ?? open)?.at ?? port.at)];
  });
}

/** A port of something that takes connections: `isTls`, from the first byte. */
export function listenerOf(port: number, isTls: Maybe<boolean>, at: string): Listener {
  const protocol = isUnknown(isTls) ? isTls : isTls ? "tls" : "tcp";
  const says = isUnknown(isTls)
    ? "what the listener speaks is not known yet"
    : isTls
      ? "takes TLS from the first byte"
      : "hands on what comes";
  return { port, protocol, evidence: { kind: "code", at, says } };
}

/** Whether an input is given at all; unknown where that is not known. */
export function isGiven(input: Input): Maybe<boolean> {
  const missing = missingHere(input);
  return missing.length > 0 ? unknown(...missing) : !input.isAbsent;
}

function endsTls(annotations: Input, mark: (typeof marks)[number], { port, name }: ServicePort) {
  const [given, list] = [annotations.member(mark.given), annotations.member(mark.ports)];
  const is = isGiven(given);
  if (is !== true) return { is, at: given.at };
  const text = list.text() ?? "*";
  if (isUnknown(text)) return { is: text, at: list.at };
  const named = text.split(",").map((each) => each.trim());
  return { is: named.includes("*") || named.includes(String(port)) || named.includes(String(name)), at: list.at };
}
