import { answer, factsOf, forms, fromState, missingAt, unknownText, urnOf, type Written } from "./programs.js";

/*
 * Secure tags by Google's documentation ("Secure tags for firewalls", FirewallPolicyRuleSecureTag in the Compute API): a rule
 * names tag values by id, an instance carries what it was made with and what is bound to it, and a rule all of whose tags are
 * INEFFECTIVE is ignored.
 */

const world = "0.0.0.0/0";
const layer4Configs = [{ ipProtocol: "tcp", ports: ["587"] }];
const value = (name: string): Written => ({
  type: "gcpTag",
  name,
  id: `tagValues/${name}`,
  inputs: { shortName: name },
});
const made = (...tags: string[]) => ({
  params: { resourceManagerTags: Object.fromEntries(tags.map((tag, i) => [`tagKeys/${i}`, tag])) },
});
const instance = (name: string, more: object = {}, networkIp = "10.0.0.5", network = "net"): Written => ({
  ...{ type: "gcpInstance", name, id: `projects/p/zones/europe-west1-b/instances/${name}` },
  inputs: {
    ...{ name, zone: "europe-west1-b", project: "p" },
    networkInterfaces: [{ network, networkIp, accessConfigs: [{}] }],
    ...more,
  },
  outputs: { name, instanceId: name === "mail" ? "4711" : "4712" },
});
const network = (name: string): Written => ({
  ...{ type: "gcpNetwork", name, id: `projects/p/global/networks/${name}`, inputs: { name } },
});
const rule = (name: string, priority: number, inputs: object, more: Partial<Written> = {}): Written => ({
  ...{ type: "gcpGlobalRule", name },
  inputs: { firewallPolicy: "pol", direction: "INGRESS", priority, ...inputs },
  ...more,
});
const open = (more: object = {}) => ({ action: "allow", match: { layer4Configs, srcIpRanges: [world] }, ...more });
const to = (...names: unknown[]) => ({ targetSecureTags: names.map((name) => ({ name })) });
const from = (...names: unknown[]) => ({
  ...{ action: "allow", match: { layer4Configs, srcSecureTags: names.map((name) => ({ name })) } },
});
const site = (...more: Written[]): Written[] => [
  ...[network("net"), value("1"), value("2")],
  { type: "gcpGlobalPolicy", name: "pol", id: "pol", inputs: { name: "pol" } },
  {
    ...{ type: "gcpGlobalAssociation", name: "association" },
    inputs: { firewallPolicy: "pol", attachmentTarget: "projects/p/global/networks/net" },
  },
  ...more,
];
const binding = (inputs: object, flows: Written["flows"] = {}): Written => ({
  ...{ type: "gcpLocationBinding", name: "binding", flows },
  inputs: { location: "europe-west1-b", tagValue: "tagValues/1", ...inputs },
});
const at = (id: string) => ({ parent: `//compute.googleapis.com/projects/12/zones/europe-west1-b/instances/${id}` });
const tagged = rule("r", 1, open(to("tagValues/1")));

/** Is tcp/587 of `mail` open to the world, by a rule for a secure tag? */
const targets: Readonly<Record<string, Written[]>> = {
  open_made_with_the_tag: site(tagged, instance("mail", made("tagValues/1"))),
  closed_made_with_another: site(tagged, instance("mail", made("tagValues/2"))),
  closed_made_without_tags: site(tagged, instance("mail")),
  open_one_of_several: site(
    rule("r", 1, open(to("tagValues/2", "tagValues/1"))),
    instance("mail", made("tagValues/9", "tagValues/1")),
  ),
  open_bound_by_its_id: site(tagged, instance("mail"), binding(at("4711"))),
  open_bound_by_its_name: site(tagged, instance("mail"), binding(at("mail"))),
  closed_bound_to_another: site(tagged, instance("mail"), instance("web", {}, "10.0.0.6"), binding(at("4712"))),
  closed_another_tag_bound: site(tagged, instance("mail"), binding({ ...at("4711"), tagValue: "tagValues/2" })),
  closed_bound_to_something_else: site(
    tagged,
    instance("mail"),
    binding({ parent: "//compute.googleapis.com/projects/12/zones/europe-west1-b/disks/4711" }),
  ),
  unknown_bound_to_its_project: site(
    tagged,
    instance("mail"),
    binding({ parent: "//cloudresourcemanager.googleapis.com/projects/12" }),
  ),
  unknown_bound_to_what_is_not_known: site(tagged, instance("mail"), binding({ parent: unknownText })),
  open_bound_by_the_programs_flow: site(
    tagged,
    instance("mail"),
    instance("web", {}, "10.0.0.6"),
    binding({ parent: unknownText }, { parent: ["mail"] }),
  ),
  closed_bound_to_another_by_the_programs_flow: site(
    tagged,
    instance("mail"),
    instance("web", {}, "10.0.0.6"),
    binding({ parent: unknownText }, { parent: ["web"] }),
  ),
  unknown_made_with_a_tag_not_known: site(tagged, instance("mail", made(unknownText))),
  unknown_made_with_tags_not_known: site(tagged, instance("mail", { params: { resourceManagerTags: unknownText } })),
  unknown_tag_of_another_program: site(rule("r", 1, open(to("tagValues/77"))), instance("mail")),
  open_tag_of_another_program_on_it: site(
    rule("r", 1, open(to("tagValues/77"))),
    instance("mail", made("tagValues/77")),
  ),
  closed_deny_for_the_tag_comes_first: site(
    rule("r", 2, open()),
    rule("s", 1, { ...open(to("tagValues/1")), action: "deny" }),
    instance("mail", made("tagValues/1")),
  ),
  open_deny_for_another_tag: site(
    rule("r", 2, open()),
    rule("s", 1, { ...open(to("tagValues/2")), action: "deny" }),
    instance("mail", made("tagValues/1")),
  ),
  closed_ineffective: site(
    rule("r", 1, open({ targetSecureTags: [{ name: "tagValues/1", state: "INEFFECTIVE" }] })),
    instance("mail", made("tagValues/1")),
  ),
  closed_reported_as_ineffective: site(
    rule("r", 1, open(to("tagValues/1")), {
      outputs: { targetSecureTags: [{ name: "tagValues/1", state: "INEFFECTIVE" }] },
    }),
    instance("mail", made("tagValues/1")),
  ),
  open_one_is_effective: site(
    rule(
      "r",
      1,
      open({
        targetSecureTags: [
          { name: "tagValues/2", state: "INEFFECTIVE" },
          { name: "tagValues/1", state: "EFFECTIVE" },
        ],
      }),
    ),
    instance("mail", made("tagValues/1")),
  ),
  open_ineffective_deny: site(
    rule("r", 2, open()),
    rule("s", 1, { ...open({ targetSecureTags: [{ name: "tagValues/1", state: "INEFFECTIVE" }] }), action: "deny" }),
    instance("mail", made("tagValues/1")),
  ),
};
const truths = { open: true, closed: false, unknown: "unknown" } as const;
const truthOf = (name: string) => truths[name.slice(0, name.indexOf("_")) as keyof typeof truths];

