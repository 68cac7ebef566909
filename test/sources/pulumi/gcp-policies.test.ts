import { InputError } from "../../../model/errors.js";
import {
  answer,
  factsOf,
  forms,
  fromState,
  missingAt,
  unknownList,
  unknownText,
  urnOf,
  type Written,
} from "./programs.js";

const world = "0.0.0.0/0";
const layer4Configs = [{ ipProtocol: "tcp", ports: ["587"] }];
const match = { layer4Configs, srcIpRanges: [world] };
const everything = { layer4Configs: [{ ipProtocol: "all" }], srcIpRanges: [world] };

interface Site {
  readonly instance?: Record<string, unknown>;
  readonly network?: Record<string, unknown>;
}

function site({ instance = {}, network = {} }: Site = {}): Written[] {
  return [
    { type: "gcpNetwork", name: "net", inputs: { name: "net", ...network }, id: "projects/p/global/networks/net" },
    {
      type: "gcpInstance",
      name: "mail",
      inputs: {
        zone: "europe-west1-b",
        project: "p",
        networkInterfaces: [{ network: "net", accessConfigs: [{}] }],
        ...instance,
      },
    },
  ];
}

const vpc = (inputs: Record<string, unknown>): Written => ({
  type: "gcpFirewall",
  name: `vpc${Object.keys(inputs).join("")}`,
  inputs: { network: "net", sourceRanges: [world], ...inputs },
});
const vpcAllow = vpc({ allows: [{ protocol: "tcp", ports: ["587"] }] });
const vpcDeny = vpc({ denies: [{ protocol: "tcp", ports: ["587"] }] });

/** The types of each kind: policy, rule, association. */
const kinds = {
  hierarchical: ["gcpPolicy", "gcpPolicyRule", "gcpPolicyAssociation"],
  global: ["gcpGlobalPolicy", "gcpGlobalRule", "gcpGlobalAssociation"],
  regional: ["gcpRegionalPolicy", "gcpRegionalRule", "gcpRegionalAssociation"],
} as const;

/** A policy with its rules as resources, associated with the network or with a node of the hierarchy. */
function policy(kind: keyof typeof kinds, target: string, ...rules: Record<string, unknown>[]): Written[] {
  const name = `${kind}-${target.replaceAll("/", "-")}`;
  const region = kind === "regional" ? { region: "europe-west1" } : {};
  const [policyType, ruleType, associationType] = kinds[kind];
  return [
    { type: policyType, name, inputs: { name, ...region }, id: name },
    ...rules.map(
      (inputs, i): Written => ({
        type: ruleType,
        name: `${name}-${i}`,
        inputs: { firewallPolicy: name, direction: "INGRESS", priority: 10 * (i + 1), ...region, ...inputs },
      }),
    ),
    {
      type: associationType,
      name: `${name}-association`,
      inputs: { firewallPolicy: name, attachmentTarget: target, ...region },
    },
  ];
}

const allow = { action: "allow", match };
const deny = { action: "deny", match };
const next = { action: "goto_next", match };
const before = { network: { networkFirewallPolicyEnforcementOrder: "BEFORE_CLASSIC_FIREWALL" } };
const project = (inputs: Record<string, unknown>): Written => ({
  type: "gcpProject",
  name: "project",
  inputs: { projectId: "p", ...inputs },
});
const folder = (name: string, parent: string): Written => ({
  type: "gcpFolder",
  name,
  inputs: { parent },
  id: `folders/${name}`,
});

