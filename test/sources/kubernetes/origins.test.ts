import { nothingDeclared } from "../../../model/declaration.js";
import type { Estate } from "../../../model/network.js";
import { answer, factsOf, missingAt, read, unknownText } from "../pulumi/programs.js";
import { later, planOf, type Resource, read as readPlan } from "../terraform-plans.js";
import { deployment, fromText, type Manifest, policy, service, tokenOf } from "./manifests.js";

const mail = deployment("mail", { containers: [{ name: "m", ports: [{ name: "submission", containerPort: 2587 }] }] });
const front = service("mail", {
  type: "LoadBalancer",
  externalTrafficPolicy: "Local",
  selector: { app: "mail" },
  ports: [{ port: 587, targetPort: "submission" }],
});
const lets = (port: number | string) =>
  policy("mail", {
    podSelector: { matchLabels: { app: "mail" } },
    ingress: [{ from: [{ ipBlock: { cidr: "8.0.0.0/8" } }], ports: [{ port }] }],
  });

interface Stacked {
  object: Manifest;
  flows?: Record<string, string[]>;
  outputs?: Manifest;
}

/** The objects as resources of a Pulumi stack, or children of its ConfigFile. */
function fromStack(...objects: (Manifest | Stacked)[]): Promise<Estate> {
  const urn = (object: Manifest) =>
    `urn:pulumi:dev::acme::kubernetes:yaml:ConfigFile$${tokenOf(object)}::${(object.metadata as Manifest).name ?? "unnamed"}`;
  const stacked = objects.map((each) => ("object" in each ? (each as Stacked) : { object: each as Manifest }));
  const resources = stacked.map(({ object, flows = {}, outputs = object }: Stacked) => ({
    urn: urn(object),
    type: tokenOf(object),
    custom: true,
    inputs: object,
    outputs,
    propertyDependencies: flows,
  }));
  return read({ version: 3, deployment: { resources } });
}

const metadata = [{ name: "mail", namespace: "mail" }];
const labels = { match_labels: { app: "mail" } };
/** The same objects as `mail`, `front` and `lets`, as Terraform writes them. */
const terraform = (port: unknown): Resource[] => [
  {
    type: "kubernetes_deployment_v1",
    name: "mail",
    args: {
      metadata,
      spec: [
        {
          selector: [labels],
          template: [
            {
              metadata: [{ labels: { app: "mail" } }],
              spec: [
                {
                  host_network: false,
                  container: [{ name: "m", port: [{ name: "submission", container_port: 2587, host_port: 0 }] }],
                },
              ],
            },
          ],
        },
      ],
    },
  },
  {
    type: "kubernetes_service",
    name: "mail",
    args: {
      metadata: [{ ...metadata[0], annotations: { "a.b/c_d": "e" } }],
      spec: [
        {
          type: "LoadBalancer",
          external_traffic_policy: "Local",
          selector: { app: "mail" },
          port: [{ port: 587, target_port: "submission", node_port: 0 }],
        },
      ],
    },
  },
  {
    type: "kubernetes_network_policy_v1",
    name: "mail",
    args: {
      metadata,
      spec: [
        {
          pod_selector: [labels],
          policy_types: ["Ingress"],
          ingress: [
            {
              from: [{ ip_block: [{ cidr: "8.0.0.0/8", except: [] }], namespace_selector: [], pod_selector: [] }],
              ports: [{ port, protocol: "TCP" }],
            },
          ],
          egress: [],
        },
      ],
    },
  },
];
const asManifests = (...objects: Manifest[]): Resource[] =>
  objects.map((manifest, i) => ({ type: "kubernetes_manifest", name: `m${i}`, args: { manifest } }));