/** What a policy pack is shown here has no outputs beside the inputs. */
const needsReports = ["open_bound_by_its_id", "closed_bound_to_another", "closed_reported_as_ineffective"];

describe.each(Object.entries(forms))("secure tags of targets, from %s", (called, form) => {
  const cases = Object.entries(targets).filter(
    ([name]) => called !== "policy arguments" || !needsReports.includes(name),
  );
  it.each(cases)("%s", async (name, program) => {
    expect(answer(factsOf(await form(program)), "reachable", "mail:587", "8.8.8.8")).toBe(truthOf(name));
  });
});

/** Is tcp/587 of `mail` open to 10.0.0.6, the address of `web`? And to 10.0.0.7 of nobody? */
const web = (...tags: string[]) => instance("web", made(...tags), "10.0.0.6");
const sources: Readonly<Record<string, [Written[], ...(boolean | "unknown")[]]>> = {
  "an instance with the tag": [
    site(rule("r", 1, from("tagValues/1")), instance("mail"), web("tagValues/1")),
    true,
    false,
  ],
  "an instance with another tag": [
    site(rule("r", 1, from("tagValues/1")), instance("mail"), web("tagValues/2")),
    "unknown",
    "unknown",
  ],
  "an instance of another network": [
    site(
      ...[rule("r", 1, from("tagValues/1")), network("other"), instance("mail")],
      instance("web", made("tagValues/1"), "10.0.0.6", "other"),
    ),
    "unknown",
    "unknown",
  ],
  "a tag of another program beside it": [
    site(rule("r", 1, from("tagValues/1", "tagValues/77")), instance("mail"), web("tagValues/1")),
    true,
    "unknown",
  ],
  "a range beside it": [
    site(
      rule("r", 1, {
        ...{ action: "allow" },
        match: { layer4Configs, srcIpRanges: ["10.0.0.7/32"], srcSecureTags: [{ name: "tagValues/1" }] },
      }),
      instance("mail"),
      web("tagValues/1"),
    ),
    true,
    true,
  ],
  "a tag that is ineffective": [
    site(
      rule("r", 1, {
        action: "allow",
        match: { layer4Configs, srcSecureTags: [{ name: "tagValues/1", state: "INEFFECTIVE" }] },
      }),
      instance("mail"),
      web("tagValues/1"),
    ),
    false,
    false,
  ],
};

describe("secure tags of sources", () => {
  it.each(Object.entries(sources))("%s", async (_, [program, ...expected]) => {
    const facts = factsOf(await fromState(program));
    const said = ["10.0.0.6", "10.0.0.7"].map((peer) => answer(facts, "reachable", "mail:587", peer));
    expect(said).toEqual(expected);
    expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(false);
  });
});

it("names the input that is missing", async () => {
  const missing = async (name: string) =>
    missingAt(factsOf(await fromState(targets[name] as Written[])), "reachable", "mail:587");
  expect(await missing("unknown_tag_of_another_program")).toEqual([
    `${urnOf({ type: "gcpGlobalRule", name: "r" })}#targetSecureTags`,
  ]);
  expect(await missing("unknown_bound_to_its_project")).toEqual([
    `${urnOf({ type: "gcpLocationBinding", name: "binding" })}#parent`,
  ]);
  expect(await missing("unknown_made_with_a_tag_not_known")).toEqual([
    `${urnOf({ type: "gcpInstance", name: "mail" })}#params.resourceManagerTags["tagKeys/0"]`,
  ]);
});
