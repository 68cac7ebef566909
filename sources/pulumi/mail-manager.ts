import type { ClientDefinition, Setting } from "../../model/client.js";
import type { MailDefinition } from "../../model/mail.js";
import { isUnknown } from "../../model/maybe.js";
import type { Input } from "./input.js";
import { referenceOf, type Targets, targetsOf } from "./references.js";
import { inputOf, ofTypes, type Resource } from "./resource.js";

const ingressPointType = "aws:mailmanager/ingressPoint:IngressPoint";
const trafficPolicyType = "aws:mailmanager/trafficPolicy:TrafficPolicy";
const relayType = "aws:mailmanager/relay:Relay";

/**
 * The ingress points of Amazon SES Mail Manager. What stands for files are their settings by name, a traffic policy as JSON;
 * a setting that is unknown is missing.
 */
export function ingressPointsOf(resources: readonly Resource[]): MailDefinition[] {
  const policies = targetsOf(resources, trafficPolicyType);
  return ofTypes(resources, ingressPointType).map((each) => ingressPointOf(each, policies));
}

function ingressPointOf(resource: Resource, policies: Targets): MailDefinition {
  const network = inputOf(resource, "networkConfiguration");
  const settings: Readonly<Record<string, Input>> = {
    type: inputOf(resource, "type"),
    tlsPolicy: inputOf(resource, "tlsPolicy"),
    ipType: network.member("publicNetworkConfiguration").member("ipType"),
    vpcEndpointId: network.member("privateNetworkConfiguration").member("vpcEndpointId"),
  };
  const files: Record<string, { at: string; text: string }> = { name: { at: resource.urn, text: resource.name } };
  const missing: string[] = [];
  for (const [name, input] of Object.entries(settings)) {
    const text = input.text();
    if (isUnknown(text)) missing.push(...text.unknown);
    else if (text !== undefined) files[name] = { at: input.at, text };
  }
  // A private ingress point is one whatever its endpoint is called.
  if (files.vpcEndpointId === undefined && !settings.vpcEndpointId?.isAbsent)
    files.vpcEndpointId = { at: network.at, text: "" };
  const id = inputOf(resource, "trafficPolicyId");
  const { certain } = referenceOf(resource, "trafficPolicyId", id, policies);
  const [policy] = certain;
  if (policy && certain.length === 1) files.trafficPolicy = { at: policy.urn, text: JSON.stringify(policyOf(policy)) };
  else missing.push(id.at);
  return { id: resource.urn, product: "mail-manager", origin: "planned", files, missing: [...new Set(missing)].sort() };
}

/** A statement's conditions on addresses; of any other it is told that there is one. */
function policyOf(policy: Resource) {
  const known = (input: Input) => {
    const text = input.text();
    return isUnknown(text) || text === undefined ? null : text;
  };
  const statements = inputOf(policy, "policyStatements").items() ?? [];
  return {
    defaultAction: known(inputOf(policy, "defaultAction")),
    statements: isUnknown(statements)
      ? null
      : statements.map((statement) => {
          const conditions = statement.member("conditions").items() ?? [];
          return {
            action: known(statement.member("action")),
            conditions: isUnknown(conditions) ? [{}] : conditions.map(conditionOf),
          };
        }),
  };
}

function conditionOf(condition: Input): { family?: string; operator?: string; values?: string[] } {
  for (const [name, family] of [
    ["ipExpression", "ipv4"],
    ["ipv6Expression", "ipv6"],
  ] as const) {
    const expression = condition.member(name);
    if (expression.isAbsent) continue;
    const operator = expression.member("operator").text();
    const items = expression.member("values").items() ?? [];
    const values = isUnknown(items) ? [undefined] : items.map((each) => each.text());
    if (typeof operator !== "string" || !values.every((each) => typeof each === "string")) return {};
    return { family, operator, values };
  }
  return {};
}

/** Where a configuration set of SES says how it delivers, by type. */
const configurationSets = ["aws:sesv2/configurationSet:ConfigurationSet", "aws:ses/configurationSet:ConfigurationSet"];

/** SES as a client of the recipients' servers, as each configuration set has it. */
export function deliveriesOf(resources: readonly Resource[]): ClientDefinition[] {
  return resources
    .filter(({ type }) => configurationSets.includes(type))
    .map((resource) => {
      const input = inputOf(resource, "deliveryOptions").member("tlsPolicy");
      const value = input.text();
      const settings = new Map<string, Setting>(value === undefined ? [] : [["tlsPolicy", { value, at: input.at }]]);
      return { id: resource.urn, product: "ses", origin: "planned", settings };
    });
}

/** The relays of Mail Manager: mail servers that it sends on to, as clients of those. */
export function relaysOf(resources: readonly Resource[]): ClientDefinition[] {
  return resources
    .filter(({ type }) => type === relayType)
    .map((resource) => {
      const authentication = inputOf(resource, "authentication");
      const places: [string, Input][] = [
        ["serverName", inputOf(resource, "serverName")],
        ["serverPort", inputOf(resource, "serverPort")],
        ["secretArn", authentication.member("secretArn")],
      ];
      const settings = places.flatMap(([name, input]): [string, Setting][] => {
        const value = input.text();
        if (value === undefined) return [];
        return [[name, { value, at: input.at, ...(name === "secretArn" ? { isSecret: true } : {}) }]];
      });
      return { id: resource.urn, product: "mail-manager", origin: "planned", settings: new Map(settings) };
    });
}