/** Is tcp/587 of `mail` open to a world client by IPv4? The name says so. */
const programs: Readonly<Record<string, Written[]>> = {
  fail_global_allow: [...site(), ...policy("global", "net", allow)],
  pass_global_policy_of_another_network: [
    ...site(),
    { type: "gcpNetwork", name: "other", inputs: { name: "other" } },
    ...policy("global", "other", allow),
  ],
  pass_global_disabled: [...site(), ...policy("global", "net", { ...allow, disabled: true })],
  pass_global_egress: [...site(), ...policy("global", "net", { ...allow, direction: "EGRESS" })],
  pass_global_deny_before_allow: [...site(), ...policy("global", "net", deny, allow)],
  fail_global_allow_before_deny: [...site(), ...policy("global", "net", allow, deny)],
  fail_vpc_rules_come_first: [...site(), vpcAllow, ...policy("global", "net", deny)],
  pass_vpc_deny_comes_first: [...site(), vpcDeny, ...policy("global", "net", allow)],
  pass_policies_first_when_the_network_says_so: [...site(before), vpcAllow, ...policy("global", "net", deny)],
  fail_policies_first_when_the_network_says_so: [...site(before), vpcDeny, ...policy("global", "net", allow)],
  fail_goto_next_skips_the_rest_of_the_policy: [...site(before), vpcAllow, ...policy("global", "net", next, deny)],
  fail_goto_next_in_camel_case: [
    ...site(before),
    vpcAllow,
    ...policy("global", "net", { ...next, action: "gotoNext" }, deny),
  ],
  pass_goto_next_to_the_implied_rule: [...site(), ...policy("global", "net", next, allow)],
  fail_no_match_passes_on: [
    ...site(before),
    vpcAllow,
    ...policy("global", "net", { ...deny, match: { ...match, srcIpRanges: ["10.0.0.0/8"] } }),
  ],
  fail_regional_allow: [...site(), ...policy("regional", "net", allow)],
  pass_regional_policy_of_another_region: [
    ...site({ instance: { zone: "us-central1-a" } }),
    ...policy("regional", "net", allow),
  ],
  pass_global_before_regional: [...site(), ...policy("global", "net", deny), ...policy("regional", "net", allow)],
  fail_global_passes_on_to_regional: [...site(), ...policy("global", "net", next), ...policy("regional", "net", allow)],
  pass_organization_denies: [
    ...site(),
    project({ orgId: "1" }),
    vpcAllow,
    ...policy("hierarchical", "organizations/1", { action: "deny", match: everything }),
  ],
  fail_organization_allows_over_a_vpc_deny: [
    ...site(),
    project({ orgId: "1" }),
    vpcDeny,
    ...policy("hierarchical", "organizations/1", allow),
  ],
  fail_another_organization_denies: [
    ...site(),
    project({ orgId: "1" }),
    vpcAllow,
    ...policy("hierarchical", "organizations/2", deny),
  ],
  fail_organization_passes_on_to_the_folder: [
    ...site(),
    folder("9", "organizations/1"),
    project({ folderId: "folders/9" }),
    ...policy("hierarchical", "folders/9", allow),
    ...policy("hierarchical", "organizations/1", next),
  ],
  pass_organization_before_folder: [
    ...site(),
    folder("9", "organizations/1"),
    project({ folderId: "9" }),
    ...policy("hierarchical", "folders/9", allow),
    ...policy("hierarchical", "organizations/1", deny),
  ],
  pass_upper_folder_before_lower: [
    ...site(),
    folder("1", "folders/9"),
    folder("9", "organizations/1"),
    project({ folderId: "1" }),
    ...policy("hierarchical", "folders/1", allow),
    ...policy("hierarchical", "folders/9", deny),
  ],
  unknown_organization_of_the_project: [
    ...site(),
    vpcAllow,
    ...policy("hierarchical", "organizations/1", { action: "deny", match: everything }),
  ],
  unknown_node_that_may_be_above_the_folder: [
    ...site(),
    folder("9", "organizations/1"),
    project({ folderId: "9" }),
    ...policy("hierarchical", "folders/9", allow),
    ...policy("hierarchical", unknownText, deny),
  ],
  unknown_folder_cycle: [
    ...site(),
    folder("1", "folders/2"),
    folder("2", "folders/1"),
    project({ folderId: "1" }),
    vpcAllow,
    ...policy("hierarchical", "organizations/1", deny),
  ],
  pass_target_resources_of_another_network: [
    ...site(),
    project({ orgId: "1" }),
    ...policy("hierarchical", "organizations/1", {
      ...allow,
      targetResources: ["https://www.googleapis.com/compute/v1/projects/p/global/networks/other"],
    }),
  ],
  fail_target_resources_of_its_network: [
    ...site(),
    project({ orgId: "1" }),
    ...policy("hierarchical", "organizations/1", {
      ...allow,
      targetResources: ["https://www.googleapis.com/compute/v1/projects/p/global/networks/net"],
    }),
  ],
  pass_target_account_of_another: [
    ...site({ instance: { serviceAccount: { email: "web@p.example" } } }),
    ...policy("global", "net", { ...allow, targetServiceAccounts: ["mx@p.example"] }),
  ],
  fail_target_account: [
    ...site({ instance: { serviceAccount: { email: "mx@p.example" } } }),
    ...policy("global", "net", { ...allow, targetServiceAccounts: ["mx@p.example"] }),
  ],
  pass_target_of_internal_load_balancers: [
    ...site(),
    ...policy("global", "net", { ...allow, targetType: "INTERNAL_MANAGED_LB" }),
  ],
  unknown_target_secure_tag: [
    ...site(),
    ...policy("global", "net", { ...allow, targetSecureTags: [{ name: "tagValues/1" }] }),
  ],
  fail_address_group_of_the_world: [
    ...site(),
    { type: "gcpAddressGroup", name: "ag", inputs: { items: ["0.0.0.0/1", "128.0.0.0/1"] }, id: "ag-1" },
    ...policy("global", "net", { action: "allow", match: { layer4Configs, srcAddressGroups: ["ag-1"] } }),
  ],
  unknown_address_group_outside: [
    ...site(),
    ...policy("global", "net", { action: "allow", match: { layer4Configs, srcAddressGroups: ["ag-2"] } }),
  ],
  unknown_region_codes: [
    ...site(),
    ...policy("global", "net", { action: "allow", match: { layer4Configs, srcRegionCodes: ["DE"] } }),
  ],
  pass_secure_tag_as_source: [
    ...site(),
    ...policy("global", "net", { action: "allow", match: { layer4Configs, srcSecureTags: [{ name: "tagValues/1" }] } }),
  ],
  fail_region_codes_beside_the_world: [
    ...site(),
    ...policy("global", "net", { action: "allow", match: { ...match, srcRegionCodes: ["DE"] } }),
  ],
  pass_not_from_the_internet: [
    ...site(),
    ...policy("global", "net", { action: "allow", match: { ...match, srcNetworkContext: "NON_INTERNET" } }),
  ],
  fail_from_the_internet_in_the_older_spelling: [
    ...site(),
    ...policy("global", "net", { action: "allow", match: { ...match, srcNetworkScope: "INTERNET" } }),
  ],
  unknown_inspection: [
    ...site(),
    ...policy("global", "net", { ...allow, action: "apply_security_profile_group" }, deny),
  ],
  unknown_action: [...site(), ...policy("global", "net", { ...allow, action: unknownText })],
  unknown_priority: [...site(), ...policy("global", "net", allow, { ...deny, priority: unknownText })],
  fail_unknown_priority_alone: [...site(), ...policy("global", "net", { ...allow, priority: unknownText })],
  unknown_enforcement_order: [
    ...site({ network: { networkFirewallPolicyEnforcementOrder: unknownText } }),
    vpcAllow,
    ...policy("global", "net", deny),
  ],
  unknown_policy_outside: [
    ...site(),
    {
      type: "gcpGlobalAssociation",
      name: "a",
      inputs: { firewallPolicy: "elsewhere", attachmentTarget: "net" },
    },
  ],
  fail_policy_outside_comes_after_the_vpc_rule: [
    ...site(),
    vpcAllow,
    {
      type: "gcpGlobalAssociation",
      name: "a",
      inputs: { firewallPolicy: "elsewhere", attachmentTarget: "net" },
    },
  ],
  fail_policy_with_rules: [
    ...site(),
    { type: "gcpGlobalWithRules", name: "w", inputs: { name: "w", rules: [{ priority: 1, ...allow }] }, id: "w" },
    { type: "gcpGlobalAssociation", name: "a", inputs: { firewallPolicy: "w", attachmentTarget: "net" } },
  ],
  unknown_rules_of_a_policy_with_rules: [
    ...site(),
    { type: "gcpGlobalWithRules", name: "w", inputs: { name: "w", rules: unknownList }, id: "w" },
    { type: "gcpGlobalAssociation", name: "a", inputs: { firewallPolicy: "w", attachmentTarget: "net" } },
  ],
  unknown_inline_and_separate_rules_take_turns: [
    ...site(),
    { type: "gcpGlobalWithRules", name: "w", inputs: { name: "w", rules: [] }, id: "w" },
    { type: "gcpGlobalRule", name: "r", inputs: { firewallPolicy: "w", direction: "INGRESS", priority: 1, ...allow } },
    { type: "gcpGlobalAssociation", name: "a", inputs: { firewallPolicy: "w", attachmentTarget: "net" } },
  ],
  fail_joined_by_dependency: [
    ...site(),
    { type: "gcpGlobalPolicy", name: "w", inputs: {} },
    {
      type: "gcpGlobalRule",
      name: "r",
      inputs: { firewallPolicy: unknownText, direction: "INGRESS", priority: 1, ...allow },
      flows: { firewallPolicy: ["w"] },
    },
    {
      type: "gcpGlobalAssociation",
      name: "a",
      inputs: { firewallPolicy: unknownText, attachmentTarget: unknownText },
      flows: { firewallPolicy: ["w"], attachmentTarget: ["net"] },
    },
  ],
};

