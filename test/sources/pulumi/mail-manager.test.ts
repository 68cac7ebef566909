import { clientFacts } from "../../../mail/clients/index.js";
import { AddressSet } from "../../../model/addresses.js";
import { nothingDeclared } from "../../../model/declaration.js";
import { InputError } from "../../../model/errors.js";
import type { Estate } from "../../../model/network.js";
import { Subjects } from "../../../model/subjects.js";
import { judge, rules } from "../../../policies/index.js";
import { mailFacts } from "../../mail/facts.js";
import { later, planOf, read } from "../terraform-plans.js";
import { forms, unknownText, type Written } from "./programs.js";

type Inputs = Readonly<Record<string, unknown>>;

const ip = (operator: string, ...values: string[]) => ({ ipExpression: { operator, values } });
const statement = (action: string, ...conditions: unknown[]) => ({ action, conditions });
const allowAll = { defaultAction: "ALLOW" };

function program(point: Inputs, policy: Inputs = allowAll): Written[] {
  return [
    { type: "trafficPolicy", name: "policy", id: "tp-1", inputs: policy },
    { type: "ingressPoint", name: "mail", inputs: { trafficPolicyId: "tp-1", ruleSetId: "rs-1", ...point } },
  ];
}

async function seenBy(estate: Estate, client: string, port: number): Promise<Record<string, unknown>> {
  const facts = await mailFacts(estate.definitions, new Subjects(nothingDeclared, estate.interfaces));
  return Object.fromEntries(
    facts
      .filter(({ subject, from }) => subject === `mail:${port}` && from.contains(AddressSet.of(client)))
      .map(({ name, value }) => [name, value]),
  );
}

const office = "192.0.2.9";
const stranger = "198.51.100.1";
const six = "2001:db8::1";
const some = { unknown: [expect.any(String)] };
const only = (...values: string[]) => ({
  defaultAction: "DENY",
  policyStatements: [statement("ALLOW", ip("CIDR_MATCHES", ...values))],
});

const points: [string, Written[], number, string, Inputs][] = [
  ["TLS is required", program({ type: "AUTH", tlsPolicy: "REQUIRED" }), 587, office, { tlsGate: "mail" }],
  ["TLS of FIPS is required", program({ type: "AUTH", tlsPolicy: "FIPS" }), 587, office, { tlsGate: "mail" }],
  [
    "TLS is optional",
    program({ type: "AUTH", tlsPolicy: "OPTIONAL" }),
    ...([587, office, { tlsGate: "none", starttlsOffered: "offered" }] as const),
  ],
  [
    "TLS is optional and the traffic policy may ask for it",
    program(
      { type: "AUTH", tlsPolicy: "OPTIONAL" },
      {
        defaultAction: "DENY",
        policyStatements: [statement("ALLOW", { tlsExpression: { operator: "MINIMUM_TLS_VERSION", value: "TLS1_2" } })],
      },
    ),
    ...([587, office, { tlsGate: some }] as const),
  ],
  ["no TLS policy is told", program({ type: "AUTH" }), 587, office, { tlsGate: some, starttlsOffered: some }],
  [
    "the TLS policy is not known yet",
    program({ type: "AUTH", tlsPolicy: unknownText }),
    587,
    office,
    { tlsGate: some },
  ],
  [
    "a login is asked for",
    program({ type: "AUTH" }),
    ...([587, office, { authGate: "mail", relay: "closed", authMechanisms: ["*"], implicitTls: false }] as const),
  ],
  ["a certificate is asked for", program({ type: "MTLS" }), 587, office, { authGate: some, relay: "closed" }],
  ["an open point", program({ type: "OPEN" }), 25, office, { listening: true, authGate: "none", relay: some }],
  ["an open point has IPv4 addresses", program({ type: "OPEN" }), 25, six, { listening: false }],
  [
    "a point of both families",
    program({ type: "OPEN", networkConfiguration: { publicNetworkConfiguration: { ipType: "DUAL_STACK" } } }),
    ...([25, six, { listening: true }] as const),
  ],
  [
    "a private point",
    program({ type: "AUTH", networkConfiguration: { privateNetworkConfiguration: { vpcEndpointId: unknownText } } }),
    ...([587, six, { listening: some }] as const),
  ],
  ["its block is let in", program({ type: "OPEN" }, only("192.0.2.0/24")), 25, office, { authGate: "none" }],
  ["others are kept out", program({ type: "OPEN" }, only("192.0.2.0/24")), 25, stranger, { relay: "closed" }],
  ["a block that is not known yet", program({ type: "OPEN" }, only(unknownText)), 25, stranger, { relay: some }],
  [
    "a block that is denied",
    program(
      { type: "OPEN" },
      { ...allowAll, policyStatements: [statement("DENY", ip("CIDR_MATCHES", "198.51.100.0/24"))] },
    ),
    ...([25, stranger, { relay: "closed" }] as const),
  ],
  [
    "everyone outside a block is denied",
    program(
      { type: "OPEN" },
      { ...allowAll, policyStatements: [statement("DENY", ip("NOT_CIDR_MATCHES", "192.0.2.0/24"))] },
    ),
    ...([25, stranger, { relay: "closed" }] as const),
  ],
  [
    "a recipient decides",
    program(
      { type: "OPEN" },
      {
        defaultAction: "DENY",
        policyStatements: [statement("ALLOW", { stringExpression: { operator: "ENDS_WITH" } })],
      },
    ),
    ...([25, office, { authGate: some, relay: some }] as const),
  ],
  [
    "a sender may be denied",
    program(
      { type: "OPEN" },
      { ...allowAll, policyStatements: [statement("DENY", { stringExpression: { operator: "EQUALS" } })] },
    ),
    ...([25, office, { authGate: some, relay: some }] as const),
  ],
  [
    "two statements that both may decide",
    program(
      { type: "OPEN" },
      {
        ...allowAll,
        policyStatements: [
          statement("DENY", ip("CIDR_MATCHES", "192.0.2.0/24")),
          statement("ALLOW", ip("CIDR_MATCHES", "192.0.2.0/25")),
        ],
      },
    ),
    ...([25, office, { relay: some }] as const),
  ],
  [
    "a traffic policy of another program",
    program({ type: "OPEN", trafficPolicyId: "tp-other" }),
    ...([25, office, { authGate: some, relay: some }] as const),
  ],
];

