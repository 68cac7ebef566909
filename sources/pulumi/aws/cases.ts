import type { NetworkInterface } from "../../../model/network.js";
import { type Change, changed, type Resource } from "../resource.js";

/** An input that is not known, with all that it may be. */
export interface Choice {
  readonly at: string;
  readonly options: readonly Option[];
}
export type Option = readonly [Resource, Change];

/** More ways in which inputs can be chosen together than these are not tried. */
const mostCases = 32;

/**
 * The interfaces of a program with the cases that open inputs leave: one input stands in several layers, and what is open
 * in each of them may be settled by all of them together.
 * @param networkOf the interfaces of the program in one case, by the same ids.
 */
export function withCases(
  interfaces: NetworkInterface[],
  resources: readonly Resource[],
  choices: readonly Choice[],
  networkOf: (resources: readonly Resource[]) => readonly NetworkInterface[],
): NetworkInterface[] {
  const count = choices.reduce((product, { options }) => product * options.length, 1);
  if (choices.length === 0 || count > mostCases) return interfaces;
  const inputs = choices.map(({ at }) => at).sort();
  let known: ReadonlyMap<string, NetworkInterface>[] | undefined;
  const all = () => {
    known ??= combined(choices).map((chosen) => byId(networkOf(changed(resources, chosen))));
    return known;
  };
  return interfaces.map((nic) => {
    const cases = () => all().flatMap((each) => (each.has(nic.id) ? [[each.get(nic.id) as NetworkInterface]] : []));
    return { ...nic, exact: { inputs, cases } };
  });
}

function byId(interfaces: readonly NetworkInterface[]): ReadonlyMap<string, NetworkInterface> {
  return new Map(interfaces.map((each) => [each.id, each]));
}

/** Every choice of one option each. */
function combined(choices: readonly Choice[]): Choice["options"][] {
  return choices.reduce<Choice["options"][]>(
    (found, { options }) => found.flatMap((chosen) => options.map((option) => [...chosen, option])),
    [[]],
  );
}
