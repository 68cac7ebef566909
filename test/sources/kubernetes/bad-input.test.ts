import { InputError } from "../../../model/errors.js";
import { noticesOf } from "../../../reach/notices.js";
import { answer, factsOf, read } from "../pulumi/programs.js";
import { deployment, fromManifests, fromText, type Manifest, pod, policy, service, tokenOf } from "./manifests.js";

const pods = { podSelector: {} };
const rule = (ports: unknown, from?: unknown) =>
  policy("p", { ...pods, ingress: [{ ports, ...(from ? { from } : {}) }] });
const block = (ipBlock: Manifest) => rule([{ port: 587 }], [{ ipBlock }]);

/** Objects that the API server refuses, or that cannot be meant so, with what the error says. */
const bad: readonly (readonly [name: string, object: Manifest, says: RegExp])[] = [
  ["port over 65535", rule([{ port: 70000 }]), /70000 is not a port \(1 to 65535\)/],
  ["port in quotes", rule([{ port: "587" }]), /"587" in quotes is the name of a port/],
  ["reversed range", rule([{ port: 600, endPort: 500 }]), /the range 600-500 is reversed/],
  ["end without a begin", rule([{ endPort: 500 }]), /endPort without port/],
  ["end beside a name", rule([{ port: "smtp", endPort: 500 }]), /endPort beside a named port/],
  ["protocol that is none", rule([{ protocol: "6", port: 587 }]), /allowed values: TCP, UDP, SCTP/],
  ["no block", block({ cidr: "10.0.0.0/33" }), /prefix longer than 32 bits/],
  ["address without a prefix", block({ cidr: "10.0.0.1" }), /has no prefix length/],
  ["exception outside", block({ cidr: "10.0.0.0/8", except: ["11.0.0.0/16"] }), /an exception outside of its block/],
  [
    "block beside a selector",
    rule([{ port: 587 }], [{ ipBlock: { cidr: "10.0.0.0/8" }, podSelector: {} }]),
    /ipBlock beside a selector/,
  ],
  ["peer that names nobody", rule([{ port: 587 }], [{}]), /an element that names nobody/],
  [
    "unknown operator",
    policy("p", { podSelector: { matchExpressions: [{ key: "a", operator: "Is" }] } }),
    /allowed values: In, NotIn, Exists, DoesNotExist/,
  ],
  ["rules that are no list", policy("p", { ...pods, ingress: {} }), /must be array/],
  [
    "labels that are numbers",
    deployment("mail", {}).spec ? { ...deployment("mail"), metadata: { name: "mail", labels: { version: 1 } } } : {},
    /must be string/,
  ],
  [
    "service port that is none",
    service("s", { type: "LoadBalancer", selector: { a: "b" }, ports: [{ port: 0 }] }),
    /0 is not a port/,
  ],
  [
    "source range that is none",
    service("s", {
      type: "LoadBalancer",
      selector: { a: "b" },
      ports: [{ port: 587 }],
      loadBalancerSourceRanges: ["all"],
    }),
    /has no prefix length|neither an IP address/,
  ],
  [
    "protocol of a service that is none",
    service("s", { type: "LoadBalancer", selector: { a: "b" }, ports: [{ port: 587, protocol: "SMTP" }] }),
    /allowed values: TCP, UDP, SCTP/,
  ],
  [
    "protocol of a service in small letters",
    service("s", { type: "LoadBalancer", selector: { a: "b" }, ports: [{ port: 587, protocol: "tcp" }] }),
    /allowed values: TCP, UDP, SCTP/,
  ],
  [
    "service port over 65535",
    service("s", { type: "LoadBalancer", selector: { a: "b" }, ports: [{ port: 587, targetPort: 70000 }] }),
    /70000 is not a port/,
  ],
  [
    "protocol of a host port that is none",
    deployment("mail", {
      containers: [{ name: "a", ports: [{ containerPort: 587, hostPort: 587, protocol: "SMTP" }] }],
    }),
    /allowed values: TCP, UDP, SCTP/,
  ],
  ["unknown type of service", service("s", { type: "Public" }), /allowed values: ClusterIP/],
];

it.each(bad)("refuses, in a manifest with its line: %s", async (_, object, says) => {
  const error = await fromManifests([deployment("other"), object]).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).toMatch(says);
  expect((error as Error).message).toMatch(/^0\.yaml:[1-9]\d*: /);
});

