import { AddressSet } from "../../model/addresses.js";
import { type Declaration, nothingDeclared } from "../../model/declaration.js";
import { type Fact, factsNamed } from "../../model/fact.js";
import type { FilterRule, Layer, NetworkInterface } from "../../model/network.js";
import { exactly, undecidedSet } from "../../model/partial.js";
import { PortSet } from "../../model/ports.js";
import { Subjects } from "../../model/subjects.js";
import { reachFacts } from "../../reach/index.js";

const evidence = (at: string) => ({ kind: "code", at, says: "stands here" }) as const;
const world = AddressSet.of("0.0.0.0/0");

function allow(id: string, ports: PortSet, peers = exactly(world)): FilterRule {
  return { id, action: "allow", protocol: "tcp", ports, peers, evidence: evidence(id) };
}

function group(...rules: FilterRule[]): Layer {
  const otherwise = { action: "deny", evidence: evidence("group") } as const;
  return { name: "security group", combine: "union", rules, otherwise, incomplete: [] };
}

function machine(name: string, ingress: Layer, egress: Layer = group()): NetworkInterface {
  return {
    ...({ id: `urn:${name}`, name, kind: "instance", origin: "planned", evidence: evidence(`urn:${name}`) } as const),
    ingress: [ingress],
    egress: [egress],
  };
}

function factsOf(interfaces: NetworkInterface[], declared: Partial<Declaration> = {}): Fact[] {
  return reachFacts({ interfaces, definitions: [] }, new Subjects({ ...nothingDeclared, ...declared }, interfaces));
}

const told = (facts: readonly Fact[]) =>
  facts.map(({ subject, name, value, from, evidence: found }) => ({
    subject,
    name,
    value,
    from: from.toCidrs(),
    evidence: found.map((each) => `${each.at} ${each.layer?.decision ?? "-"}`),
  }));