describe.each(Object.entries(forms))("an ingress point of Mail Manager, from %s", (_form, form) => {
  it.each(points)("%s", async (_, written, port, client, expected) => {
    expect(await seenBy(await form(written), client, port)).toMatchObject(expected);
  });

  it("a type that does not exist is refused", async () => {
    await expect(form(program({ type: "SECRET" }))).rejects.toThrow(InputError);
  });
});

it("tls-required fails where mail in clear is taken, with the property's path", async () => {
  const estate = await (forms["stack export"] as (typeof forms)[string])(
    program({ type: "AUTH", tlsPolicy: "OPTIONAL" }),
  );
  const facts = await mailFacts(estate.definitions, new Subjects(nothingDeclared, estate.interfaces));
  const outcomes = judge(rules, facts, nothingDeclared, new Date("2026-11-27")).filter(
    ({ rule, outcomes: all }) => rule.id === "tls-required" && all.some(({ status }) => status === "fail"),
  );
  expect(outcomes.map(({ subject }) => subject)).toEqual(["mail:587"]);
  expect(JSON.stringify(outcomes)).toContain("#tlsPolicy");
});

describe("of a Terraform plan", () => {
  const policy = {
    type: "aws_mailmanager_traffic_policy",
    name: "office",
    args: {
      default_action: "DENY",
      policy_statement: [
        {
          action: "ALLOW",
          condition: [
            {
              ip_expression: [
                { operator: "CIDR_MATCHES", values: ["192.0.2.0/24"], evaluate: [{ attribute: "SENDER_IP" }] },
              ],
            },
          ],
        },
      ],
    },
  };
  const point = {
    type: "aws_mailmanager_ingress_point",
    name: "mail",
    args: {
      ...{ name: "mail", type: "OPEN", tls_policy: "REQUIRED" },
      rule_set_id: "rs-1",
      traffic_policy_id: later("aws_mailmanager_traffic_policy.office.id"),
      network_configuration: [{ public_network_configuration: [{ ip_type: "DUAL_STACK" }] }],
    },
  };

  it("the same is said", async () => {
    const { definitions } = await read(planOf([policy, point]));
    const facts = await mailFacts(definitions, new Subjects(nothingDeclared));
    const said = (client: string) =>
      Object.fromEntries(
        facts.filter(({ from }) => from.contains(AddressSet.of(client))).map(({ name, value }) => [name, value]),
      );
    expect(said(office)).toMatchObject({ tlsGate: "mail", authGate: "none", listening: true });
    expect(said(stranger)).toMatchObject({ tlsGate: "mail", relay: "closed" });
    expect(said(six)).toMatchObject({ listening: true, relay: "closed" });
  });
});

describe("a relay of Mail Manager is a client", () => {
  const secretArn = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:s";
  it.each<[string, Inputs, Inputs]>([
    ["with a secret", { authentication: { secretArn } }, { login: true, password: "secret store" }],
    ["without a login", { authentication: { noAuthentication: {} } }, { login: false, password: "none" }],
  ])("%s", async (_, inputs, auth) => {
    const form = forms["stack export"] as (typeof forms)[string];
    const relay: Written = {
      ...{ type: "mailRelay", name: "r" },
      inputs: { serverName: "mail.corp.example", serverPort: 587, ...inputs },
    };
    const { facts } = await clientFacts(await form([relay]), new Subjects(nothingDeclared));
    expect(facts.map(({ subject }) => subject.endsWith(" -> mail.corp.example:587"))).not.toContain(false);
    const values = Object.fromEntries(facts.map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({ clientPort: { port: 587 }, clientAuth: auth, clientTls: some });
    expect(JSON.stringify(facts)).not.toContain(secretArn);
  });
});