function promised(name: string): boolean | "unknown" {
  return name.startsWith("fail") ? true : name.startsWith("pass") ? false : "unknown";
}

describe.each(Object.entries(forms))("tcp/587 behind firewall policies, from %s", (_, form) => {
  it.each(Object.entries(programs))("%s", async (name, program) => {
    expect(answer(factsOf(await form(program)), "reachable", "mail:587", "8.8.8.8")).toBe(promised(name));
  });
});

describe("missing inputs", () => {
  const mail = urnOf({ type: "gcpInstance", name: "mail" });
  it.each([
    ["unknown_organization_of_the_project", [`${mail}#project`]],
    ["unknown_target_secure_tag", [`${urnOf({ type: "gcpGlobalRule", name: "global-net-0" })}#targetSecureTags`]],
    ["unknown_action", [`${urnOf({ type: "gcpGlobalRule", name: "global-net-0" })}#action`]],
    ["unknown_policy_outside", [`${urnOf({ type: "gcpGlobalAssociation", name: "a" })}#firewallPolicy`]],
    [
      "unknown_enforcement_order",
      [`${urnOf({ type: "gcpNetwork", name: "net" })}#networkFirewallPolicyEnforcementOrder`],
    ],
  ])("%s", async (name, missing) => {
    const facts = factsOf(await fromState(programs[name] as Written[]));
    expect(missingAt(facts, "reachable", "mail:587")).toEqual(missing);
  });
});

describe("what no provider accepts is an error that names URN and path", () => {
  const urn = urnOf({ type: "gcpGlobalRule", name: "global-net-0" });
  it.each<[string, Record<string, unknown>]>([
    ["action", { ...allow, action: "drop" }],
    ["match.srcIpRanges[0]", { ...allow, match: { ...match, srcIpRanges: ["10.0.0.0/64"] } }],
    [
      "match.layer4Configs[0].ports[0]",
      { ...allow, match: { layer4Configs: [{ ipProtocol: "tcp", ports: ["99999"] }] } },
    ],
    ["match.layer4Configs[0]", { ...allow, match: { layer4Configs: [{}] } }],
  ])("%s", async (path, inputs) => {
    const error = await fromState([...site(), ...policy("global", "net", inputs)]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).where).toBe(`${urn}#${path}`);
  });
});
