import { exactly, type PartialSet } from "../../../model/partial.js";
import { subsetsOf } from "../../../model/subsets.js";
import { everyIpv4, everyIpv6, type Target } from "./instances.js";
import { isNone, type Labels } from "./labels.js";
import type { StatedRule } from "./rules.js";

/** Whom rules are for: what all that is not known of one target may be, and the inputs that tell. */
export interface TargetCases<T extends Target> {
  readonly inputs: readonly string[];
  readonly targets: readonly T[];
}

/** Targets that are followed for one machine. */
const mostTargets = 64;

/**
 * A target by all that its tags, its account and its addresses may be, as far as rules tell them apart. Undefined where no
 * two rules ask for one that is not known, for one alone takes it for itself; without targets where those are too many.
 */
export function targetCases<T extends Target>(target: T, rules: readonly StatedRule[]): TargetCases<T> | undefined {
  const asking = {
    tags: rules.filter(({ tags }) => tags && !isNone(tags)),
    accounts: rules.filter(({ accounts }) => accounts && !isNone(accounts)),
    addresses: rules.filter(({ own }) => own !== undefined),
  };
  const isShared = (kind: keyof typeof asking) => target[kind].missing.length > 0 && asking[kind].length > 1;
  const shared = (["tags", "accounts", "addresses"] as const).filter(isShared);
  if (shared.length === 0) return undefined;
  const inputs = [...new Set(shared.flatMap((kind) => target[kind].missing))].sort();
  const named = (kind: "tags" | "accounts") => [
    ...new Set(asking[kind].flatMap((rule) => [...(rule[kind]?.known ?? [])])),
  ];
  const own = asking.addresses.flatMap((rule) => rule.own ?? []);
  const choices = {
    tags: isShared("tags") ? choicesOf(target.tags, subsetsOf(named("tags"), mostTargets)) : [target.tags],
    // An instance has one account.
    accounts: isShared("accounts")
      ? choicesOf(target.accounts, [[], ...named("accounts").map((each) => [each])])
      : [target.accounts],
    addresses: isShared("addresses") ? addressesAmong(target.addresses, own) : [target.addresses],
  };
  const { tags, accounts, addresses } = choices;
  if (tags.length * accounts.length * addresses.length > mostTargets) return { inputs, targets: [] };
  const targets = tags.flatMap((tagged) =>
    accounts.flatMap((account) =>
      addresses.map((address): T => ({ ...target, tags: tagged, accounts: account, addresses: address })),
    ),
  );
  return { inputs, targets };
}

function choicesOf({ known }: Labels, others: readonly (readonly string[])[]): Labels[] {
  return others.map((each) => ({ known: new Set([...known, ...each]), missing: [] }));
}

/** The addresses that clients may come to, one of each family, in parts that no rule tells apart. */
function addressesAmong({ certain, possible }: PartialSet, own: readonly PartialSet[]): PartialSet[] {
  const [four = [], six = []] = [everyIpv4, everyIpv6].map((family) => {
    const surely = certain.intersect(family);
    const open = possible.subtract(certain).intersect(family);
    if (open.isEmpty) return [surely];
    const parts = own.reduce(
      (all, set) => all.flatMap((part) => [part.intersect(set.certain), part.subtract(set.certain)]),
      [surely, open],
    );
    return parts.filter((part) => !part.isEmpty);
  });
  return four.flatMap((one) => six.map((other) => exactly(one.union(other))));
}