it.each(bad)("refuses, in a Pulumi program with its URN and path: %s", async (_, object, says) => {
  const urn = `urn:pulumi:dev::mail::${tokenOf(object)}::x`;
  const resource = { urn, type: tokenOf(object), custom: true, inputs: object, outputs: {} };
  const error = await read({ version: 3, deployment: { resources: [resource] } }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).toMatch(says);
  expect((error as Error).message).toContain(`${urn}#`);
});

it("says where a block with host bits stands, and what it counts as", async () => {
  const program = [deployment("mail"), block({ cidr: "203.0.113.7/24" })];
  const told = noticesOf(await fromManifests(program));
  expect(told.map(({ at }) => at)).toEqual([expect.stringMatching(/\/0\.yaml:[1-9]\d*$/)]);
  expect(told[0]?.says).toContain("203.0.113.7/24 has host bits and counts as 203.0.113.0/24");
});

it("cuts the host bits of a block off: 1.2.3.4/0 is everybody", async () => {
  const program = (cidr: string) => fromManifests([pod("mail", "10.0.0.5"), block({ cidr })]);
  const said = async (cidr: string) => answer(factsOf(await program(cidr)), "reachable", "mail:587", "8.8.8.8");
  expect([await said("1.2.3.4/0"), await said("203.0.113.7/24")]).toEqual([await said("0.0.0.0/0"), false]);
});

it("keeps a policy that selects no pods seen here in sight, open by its own rules", async () => {
  const estate = await fromManifests([
    deployment("mail"),
    policy("p", { podSelector: { matchLabels: { app: "gone" } }, ingress: [{ ports: [{ port: 587 }] }] }),
  ]);
  const own = estate.interfaces.find(({ name }) => name === "p");
  expect(own?.evidence.says).toContain("for no pods seen here");
  expect(answer(factsOf(estate), "reachable", "p:587", "8.8.8.8")).not.toBe(false);
});

const bomb = [
  "apiVersion: v1",
  "kind: ConfigMap",
  "metadata: {name: a}",
  "a: &a [x,x,x,x,x,x,x,x,x]",
  ..."bcdefghi".split("").map((name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[i]}`).join(",")}]`),
].join("\n");

it.each([
  [
    "a chart's template",
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n",
    /^0\.yaml:4: a Service without a name[\s\S]*helm template/,
  ],
  [
    "a chart's condition",
    "{{- if .Values.on }}\napiVersion: v1\nkind: Service\n{{- end }}\n",
    /a template that is not rendered/,
  ],
  [
    "malformed YAML",
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n name: b\n",
    /0\.yaml:5:\d+: malformed YAML/,
  ],
  ["aliases that multiply", bomb, /aliases that multiply/],
  ["nesting without end", `apiVersion: v1\nkind: Service\na: ${"[".repeat(100_000)}`, /0\.yaml:3:\d+: nested deeper/],
  [
    "a document without a kind",
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\nfoo: bar\n",
    /0\.yaml:5: an object without the texts apiVersion and kind/,
  ],
  [
    "a key twice",
    "apiVersion: v1\nkind: Service\nkind: Pod\n",
    /0\.yaml:3:1: malformed YAML \(duplicated mapping key\)/,
  ],
])("refuses %s", async (_, text, says) => {
  const began = Date.now();
  const error = await fromText(text).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).toMatch(says);
  expect(Date.now() - began).toBeLessThan(5000);
});

it("refuses two objects of one name, and says where both stand", async () => {
  const text = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n";
  await expect(fromText(text, `# again\n${text}`)).rejects.toThrow(
    "1.yaml:2: a second service/a; the first stands at 0.yaml:1",
  );
});

it("reads YAML as the API server does: `on` is true, dates and times are texts, merged keys count", async () => {
  const { interfaces } = await fromText(
    [
      "apiVersion: v1",
      "kind: Pod",
      "metadata: {name: mail, labels: {since: 2026-11-24, at: 10:30}}",
      "spec: {hostNetwork: on, containers: [{<<: {name: a}, ports: []}]}",
    ].join("\n"),
  );
  expect(interfaces.map(({ name }) => name)).toEqual(["mail"]);
});

it("survives owners that own each other", async () => {
  const owner = (name: string, of: string): Manifest => ({
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name, namespace: "mail", ownerReferences: [{ kind: "ReplicaSet", name: of }] },
    spec: { template: { spec: { containers: [] } } },
  });
  const { interfaces } = await fromManifests([owner("a", "b"), owner("b", "a")]);
  expect(interfaces.map(({ name }) => name)).toEqual(["a", "b"]);
});
