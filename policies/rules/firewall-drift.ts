import { AddressSet } from "../../model/addresses.js";
import { type Fact, type FactOf, type FactValues, factsNamed, type Origin } from "../../model/fact.js";
import type { Outcome } from "../../model/finding.js";
import { isUnknown, missingOf } from "../../model/maybe.js";
import type { Rule, View } from "../../model/rule.js";
import { outcome, type Split } from "./words.js";

export const firewallDrift: Rule = {
  id: "firewall-drift",
  title: "The deployed firewall admits on mail ports what the code says, no more and no less",
  severity: "high",
  why: "A rule that was changed by hand is in no review and no repository: the code looks right while the port is open to others, or closed to the mail that needs it.",
  remedy:
    "Run `pulumi refresh` and `pulumi up` to put the planned rules back, or write the deployed change into the code when it is right.",
  standards: [
    {
      source: "NIST SP 800-53 r5",
      section: "CM-3",
      asks: "Changes to the configuration are proposed, reviewed, approved and recorded.",
    },
    {
      source: "PCI DSS 4.0.1",
      section: "1.2.2",
      asks: "Changes to network connections and to the settings of network controls go through change control.",
    },
  ],
  about: ["layerAdmits"],
  evaluate(view) {
    const facts = factsNamed(view.facts, "layerAdmits");
    const ways = new Map(facts.map(({ value }) => [wayOf(value), value]));
    const compared = [...ways].map(([way, value]) => {
      const side = (origin: Origin) =>
        sideOf(facts.filter((fact) => fact.origin === origin && wayOf(fact.value) === way));
      return compare(view, value, side("planned"), side("deployed"));
    });
    const drift = compared.flatMap(({ outcomes }) => outcomes);
    return drift.length > 0 ? drift : agreement(view, compared);
  },
};

type LayerFact = FactOf<"layerAdmits">;

/** What one side says of one kind of filter. */
interface Side extends Split {
  /** Peers that are let through, by the client ports that they lose. */
  readonly lost: ReadonlyMap<string, AddressSet>;
}

/** Peers of whom both sides say something, and where they do not say the same. */
interface Compared {
  readonly outcomes: Outcome[];
  readonly agreed: AddressSet;
  readonly facts: readonly Fact[];
}

const verbs = { in: ["lets in", "keeps out"], out: ["lets out to", "does not let out to"] } as const;

/** Facts say it with the whole value, which is text or unknown. */
function wayOf(value: LayerFact["value"]): string {
  return isUnknown(value) ? "" : `${value.direction} ${value.layer}`;
}

function sideOf(facts: readonly LayerFact[]): Side {
  const where = (holds: (value: Known) => boolean) =>
    AddressSet.union(...facts.filter(({ value }) => !isUnknown(value) && holds(value)).map(({ from }) => from));
  const lost = new Map<string, AddressSet>();
  for (const { value, from } of facts) {
    if (isUnknown(value) || value.admits !== true || isUnknown(value.lostClientPorts)) continue;
    lost.set(value.lostClientPorts, (lost.get(value.lostClientPorts) ?? AddressSet.empty).union(from));
  }
  const yes = where(({ admits }) => admits === true);
  const open = where(({ admits, lostClientPorts }) => isUnknown(admits) || isUnknown(lostClientPorts));
  return {
    // Where several interfaces stand behind one subject, it is open to whom any of them is.
    yes,
    no: where(({ admits }) => admits === false).subtract(yes.union(open)),
    open: open.subtract(yes),
    missing: missingOf(
      ...facts.flatMap(({ value }) => (isUnknown(value) ? [value] : [value.admits, value.lostClientPorts])),
    ),
    facts,
    lost,
  };
}

type Known = FactValues["layerAdmits"];

/** A filter that one side does not speak of is not compared. */
function compare(view: View, value: LayerFact["value"], planned: Side, deployed: Side): Compared {
  const facts = [...planned.facts, ...deployed.facts];
  if (isUnknown(value) || planned.facts.length === 0 || deployed.facts.length === 0) {
    return { outcomes: [], agreed: AddressSet.empty, facts: [] };
  }
  const both = { ...planned, facts, missing: [...new Set([...planned.missing, ...deployed.missing])].sort() };
  const say = (status: Outcome["status"], from: AddressSet, message: string) =>
    from.isEmpty ? [] : [outcome(status, from, `${view.subject}: ${message}`, both)];

  const [lets, keeps] = verbs[value.direction];
  const it = value.layer === "security group" ? "it" : `its ${value.layer}`;
  const opened = deployed.yes.intersect(planned.no);
  const closed = planned.yes.intersect(deployed.no);
  const told = planned.yes.union(planned.no).intersect(deployed.yes.union(deployed.no));
  const open = planned.open.union(deployed.open).intersect(speaking(planned)).intersect(speaking(deployed));
  const losses = [...planned.lost].flatMap(([before, was]) =>
    [...deployed.lost].flatMap(([after, is]) =>
      before === after
        ? []
        : say(
            "fail",
            was.intersect(is),
            `deployed, ${it} loses the answers of client ports ${after} with ${was.intersect(is)} (planned: ${before})`,
          ),
    ),
  );
  return {
    outcomes: [
      ...say("fail", opened, `deployed, ${it} ${lets} ${opened}, which the plan closes (planned: ${planned.yes})`),
      ...say("fail", closed, `deployed, ${it} ${keeps} ${closed}, which the plan opens`),
      ...losses,
      ...say("undecided", open, `whether plan and deployment agree on ${open} could not be decided${of(value)}`),
    ],
    agreed: told,
    facts,
  };
}

function speaking({ yes, no, open }: Side): AddressSet {
  return AddressSet.union(yes, no, open);
}

function of({ layer }: Known): string {
  return layer === "security group" ? "" : ` (${layer})`;
}

function agreement(view: View, compared: readonly Compared[]): Outcome[] {
  const agreed = AddressSet.union(...compared.map((each) => each.agreed));
  if (agreed.isEmpty) return [];
  const facts = compared.flatMap((each) => each.facts);
  return [
    outcome("pass", agreed, `${view.subject}: deployed as planned`, {
      ...{ facts, missing: [], yes: agreed, no: AddressSet.empty, open: AddressSet.empty },
    }),
  ];
}