describe("the facts of one interface", () => {
  it("cover every peer of every mail port once, and leave empty sets out", () => {
    const facts = factsOf([machine("mail", group(allow("r", PortSet.range(25, 600))))]);
    for (const port of [25, 465, 587, 2525]) {
      const sets = factsNamed(facts, "reachable")
        .filter((fact) => fact.subject === `mail:${port}`)
        .map((fact) => fact.from);
      expect(AddressSet.union(...sets).equals(AddressSet.everything)).toBe(true);
      expect(sets.every((set, i) => !set.isEmpty && sets.every((other, j) => i === j || !set.overlaps(other)))).toBe(
        true,
      );
    }
  });

  it("name the rule that opens, the layer that closes and the input that is missing", () => {
    const open = allow("open", PortSet.of(587), exactly(AddressSet.of("192.0.2.0/24")));
    const half = allow("half", PortSet.of(587), undecidedSet(["urn#cidr"], AddressSet.of("198.51.100.0/24")));
    const facts = factsOf([machine("mail", group(open, half))]).filter((fact) => fact.subject === "mail:587");
    const rest = AddressSet.of("192.0.2.0/24", "198.51.100.0/24").complement().toCidrs();
    expect(told(facts)).toEqual([
      { subject: "mail:587", name: "reachable", value: true, from: ["192.0.2.0/24"], evidence: ["open allow"] },
      { subject: "mail:587", name: "reachable", value: false, from: rest, evidence: ["group deny"] },
      {
        ...{ subject: "mail:587", name: "reachable", value: { unknown: ["urn#cidr"] } },
        ...{ from: ["198.51.100.0/24"], evidence: ["half unknown"] },
      },
      {
        ...{ subject: "mail:587", name: "openedBy", from: ["192.0.2.0/24"], evidence: ["open -"] },
        value: { rule: "open", protocol: "tcp", ports: "587", exact: true },
      },
      {
        ...{ subject: "mail:587", name: "openedBy", from: ["198.51.100.0/24"], evidence: ["half -"] },
        value: { unknown: ["urn#cidr"] },
      },
    ]);
  });

  it("tell a rule that opens the port alone from one that opens it among others", () => {
    const exact = (ports: PortSet) =>
      factsNamed(factsOf([machine("m", group(allow("r", ports)))]), "openedBy")
        .filter((each) => each.subject === "m:587")
        .map((each) => each.value);
    expect(exact(PortSet.of(587))).toEqual([{ rule: "r", protocol: "tcp", ports: "587", exact: true }]);
    expect(exact(PortSet.of(25, 587))).toEqual([{ rule: "r", protocol: "tcp", ports: "25,587", exact: false }]);
    expect(exact(PortSet.of(25))).toEqual([]);
  });

  it("name as opening only the rules that admit, not those of a network ACL that let everything pass", () => {
    const everyPort = { ...allow("acl", PortSet.all), protocol: "any" } as const;
    const acl: Layer = { ...group(everyPort), name: "network ACL", combine: "first-match", stateless: true };
    const mail = machine("mail", group(allow("r", PortSet.of(587))));
    const rules = factsNamed(factsOf([{ ...mail, ingress: [acl, ...mail.ingress] }]), "openedBy").map(
      ({ value }) => value,
    );
    expect(rules).toEqual([{ rule: "r", protocol: "tcp", ports: "587", exact: true }]);
  });

  it("tell of a rule for the port that changes nothing, and of what covers it", () => {
    const wide = allow("wide", PortSet.range(0, 1023));
    const office = allow("office", PortSet.of(465, 587), exactly(AddressSet.of("192.0.2.0/24")));
    const dead = factsNamed(factsOf([machine("mail", group(wide, office))]), "deadRule");
    expect(told(dead)).toEqual(
      ["mail:465", "mail:587"].map((subject) => ({
        ...{ subject, name: "deadRule", from: ["192.0.2.0/24"], evidence: ["office -", "wide -"] },
        value: { rule: "office", kind: "redundant", by: ["wide"] },
      })),
    );
  });

  it.each([
    ["every machine that it is for", PortSet.of(587), ["wide", "office"], 2],
    ["one machine, while another needs it", PortSet.of(587), ["office"], 0],
    ["one machine, while it may be needed by another", PortSet.of(587), ["perhaps"], 0],
    ["one machine alone", PortSet.of(587), [], 1],
    ["one of its ports alone", PortSet.of(465, 587), [], 0],
  ])("tell of a rule that changes nothing for %s", (_, ports, others, count) => {
    const cidr = exactly(AddressSet.of("192.0.2.0/24"));
    const rules = {
      wide: allow("wide", PortSet.range(500, 1023)),
      office: allow("office", ports, cidr),
      perhaps: allow("office", ports, undecidedSet(["urn#cidr"])),
    };
    const second = others.length === 0 ? [] : [machine("b", group(...others.map((name) => rules[name as "wide"])))];
    const facts = factsOf([machine("a", group(rules.wide, rules.office)), ...second]);
    expect(factsNamed(facts, "deadRule")).toHaveLength(count);
  });

  it("are about the declared endpoint, on its own port too", () => {
    const endpoint = {
      host: "mail.example.com",
      port: 2587,
      role: "submission",
      exposure: world,
      resource: "mail",
    } as const;
    const facts = factsOf([machine("mail", group(allow("r", PortSet.of(2587)))), machine("other", group())], {
      endpoints: [endpoint],
    });
    const opened = factsNamed(facts, "reachable").filter((fact) => fact.value === true);
    expect(opened.map((fact) => fact.subject)).toEqual(["mail.example.com:2587"]);
    expect(facts.some((fact) => fact.subject === "other:2587")).toBe(false);
  });
});

describe("what an interface reaches", () => {
  const out = group(allow("out", PortSet.of(587), exactly(AddressSet.of("203.0.113.0/24"))));

  it("port 25 anywhere", () => {
    const facts = factsNamed(factsOf([machine("app", group(), group(allow("out", PortSet.all)))]), "egressAllowed");
    expect(facts.map((fact) => [fact.subject, fact.value, fact.from.toCidrs()])).toEqual([
      ["app -> *:25", true, ["0.0.0.0/0"]],
      ["app -> *:25", false, ["::/0"]],
    ]);
  });

  it("the relay that it is declared to use, by name or by id; other machines have no such fact", () => {
    const relays = [{ host: "smtp.example.net", port: 587, clients: ["app", "urn:batch"] }];
    const machines = ["app", "batch", "web"].map((name) => machine(name, group(), out));
    const facts = factsNamed(factsOf(machines, { relays }), "egressAllowed").filter((fact) => fact.value === true);
    expect(facts.map((fact) => [fact.subject, fact.from.toCidrs()])).toEqual([
      ["app -> smtp.example.net:587", ["203.0.113.0/24"]],
      ["batch -> smtp.example.net:587", ["203.0.113.0/24"]],
    ]);
  });
});
