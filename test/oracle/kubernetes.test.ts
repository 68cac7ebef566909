import fc from "fast-check";
import type { NetworkInterface } from "../../model/network.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { read, unknownText } from "../sources/pulumi/programs.js";
import { compare, compareHidden, type HiddenCase, type Questions } from "./agreement.js";
import { batchesOf } from "./batches.js";
import {
  type AdminPolicy,
  compile,
  type Pod,
  type Policy,
  type Rule,
  type Selector,
  type Stated,
} from "./kubernetes-compiler.js";

const clusterIp = "10.96.0.5";
const questions: Questions = {
  peers: [
    ...["8.8.8.8", "10.1.2.3", "10.1.2.4", "10.1.2.5", clusterIp, "172.20.0.9"],
    ...["2001:4860:4860::8888", "fd00::5"],
  ],
  inward: [25, 587, 2587],
  outward: [587, 2587],
};

const tokens = {
  Pod: "core/v1:Pod",
  Namespace: "core/v1:Namespace",
  Service: "core/v1:Service",
  NetworkPolicy: "networking.k8s.io/v1:NetworkPolicy",
  AdminNetworkPolicy: "policy.networking.k8s.io/v1alpha1:AdminNetworkPolicy",
  BaselineAdminNetworkPolicy: "policy.networking.k8s.io/v1alpha1:BaselineAdminNetworkPolicy",
} as const;
const urnOf = (kind: keyof typeof tokens, name: string) => `urn:pulumi:dev::c::kubernetes:${tokens[kind]}::${name}`;

const named = { submission: 2587, smtp: 587 };
const others: Pod[] = [
  { namespace: "shop", name: "web", labels: { app: "web" }, addresses: ["10.1.2.3", "fd00::5"] },
  { namespace: "mail", name: "relay", labels: { app: "relay", tier: "a" }, addresses: ["10.1.2.4"] },
  { namespace: "mail", name: "db", labels: { app: "db" }, addresses: ["10.1.2.5"] },
].map(
  ({ name, labels, ...pod }): Pod => ({
    ...pod,
    labels: given(labels) as Record<string, string>,
    urn: urnOf("Pod", name),
    named: name === "relay" ? named : {},
  }),
);
const namespaces = { mail: { team: "mail" }, shop: { team: "shop", zone: "a" }, "kube-system": {} };

/** Leaves out what is undefined, as programs do. */
function given<T extends object>(inputs: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined)) as never;
}

const maybe = <T>(values: fc.Arbitrary<T>, freq = 2) => fc.option(values, { nil: undefined, freq });
const podSelector: fc.Arbitrary<Selector> = fc.oneof(
  fc.constant({}),
  fc.constantFrom("mail", "mail", "web", "relay", "db").map((app) => ({ matchLabels: { app } })),
  fc
    .record({
      key: fc.constantFrom("app", "tier"),
      operator: fc.constantFrom("In", "NotIn"),
      values: fc.subarray(["mail", "web", "a"], { minLength: 1 }),
    })
    .map((one) => ({ matchExpressions: [one] })),
  fc
    .record({ key: fc.constantFrom("app", "tier"), operator: fc.constantFrom("Exists", "DoesNotExist") })
    .map((one) => ({ matchExpressions: [one] })),
);
const namespaceSelector = fc.oneof<fc.Arbitrary<Selector>[]>(
  fc.constant({}),
  fc.constantFrom("mail", "shop").map((team) => ({ matchLabels: { team } })),
  fc.constantFrom("mail", "shop").map((name) => ({ matchLabels: { "kubernetes.io/metadata.name": name } })),
  fc.constant({ matchExpressions: [{ key: "zone", operator: "Exists" }] } as Selector),
);
const block = fc.constantFrom(
  { cidr: "0.0.0.0/0" },
  { cidr: "0.0.0.0/1" },
  { cidr: "8.8.8.0/24" },
  { cidr: "10.0.0.0/8" },
  { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] },
  { cidr: "0.0.0.0/0", except: ["8.0.0.0/8", "10.1.2.4/32"] },
  { cidr: "10.96.0.0/12" },
  { cidr: "::/0" },
  { cidr: "2000::/3" },
);
const peer = fc.oneof(
  block.map((ipBlock) => ({ ipBlock })),
  podSelector.map((each) => ({ podSelector: each })),
  fc.record({ namespaceSelector, podSelector: maybe(podSelector) }).map(given),
);
const number = fc.constantFrom(25, 465, 587, 2587);
const port = fc.oneof(
  fc.record({ protocol: maybe(fc.constantFrom("TCP", "TCP", "UDP")), port: maybe(number, 5) }).map(given),
  fc.constantFrom(
    { port: 400, endPort: 600 },
    { port: 2000, endPort: 3000 },
    { protocol: "TCP", port: 1, endPort: 65535 },
  ),
);
const portIn = fc.oneof(
  port,
  port,
  fc.constantFrom("submission", "smtp", "nobody").map((name) => ({ port: name })),
);
const rule = (ports: fc.Arbitrary<object>) =>
  fc
    .record({ peers: maybe(fc.array(peer, { maxLength: 3 }), 4), ports: maybe(fc.array(ports, { maxLength: 2 }), 4) })
    .map(given) as fc.Arbitrary<Rule>;
