import { AddressSet } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import { PortSet } from "../../model/ports.js";
import { familySets } from "./box.js";
import { field, isObject, type Json, textOf } from "./nftables-json.js";
import type { BaseChain, Rule, Verdict } from "./ruleset.js";
import { statefulChain } from "./stateful.js";
import { address, always, destinationPort, inDoubt, never, sourcePort, type Test, tcpOnly } from "./tests.js";
import { blocksIn, protocolKind } from "./values.js";

/** Fields of an exported rule: those of its port, address, application, service and interface filters stand in it. */
const fields = [
  ...["Enabled", "Direction", "Action", "Profile", "Protocol", "LocalPort", "RemotePort", "LocalAddress"],
  ...["RemoteAddress", "Program", "Service", "InterfaceType"],
];
const profileNames = ["Domain", "Private", "Public"];
const mend = "Export the rules with the command in docs/limits.md.";

/** JSON with `profiles` and `rules` of the Windows Firewall, or with rules alone. */
export function recognisesWindows(start: string): boolean {
  return /^\s*[[{]/.test(start) && /"Direction"\s*:/.test(start) && /"RemoteAddress"\s*:/.test(start);
}

/**
 * The Windows Firewall as `Get-NetFirewallRule` and its filters describe it: what blocks beats what allows, and the
 * profile's default action decides the rest.
 * @throws InputError with `file#rules[index]`.
 */
export function readWindows(text: string, path: string): BaseChain[] {
  const document = parsed(text, path);
  const rules = Array.isArray(document) ? document : field(document, "rules");
  if (!Array.isArray(rules)) throw new InputError(path, 'no list "rules"', mend);
  const profiles = profilesOf(field(document, "profiles"), path);
  const enabled = profileNames.filter((name) => profiles.find((each) => each.name === name)?.enabled ?? true);
  return (["in", "out"] as const).map((side) => {
    const wanted = side === "in" ? "Inbound" : "Outbound";
    const read = rules.flatMap((rule: unknown, i) => ruleOf(rule, `${path}#rules[${i}]`, wanted, enabled));
    const ranked = [...read.filter(blocks), ...read.filter((rule) => !blocks(rule))];
    const off: Rule[] =
      enabled.length === 0
        ? [{ at: `${path}#profiles`, tests: [], verdict: { kind: "accept" } }]
        : enabled.length < profileNames.length
          ? [{ at: `${path}#profiles`, tests: [inDoubt("the network profile")], verdict: { kind: "accept" } }]
          : [];
    const policy = defaultAction(
      profiles.filter(({ name }) => enabled.includes(name)),
      side,
    );
    return statefulChain(side, {
      layer: "Windows Firewall",
      at: `${path}#profiles`,
      rules: [...off, ...ranked],
      policy,
    });
  });
}

interface Profile {
  readonly name: string;
  readonly enabled: boolean;
  readonly in: string;
  readonly out: string;
}

function profilesOf(listed: unknown, path: string): Profile[] {
  const profiles = Array.isArray(listed) ? listed : listed === undefined ? [] : [listed];
  return profiles.map((profile: unknown, i) => {
    const where = `${path}#profiles[${i}]`;
    const name = wordOf(profile, "Name", where);
    if (!profileNames.includes(name))
      throw new InputError(`${where}.Name`, "no profile", `Profiles are ${profileNames.join(", ")}.`);
    return {
      name,
      enabled: wordOf(profile, "Enabled", where) !== "False",
      in: wordOf(profile, "DefaultInboundAction", where),
      out: wordOf(profile, "DefaultOutboundAction", where),
    };
  });
}

/** Without a setting inbound is blocked and outbound allowed. */
function defaultAction(profiles: readonly Profile[], side: "in" | "out"): BaseChain["policy"] {
  const usual = side === "in" ? "Block" : "Allow";
  const actions = new Set(profiles.map((each) => (each[side] === "NotConfigured" ? usual : each[side])));
  if (profiles.length < profileNames.length) actions.add(usual);
  const [only] = actions;
  return actions.size > 1 || !["Block", "Allow"].includes(only ?? usual)
    ? "unclear"
    : (only ?? usual) === "Block"
      ? "drop"
      : "accept";
}

function blocks({ verdict }: Rule): boolean {
  return verdict.kind === "drop";
}

function ruleOf(rule: unknown, where: string, direction: string, enabled: readonly string[]): Rule[] {
  if (!isObject(rule)) throw new InputError(where, "no object", mend);
  for (const name of fields) if (!Object.hasOwn(rule, name)) throw new InputError(where, `no "${name}"`, mend);
  if (wordOf(rule, "Enabled", where) !== "True" || wordOf(rule, "Direction", where) !== direction) return [];
  const name = textOf(rule.DisplayName) ?? textOf(rule.Name);
  const side = direction === "Inbound" ? "in" : "out";
  const [to, from] = side === "in" ? (["LocalPort", "RemotePort"] as const) : (["RemotePort", "LocalPort"] as const);
  const tests = [
    protocolOf(rule, where),
    ...portTest(rule, to, where, destinationPort),
    ...portTest(rule, from, where, sourcePort),
    ...addressTests(rule, "RemoteAddress", side === "in" ? "source" : "destination", where),
    ...addressTests(rule, "LocalAddress", side === "in" ? "destination" : "source", where),
    ...["Program", "Service", "InterfaceType"]
      .filter((key) => !isAny(listOf(rule[key])))
      .map((key) => inDoubt(`the ${key} of the connection`)),
    ...profileTest(listOf(rule.Profile), enabled),
  ];
  const at = name === undefined ? where : `${where} (${name})`;
  return [{ at, tests, verdict: verdictOf(wordOf(rule, "Action", where), where) }];
}

function verdictOf(action: string, where: string): Verdict {
  if (action === "Allow") return { kind: "accept" };
  if (action === "Block") return { kind: "drop" };
  if (action === "AllowBypass") return { kind: "unclear", what: "who is authenticated" };
  throw new InputError(`${where}.Action`, "no action", "Expected Allow, Block or AllowBypass.");
}

function protocolOf(rule: Json, where: string): Test {
  const protocol = String(rule.Protocol).toUpperCase();
  if (typeof rule.Protocol !== "string" && typeof rule.Protocol !== "number")
    throw new InputError(`${where}.Protocol`, "no protocol", mend);
  if (protocol === "ANY") return always;
  if (["ICMPV4", "ICMPV6"].includes(protocol)) return never;
  try {
    const kind = protocolKind(protocol);
    if (kind === "unnamed") throw new RangeError(`"${rule.Protocol}" is no protocol`);
    return kind === "tcp" ? tcpOnly : never;
  } catch (error) {
    throw new InputError(`${where}.Protocol`, (error as RangeError).message, mend);
  }
}

function portTest(rule: Json, key: string, where: string, make: (ports: PortSet) => Test): Test[] {
  const parts = listOf(rule[key]);
  if (isAny(parts)) return [];
  const words = parts.filter((part) => !/^\d/.test(part));
  if (words.length > 0) return [inDoubt(`the ports ${words.join(", ")}`)];
  try {
    const sets = parts.map((part) => {
      const [low = "", high = low] = part.split("-");
      return PortSet.range(Number(low), Number(high));
    });
    return [make(PortSet.union(...sets))];
  } catch (error) {
    throw new InputError(`${where}.${key}`, (error as RangeError).message, "Expected `587`, `465-587` or Any.");
  }
}

/** Words such as LocalSubnet and DNS stand for addresses that the machine alone knows. */
function addressTests(rule: Json, key: string, end: "source" | "destination", where: string): Test[] {
  const parts = listOf(rule[key]);
  if (isAny(parts)) return [];
  const words = parts.filter((part) => !/^[\d.]+|:/.test(part));
  if (words.length > 0) return [inDoubt(`the addresses ${words.join(", ")}`)];
  try {
    const every = AddressSet.union(familySets.ipv4, familySets.ipv6);
    return [address(end, AddressSet.join(parts.map(blockOf)), every, blocksIn(parts))];
  } catch (error) {
    throw new InputError(
      `${where}.${key}`,
      (error as RangeError).message,
      "Expected addresses, blocks, ranges or Any.",
    );
  }
}

/** `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `10.0.0.1-10.0.0.9`. */
function blockOf(text: string): AddressSet {
  const [low = "", high] = text.split("-");
  if (high !== undefined) return AddressSet.range(low, high);
  const [network = "", mask] = text.split("/");
  if (!mask?.includes(".")) return AddressSet.of(text);
  const bits = mask
    .split(".")
    .map((byte) => Number(byte).toString(2).padStart(8, "0"))
    .join("");
  if (!/^1*0*$/.test(bits)) throw new RangeError(`"${text}" has a mask with holes`);
  return AddressSet.of(`${network}/${bits.indexOf("0") < 0 ? 32 : bits.indexOf("0")}`);
}

function profileTest(listed: readonly string[], enabled: readonly string[]): Test[] {
  const names = listed.flatMap((each) => each.split(/\s*,\s*/));
  if (names.some((each) => each === "Any" || each === "All") || enabled.every((each) => names.includes(each)))
    return [];
  return names.some((each) => enabled.includes(each)) ? [inDoubt("the network profile")] : [never];
}

function isAny(parts: readonly string[]): boolean {
  return parts.some((part) => part === "Any" || part === "*");
}

function listOf(value: unknown): string[] {
  const parts = Array.isArray(value) ? value : [value];
  return parts
    .flatMap((part: unknown) => (part === null || part === undefined ? ["Any"] : String(part).split(",")))
    .map((part) => part.trim());
}

function wordOf(value: unknown, key: string, where: string): string {
  const found = field(value, key);
  if (typeof found === "boolean") return found ? "True" : "False";
  if (typeof found !== "string")
    throw new InputError(`${where}.${key}`, "no word", `${mend} It writes names, not numbers.`);
  return found;
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(path, "malformed JSON", mend);
  }
}