const origins: readonly (readonly [name: string, read: (port: number) => Promise<Estate>, subject: string])[] = [
  ["manifests", (port) => fromText(...[mail, front, lets(port)].map((each) => JSON.stringify(each))), "mail:587"],
  [
    "a YAML stream",
    (port) => fromText([mail, front, lets(port)].map((each) => JSON.stringify(each)).join("\n---\n")),
    "mail:587",
  ],
  [
    "a typed list",
    (port) =>
      fromText(
        JSON.stringify({ apiVersion: "v1", kind: "List", items: [mail, front] }),
        JSON.stringify({
          apiVersion: "networking.k8s.io/v1",
          kind: "NetworkPolicyList",
          items: [{ ...lets(port), apiVersion: undefined, kind: undefined }],
        }),
      ),
    "mail:587",
  ],
  ["a Pulumi stack", (port) => fromStack(mail, front, lets(port)), "mail:587"],
  ["Terraform's own types", (port) => readPlan(planOf(terraform(String(port)))), "kubernetes_service.mail:587"],
  [
    "kubernetes_manifest",
    (port) => readPlan(planOf(asManifests(mail, front, lets(port)))),
    "kubernetes_manifest.m1:587",
  ],
];

it.each(origins)("says the same from %s", async (_, estate, subject) => {
  const [right, wrong] = await Promise.all([2587, 587].map(async (port) => factsOf(await estate(port))));
  const said = [right, wrong].map((facts) =>
    ["8.8.8.8", "9.9.9.9"].map((peer) => answer(facts ?? [], "reachable", subject, peer)),
  );
  expect(said).toEqual([
    [true, false],
    [false, false],
  ]);
});

it("joins objects by a namespace whose name is not known before deployment", async () => {
  const namespace: Manifest = { apiVersion: "v1", kind: "Namespace", metadata: { name: unknownText } };
  const urn = "urn:pulumi:dev::acme::kubernetes:yaml:ConfigFile$kubernetes:core/v1:Namespace::";
  const held = (object: Manifest): Stacked => ({
    object: { ...object, metadata: { ...(object.metadata as Manifest), namespace: unknownText } },
    flows: { metadata: [`${urn}${unknownText}`] },
  });
  const facts = factsOf(await fromStack(namespace, held(mail), held(front), held(lets(587))));
  expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(false);
});

it("leaves undecided what depends on a namespace that nothing tells", async () => {
  const held = { ...lets(2587), metadata: { name: "mail", namespace: unknownText } };
  const facts = factsOf(await fromStack(mail, front, held));
  expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(true);
  expect(answer(facts, "reachable", "mail:587", "9.9.9.9")).toBe("unknown");
  expect(missingAt(facts, "reachable", "mail:587").join()).toContain("#metadata.namespace");
});

it("takes what the cluster reported for what the program leaves out", async () => {
  const relay = service("relay", { selector: { app: "relay" }, ports: [{ port: 587, targetPort: 2587 }] });
  const outputs = { ...relay, spec: { ...(relay.spec as Manifest), clusterIP: "10.96.0.5" } };
  const out = policy("mail", { podSelector: {}, policyTypes: ["Egress"], egress: [{ ports: [{ port: 587 }] }] });
  const declaration = { ...nothingDeclared, relays: [{ host: "relay", port: 587, clients: ["mail"] }] };
  const facts = factsOf(await fromStack(mail, deployment("relay"), { object: relay, outputs }, out), declaration);
  // The policy was written for the Service's port, but sees the pods'.
  expect(answer(facts, "egressAllowed", "mail -> relay:587", "10.96.0.5")).toBe(false);
});

it("leaves a Terraform port that is known only after apply undecided, with its attribute", async () => {
  const unsure = terraform(later("random_integer.port.result"));
  const facts = factsOf(await readPlan(planOf(unsure)));
  expect(answer(facts, "reachable", "kubernetes_service.mail:587", "8.8.8.8")).toBe("unknown");
  expect(missingAt(facts, "reachable", "kubernetes_service.mail:587")).toEqual([
    "kubernetes_network_policy_v1.mail#spec[0].ingress[0].ports[0].port",
  ]);
});

it("gives every piece of evidence of a manifest its file and line", async () => {
  const text = [
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: mail}",
    "spec: {template: {metadata: {labels: {a: b}}, spec: {containers: []}}}",
    "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n  podSelector: {}\n  ingress:",
    "    - ports:\n        - port: 587",
  ].join("\n");
  const facts = factsOf(await fromText(text));
  const open = facts.find(
    ({ name, subject, value }) => name === "reachable" && subject === "mail:587" && value === true,
  );
  expect(open?.evidence.map(({ at }) => at.replace(/^.*\//, ""))).toEqual(["0.yaml:1", "0.yaml:13"]);
});
