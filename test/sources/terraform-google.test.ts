import { answer, factsOf } from "./pulumi/programs.js";
import { later, planOf, type Resource, read } from "./terraform-plans.js";

const network: Resource = { type: "google_compute_network", name: "main", args: { name: "main" } };
const instance: Resource = {
  type: "google_compute_instance",
  name: "mail",
  args: {
    ...{ name: "mail", zone: "europe-west1-b", tags: ["mail"], service_account: [] },
    network_interface: [{ network: later("google_compute_network.main.self_link"), access_config: [{}] }],
  },
};
const firewall = (args: Record<string, unknown>): Resource => ({
  type: "google_compute_firewall",
  name: "f",
  args: {
    network: later("google_compute_network.main.name"),
    ...{ allow: [{ protocol: "tcp", ports: ["587"] }], deny: [], source_ranges: ["0.0.0.0/0"], ...args },
  },
});
const match = [{ src_ip_ranges: ["0.0.0.0/0"], layer4_configs: [{ ip_protocol: "tcp", ports: ["500-600"] }] }];
const rule = { action: "allow", direction: "INGRESS", priority: 100, disabled: false };
const association = (suffix: string): Resource => ({
  type: "google_compute_network_firewall_policy_association",
  name: "a",
  args: {
    firewall_policy: later(`google_compute_network_firewall_policy${suffix}.p.name`),
    attachment_target: later("google_compute_network.main.id"),
  },
});
const policy: Resource = { type: "google_compute_network_firewall_policy", name: "p", args: { name: "p" } };
const policyRule = (args: object): Resource => ({
  type: "google_compute_network_firewall_policy_rule",
  name: "r",
  args: { firewall_policy: later("google_compute_network_firewall_policy.p.name"), ...rule, match, ...args },
});
const inlineRules = (...rules: unknown[]): Resource => ({
  type: "google_compute_network_firewall_policy_with_rules",
  name: "p",
  args: { name: "p", rule: rules },
});

/** Is tcp/587 of the instance open to a client on the internet? */
const programs: [string, Resource[], boolean | "unknown"][] = [
  ["pass_no_rule", [], false],
  ["fail_rule_of_the_network", [firewall({})], true],
  ["fail_rule_for_its_tag", [firewall({ target_tags: ["mail"] })], true],
  ["pass_rule_for_another_tag", [firewall({ target_tags: ["web"] })], false],
  [
    "pass_deny_of_the_same_priority",
    [firewall({}), { ...firewall({ allow: [], deny: [{ protocol: "all", ports: [] }] }), name: "d" }],
    false,
  ],
  ["unknown_range", [firewall({ source_ranges: [later("google_compute_address.office.address")] })], "unknown"],
  ["fail_rule_of_a_policy", [policy, policyRule({}), association("")], true],
  ["pass_disabled_rule_of_a_policy", [policy, policyRule({ disabled: true }), association("")], false],
  ["pass_policy_that_is_not_associated", [policy, policyRule({})], false],
  ["fail_policy_with_inline_rules", [inlineRules({ ...rule, match }), association("_with_rules")], true],
  [
    "pass_inline_deny_before_allow",
    [inlineRules({ ...rule, match }, { ...rule, priority: 50, action: "deny", match }), association("_with_rules")],
    false,
  ],
  [
    "unknown_inline_rules",
    [inlineRules({ ...rule, match: later("local.match") }), association("_with_rules")],
    "unknown",
  ],
];

it.each(programs)("%s", async (_, program, open) => {
  const facts = factsOf(await read(planOf([network, instance, ...program])));
  expect(answer(facts, "reachable", "google_compute_instance.mail:587", "8.8.8.8")).toBe(open);
});

describe("secure tags", () => {
  const tag = (name: string): Resource => ({
    type: "google_tags_tag_value",
    name,
    args: { short_name: name, parent: "tagKeys/1" },
  });
  const forTag = [
    ...[tag("mx"), tag("web"), policy, association("")],
    policyRule({ target_secure_tags: [{ name: later("google_tags_tag_value.mx.id"), state: later() }] }),
  ];
  const made = (name: string): Resource => ({
    ...instance,
    args: {
      ...instance.args,
      params: [{ resource_manager_tags: { "tagKeys/1": later(`google_tags_tag_value.${name}.id`) } }],
    },
  });
  const bound = (to: string): Resource => ({
    type: "google_tags_location_tag_binding",
    name: "b",
    args: {
      ...{ parent: later(`google_compute_instance.${to}.instance_id`), location: "europe-west1-b" },
      tag_value: later("google_tags_tag_value.mx.id"),
    },
  });

  it.each<[string, Resource[], boolean | "unknown"]>([
    ["made with the tag", [made("mx"), ...forTag], true],
    ["made with another", [made("web"), ...forTag], false],
    ["bound to it", [instance, bound("mail"), ...forTag], true],
    ["bound to another", [instance, { ...instance, name: "other" }, bound("other"), ...forTag], false],
    ["none", [instance, ...forTag], false],
  ])("%s", async (_, program, open) => {
    const facts = factsOf(await read(planOf([network, ...program])));
    expect(answer(facts, "reachable", "google_compute_instance.mail:587", "8.8.8.8")).toBe(open);
  });
});
