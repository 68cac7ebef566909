import { basename, join } from "node:path";
import { AddressSet } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import { familySets } from "./box.js";
import type { Files } from "./files.js";
import { defaultService, defaultZone } from "./firewalld-defaults.js";
import { address, inDoubt, type Test } from "./tests.js";
import { blocksIn } from "./values.js";
import { childrenNamed, type Element, parseXml } from "./xml.js";

type Named = readonly (readonly [name: string, element: Element])[];

export interface Settings {
  /** Zones that the directory defines, in the order in which firewalld asks them. */
  readonly zones: Named;
  readonly policies: Named;
  /** The zone of all whom no other zone claims. */
  readonly fallback: { readonly name: string; readonly zone: Element };
  option(name: string): { readonly value: string; readonly at: string } | undefined;
  service(name: string): Element | undefined;
  ipset(name: string, end: "source" | "destination", negated: boolean, at: string): Test;
}

/** @throws InputError with `file:line`. */
export async function settingsOf(directory: string, files: Files): Promise<Settings> {
  const [zones, policies, services, ipsets] = await Promise.all([
    elements(join(directory, "zones"), "zone", files),
    elements(join(directory, "policies"), "policy", files),
    elements(join(directory, "services"), "service", files),
    elements(join(directory, "ipsets"), "ipset", files),
  ]);
  const options = await optionsOf(join(directory, "firewalld.conf"), files);
  const chosen = options.get("DefaultZone") ?? { value: "public", at: join(directory, "firewalld.conf") };
  const rank = ({ attributes }: Element) => Number(attributes["ingress-priority"] ?? attributes.priority ?? 0);
  const own = new Map(services);
  const sets = new Map(ipsets);
  return {
    zones: [...zones].sort(([, a], [, b]) => rank(a) - rank(b)),
    policies: [...policies].sort(
      ([, a], [, b]) => Number(a.attributes.priority ?? -1) - Number(b.attributes.priority ?? -1),
    ),
    fallback: { name: chosen.value, zone: new Map(zones).get(chosen.value) ?? packaged(chosen.value, chosen.at) },
    option: (name) => options.get(name),
    service: (name) => own.get(name) ?? parsed(defaultService(name), `firewalld's service ${name}`),
    ipset(name, end, negated, at) {
      const set = sets.get(name);
      return (set && ipsetTest(set, end, negated)) ?? inDoubt(`the addresses of ipset ${name} (${at})`);
    },
  };
}

function packaged(name: string, at: string): Element {
  const zone = parsed(defaultZone(name), at);
  if (zone) return { ...zone, at };
  throw new InputError(at, `zone ${name} is not defined`, "Add its file to zones/, or name a zone of firewalld.");
}

function parsed(text: string | undefined, at: string): Element | undefined {
  return text === undefined ? undefined : parseXml(text, at);
}

async function elements(directory: string, kind: string, files: Files): Promise<[string, Element][]> {
  const paths = (await files.filesIn(directory)).filter((path) => path.endsWith(".xml"));
  return Promise.all(
    paths.map(async (path): Promise<[string, Element]> => {
      const element = parseXml(await files.readText(path), path);
      if (element.name !== kind)
        throw new InputError(element.at, `no <${kind}>`, `Files here hold one <${kind}> each.`);
      return [basename(path, ".xml"), element];
    }),
  );
}

async function optionsOf(path: string, files: Files): Promise<Map<string, { value: string; at: string }>> {
  const lines = ((await files.readTextIfAny(path)) ?? "").split("\n").entries();
  return new Map(
    [...lines].flatMap(([i, line]): [string, { value: string; at: string }][] => {
      const [, name, value] = /^\s*(\w+)\s*=\s*(\S*)\s*$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, { value, at: `${path}:${i + 1}` }]];
    }),
  );
}

/** Undefined for sets whose entries stand elsewhere or are no addresses. */
function ipsetTest(set: Element, end: "source" | "destination", negated: boolean): Test | undefined {
  const option = (name: string) => childrenNamed(set, "option").find(({ attributes }) => attributes.name === name);
  if (!/^hash:(ip|net)$/.test(set.attributes.type ?? "") || option("timeout")) return undefined;
  const family = option("family")?.attributes.value === "inet6" ? familySets.ipv6 : familySets.ipv4;
  try {
    const entries = childrenNamed(set, "entry").map(({ text }) => text);
    const found = AddressSet.ofAll(entries);
    return address(end, negated ? family.subtract(found) : found, family, blocksIn(entries));
  } catch {
    throw new InputError(set.at, "an ipset with an entry that is no address", "Expected addresses or CIDR blocks.");
  }
}