const policy = fc
  .record({
    namespace: fc.constantFrom("mail", "mail", "mail", "shop"),
    podSelector,
    policyTypes: maybe(fc.subarray(["Ingress", "Egress"], { minLength: 1 }), 3),
    ingress: maybe(fc.array(rule(portIn), { maxLength: 2 }), 4),
    egress: maybe(fc.array(rule(port), { maxLength: 2 }), 2),
  })
  .map(given) as fc.Arbitrary<Omit<Policy, "urn">>;
const adminRules = fc.array(
  fc
    .record({ action: fc.constantFrom("Allow", "Deny", "Pass"), namespaces: namespaceSelector, port: maybe(number, 1) })
    .map((each) => given(each.action === "Pass" ? { ...each, port: undefined } : each)),
  { maxLength: 2 },
) as fc.Arbitrary<AdminPolicy["ingress"]>;
const adminTiers = fc.record({
  admin: fc.array(fc.record({ ingress: adminRules, egress: adminRules }), { maxLength: 2 }),
  baseline: maybe(
    fc.record({ ingress: adminRules, egress: adminRules }).map(({ ingress, egress }) => ({
      ingress: ingress.filter(({ action }) => action !== "Pass"),
      egress: egress.filter(({ action }) => action !== "Pass"),
    })),
    1,
  ),
});
const mapping = fc.constantFrom<Stated["relay"]["ports"]>(
  [{ port: 587, target: 2587 }],
  [
    { port: 587, target: 587 },
    { port: 465, target: 2587 },
  ],
  [
    { port: 25, target: 2587 },
    { port: 587, target: 465 },
    { port: 465, target: 25 },
  ],
);
const drawn = fc.record({
  labels: fc.constantFrom<Record<string, string>>({ app: "mail" }, { app: "mail", tier: "a" }, { tier: "b" }),
  addresses: fc.constantFrom<string[][]>(["10.1.2.9"], ["51.1.1.9", "2a01::9"], ["2a01::9"]),
  policies: fc.array(policy, { maxLength: 4 }),
  tiers: maybe(adminTiers, 1),
  relay: mapping,
  balancer: maybe(
    fc.record({
      ranges: maybe(fc.subarray(["0.0.0.0/0", "8.8.8.0/24", "10.0.0.0/8", "2000::/3"], { minLength: 1 })),
      ports: mapping,
    }),
  ),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

function statedOf({ labels, addresses, policies, tiers, relay, balancer }: Drawn): Stated {
  const [, backend] = others;
  return {
    mail: { urn: urnOf("Pod", "mail"), namespace: "mail", labels, addresses, named },
    ...{ others, namespaces },
    policies: policies.map((each, k) => ({ ...each, urn: urnOf("NetworkPolicy", `p${k}`) })),
    admin: [
      ...(tiers?.admin ?? []).map((each, k) => ({
        ...each,
        priority: 10 - k,
        urn: urnOf("AdminNetworkPolicy", `a${k}`),
      })),
      ...(tiers?.baseline ? [{ ...tiers.baseline, urn: urnOf("BaselineAdminNetworkPolicy", "default") }] : []),
    ],
    relay: { urn: urnOf("Service", "relay"), clusterIp, backend: backend as Pod, ports: relay },
    ...(balancer
      ? { balancer: given({ urn: urnOf("Service", "front"), ...balancer }) as Stated["balancer"] & object }
      : {}),
  };
}

interface Written {
  urn: string;
  type: string;
  inputs: Record<string, unknown>;
}

/** The stack of one case. */
function programOf({ mail, policies, admin, relay, balancer }: Stated): Written[] {
  const object = (kind: keyof typeof tokens, name: string, metadata: object, more: object): Written => ({
    urn: urnOf(kind, name),
    type: `kubernetes:${tokens[kind]}`,
    inputs: { metadata: { name, ...metadata }, ...more },
  });
  const podOf = (pod: Pod) => {
    const name = pod.urn.split("::").at(-1) ?? "";
    const stated = Object.entries(pod.named).map(([each, containerPort]) => ({ name: each, containerPort }));
    // Every port that is asked for is one that the containers state.
    const ports = [...stated, { containerPort: 25 }];
    return object(
      "Pod",
      name,
      { namespace: pod.namespace, labels: pod.labels },
      {
        spec: { containers: [{ name: "main", ports }] },
        status: { podIP: pod.addresses[0], podIPs: pod.addresses.map((ip) => ({ ip })) },
      },
    );
  };
  const rules = (list: readonly Rule[] | undefined, peers: "from" | "to") =>
    list?.map((each) => given({ [peers]: each.peers, ports: each.ports }));
  const adminRule = (peers: "from" | "to") => (each: AdminPolicy["ingress"][number]) =>
    given({
      action: each.action,
      [peers]: [{ namespaces: each.namespaces }],
      ports: each.port === undefined ? undefined : [{ portNumber: { port: each.port, protocol: "TCP" } }],
    });
  const portsOf = (list: Stated["relay"]["ports"]) =>
    list.map(({ port: listen, target }, k) => ({ name: `n${k}`, port: listen, targetPort: target }));
  return [
    ...Object.entries(namespaces).map(([name, labels]) => object("Namespace", name, { labels }, {})),
    ...[mail, ...others].map(podOf),
    ...policies.map((each, k) =>
      object(
        "NetworkPolicy",
        `p${k}`,
        { namespace: each.namespace },
        {
          spec: given({
            podSelector: each.podSelector,
            policyTypes: each.policyTypes,
            ingress: rules(each.ingress, "from"),
            egress: rules(each.egress, "to"),
          }),
        },
      ),
    ),
    ...admin.map(({ urn, priority, ingress, egress }) =>
      object(
        priority === undefined ? "BaselineAdminNetworkPolicy" : "AdminNetworkPolicy",
        urn.split("::").at(-1) ?? "",
        {},
        {
          spec: given({
            priority,
            subject: { namespaces: {} },
            ingress: ingress.map(adminRule("from")),
            egress: egress.map(adminRule("to")),
          }),
        },
      ),
    ),
    object(
      "Service",
      "relay",
      { namespace: "mail" },
      { spec: { clusterIP: clusterIp, selector: { app: "relay" }, ports: portsOf(relay.ports) } },
    ),
    ...(balancer
      ? [
          object(
            "Service",
            "front",
            { namespace: "mail" },
            {
              spec: given({
                type: "LoadBalancer",
                clusterIP: "10.96.0.77",
                externalTrafficPolicy: "Local",
                selector: mail.labels,
                ports: portsOf(balancer.ports),
                loadBalancerSourceRanges: balancer.ranges,
              }),
            },
          ),
        ]
      : []),
  ];
}

async function nicOf(program: readonly Written[], stated: Stated): Promise<NetworkInterface> {
  const resources = program.map((each) => ({ custom: true, ...each, outputs: each.inputs }));
  const { interfaces } = await read({ version: 3, deployment: { resources } });
  // A Service whose selector meets several pods has an interface for each.
  const own = interfaces.filter(({ id }) => id.startsWith(stated.balancer?.urn ?? stated.mail.urn));
  const nic = own.find(({ id }) => id.endsWith(" to pod/mail")) ?? own[0];
  if (!nic) throw new Error("the case has no such interface");
  return nic;
}

/** Inputs that can be hidden, with what they may be. */
const hiding: readonly { path: (string | number)[]; worlds: readonly unknown[]; of: "policy" | "front" }[] = [
  { of: "policy", path: ["podSelector"], worlds: [{}, { matchLabels: { app: "nobody" } }] },
  { of: "policy", path: ["policyTypes"], worlds: [["Ingress"], ["Egress"], ["Ingress", "Egress"]] },
  { of: "policy", path: ["ingress"], worlds: [[], [{}]] },
  { of: "policy", path: ["ingress", 0, "ports", 0, "port"], worlds: [25, 465, 587, 2587, 7] },
  { of: "policy", path: ["ingress", 0, "from", 0, "ipBlock", "cidr"], worlds: ["0.0.0.0/0", "::/0", "192.0.2.1/32"] },
  { of: "front", path: ["loadBalancerSourceRanges"], worlds: [["0.0.0.0/0"], ["::/0"], ["192.0.2.1/32"]] },
];

function at(holder: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce((value, step) => (value as Record<string | number, unknown> | undefined)?.[step], holder);
}

/** Copies along the path alone: drawn objects stand in several places at once, and only this one is to change. */
function put<T>(holder: T, [step, ...rest]: readonly (string | number)[], value: unknown): T {
  const copy = (Array.isArray(holder) ? [...holder] : { ...holder }) as Record<string | number, unknown>;
  if (step !== undefined) copy[step] = rest.length > 0 ? put(copy[step], rest, value) : value;
  return copy as T;
}

async function hiddenCase(stated: Stated, pick: number): Promise<HiddenCase | undefined> {
  const program = programOf(stated);
  for (let k = 0; k < hiding.length; k++) {
    const { of, path, worlds } = hiding[(pick + k) % hiding.length] as (typeof hiding)[number];
    const urn =
      of === "front" ? stated.balancer?.urn : stated.policies[pick % Math.max(1, stated.policies.length)]?.urn;
    const index = program.findIndex((each) => each.urn === urn);
    const place = ["inputs", "spec", ...path];
    const found = index < 0 ? undefined : at(program[index], place);
    const hasEnd = at(program[index], [...place.slice(0, -1), "endPort"]) !== undefined;
    const hasCut = at(program[index], [...place.slice(0, -1), "except"]) !== undefined;
    if (found === undefined || typeof found === "boolean" || hasEnd || hasCut) continue;
    const compilerPath = path.map((step) => (step === "from" ? "peers" : step));
    const machines = worlds.map((world) => {
      if (of === "front") return compile(put(stated, ["balancer", "ranges"], world));
      return compile(
        put(stated, ["policies", stated.policies.findIndex((each) => each.urn === urn), ...compilerPath], world),
      );
    });
    const blurred = program.with(index, put(program[index] as Written, place, unknownText));
    // docs/limits.md: of several policies that may isolate a pod it is not said what they all let pass.
    return { nic: await nicOf(blurred, stated), worlds: machines, hidden: `${urn} ${path.join(".")}` };
  }
  return undefined;
}

const { batches, told, sample } = batchesOf();
const statedIn = (k: number) => sample(drawn, k).map(statedOf);

describeWith(lacksNftables())("the kernel's packet filter, for Kubernetes", () => {
  it.each(batches)(
    `agrees about random objects ${told}`,
    async (k) => {
      const stated = statedIn(k);
      const found = await Promise.all(
        stated.map(async (each) => ({ nic: await nicOf(programOf(each), each), machine: compile(each) })),
      );
      const result = compare(found, questions);
      expect(
        result.differing
          .slice(0, 1)
          .map((each) => ({ ...each, stated: stated[(each as { packet: { machine: number } }).packet.machine] })),
      ).toEqual([]);
      expect(Math.min(result.open, result.closed)).toBeGreaterThan(0);
    },
    300_000,
  );

  it.each(batches)(
    `agrees about objects with an unknown input ${told}`,
    async (k) => {
      const stated = statedIn(k);
      const found = await Promise.all(stated.map(hiddenCase));
      const hidden = found.filter((each) => each !== undefined);
      const owner = stated.filter((_, i) => found[i] !== undefined);
      const result = compareHidden(hidden, questions);
      const machineOwners = hidden.flatMap(({ worlds }, i) => worlds.map(() => owner[i]));
      expect(
        result.differing.slice(0, 1).map((each) => ({
          ...each,
          stated: machineOwners[(each as { packet: { machine: number } }).packet.machine],
        })),
      ).toEqual([]);
      expect(Math.min(result.open, result.closed, result.unknown)).toBeGreaterThan(0);
    },
    300_000,
  );
});
