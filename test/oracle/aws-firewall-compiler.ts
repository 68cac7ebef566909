/**
 * What a Network Firewall means to the kernel, written from its developer guide: stateless rules by priority, of questions
 * and answers alike; stateful ones by action or as written, where the pass of a first packet passes its connection. It
 * shares no code with the product, because it judges it.
 */
import { unnamed } from "./agreement.js";
import type { KernelLayer, KernelRule, Machine } from "./kernel.js";

/** An address expression with what it is to the kernel: a condition, or never of this family. */
export interface Ends {
  readonly text: string;
  readonly ip: string | undefined;
  readonly ip6: string | undefined;
}

export interface Ports {
  readonly text: string;
  /** Undefined: every port. */
  readonly set: string | undefined;
}

/** One rule, in whichever of the two languages. */
export interface Rule {
  readonly action: "pass" | "drop" | "reject" | "alert" | "forward";
  readonly protocol: "ip" | "tcp" | "udp";
  readonly from: Ends;
  readonly fromPorts: Ports;
  readonly to: Ends;
  readonly toPorts: Ports;
  readonly bothWays: boolean;
}

export interface Policy {
  readonly stateless: readonly Rule[];
  readonly statelessDefault: "pass" | "drop" | "forward";
  readonly stateful: readonly Rule[];
  readonly strict: boolean;
  readonly end: "none" | "drop_strict" | "drop_established";
}

/** How the product calls what decides; rules by their place in the policy. */
export interface Names {
  readonly stateless: (index: number) => string;
  readonly statelessDefault: string;
  readonly stateful: (index: number) => string;
  readonly end: string;
}

/** A connection whose first packet a rule passed. */
const passed = "ct mark 1";

export function machineOf(policy: Policy, names: Names): Machine {
  const forward = forwardOf(policy, names);
  const answers = answersOf(policy);
  return { ingress: [forward], egress: [forward], ingressAnswers: answers, egressAnswers: answers };
}

/** Conditions look at the packet itself, so one compilation serves every direction. */
function forwardOf({ stateless, statelessDefault, stateful, strict, end }: Policy, names: Names): KernelLayer {
  const first = stateless.flatMap((rule, i) =>
    matches(rule).map(
      (match): KernelRule => ({ id: names.stateless(i), match, verdict: statelessVerdict(rule.action), stage: 0 }),
    ),
  );
  const rest: KernelRule = {
    id: names.statelessDefault,
    match: "",
    verdict: statelessVerdict(statelessDefault),
    stage: 0,
  };
  const second = ordered(stateful, strict).flatMap((rule) =>
    matches(rule).map((match): KernelRule => {
      const passes = rule.action === "pass";
      const whole = passes ? `${match} ct mark set 1` : match;
      return {
        id: names.stateful(stateful.indexOf(rule)),
        match: whole,
        verdict: passes ? "pass" : "refuse",
        stage: 1,
      };
    }),
  );
  // What no rule takes goes on to its answer, and a rule that takes that decides: nobody to name from the first packet.
  const last: KernelRule =
    end === "drop_strict"
      ? { id: names.end, match: "", verdict: "refuse", stage: 1 }
      : { id: unnamed, match: "", verdict: "pass", stage: 1 };
  return [...first, rest, ...second, last];
}

function answersOf({ stateless, statelessDefault, stateful, strict, end }: Policy): KernelLayer[] {
  const packet = (verdict: Rule["action"]) => (verdict === "drop" ? "refuse" : "pass");
  const first = stateless.flatMap((rule, i) =>
    matches(rule).map((match, k): KernelRule => ({ id: `a${i}.${k}`, match, verdict: packet(rule.action) })),
  );
  const rest: KernelRule = { id: "a", match: "", verdict: packet(statelessDefault) };
  const second = ordered(stateful, strict).flatMap((rule, i) =>
    matches(rule).map(
      (match, k): KernelRule => ({ id: `b${i}.${k}`, match, verdict: rule.action === "pass" ? "pass" : "refuse" }),
    ),
  );
  const known: KernelRule = { id: "b", match: passed, verdict: "pass" };
  const last: KernelRule = { id: "z", match: "", verdict: end === "drop_established" ? "refuse" : "pass" };
  // Where nothing is handed on, no stateful rule is met.
  const isStateful = statelessDefault === "forward" || stateless.some(({ action }) => action === "forward");
  return [[...first, rest], ...(isStateful ? [[known, ...second, last]] : [])];
}

function statelessVerdict(action: Rule["action"]): KernelRule["verdict"] {
  return action === "forward" ? "next" : action === "drop" ? "refuse" : "pass";
}

function ordered(rules: readonly Rule[], strict: boolean): Rule[] {
  const acting = rules.filter(({ action }) => action !== "alert");
  const of = (action: Rule["action"]) => acting.filter((each) => each.action === action);
  return strict ? acting : [...of("pass"), ...of("drop"), ...of("reject")];
}

function matches(rule: Rule): string[] {
  if (rule.protocol === "udp") return [];
  const turned = { ...rule, from: rule.to, fromPorts: rule.toPorts, to: rule.from, toPorts: rule.fromPorts };
  return (rule.bothWays ? [rule, turned] : [rule]).flatMap(({ from, fromPorts, to, toPorts }) =>
    (["ip", "ip6"] as const).flatMap((family) => {
      const [source, destination] = [from[family], to[family]];
      if (source === undefined || destination === undefined) return [];
      const at = (side: string, condition: string) => (condition === "" ? [] : [`${family} ${side} ${condition}`]);
      const port = (side: string, { set }: Ports) => (set === undefined ? [] : [`tcp ${side} ${set}`]);
      return [
        [
          ...[`meta nfproto ${family === "ip" ? "ipv4" : "ipv6"}`, "meta l4proto tcp"],
          ...[...at("saddr", source), ...at("daddr", destination)],
          ...[...port("sport", fromPorts), ...port("dport", toPorts)],
        ].join(" "),
      ];
    }),
  );
}
