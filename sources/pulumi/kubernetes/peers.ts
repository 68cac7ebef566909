import { AddressSet } from "../../../model/addresses.js";
import { InputError } from "../../../model/errors.js";
import { all, isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import {
  differenceOf,
  everybody,
  exactly,
  nobody,
  type PartialSet,
  undecidedSet,
  unionOf,
} from "../../../model/partial.js";
import { spelledIn } from "../filter-rules.js";
import type { Input } from "../input.js";
import type { Resource } from "../resource.js";
import type { PodIndex } from "./label-index.js";
import { type Labels, labelsOf, selects } from "./labels.js";
import { elementsOf, given, missingHere, namespacesOf, same } from "./objects.js";
import { inside, type Pods } from "./pods.js";

/** Whom one element of `from` or `to` means. */
export interface Peer {
  readonly at: string;
  /** Addresses that are written out. */
  readonly blocks: PartialSet;
  /** The same as they are spelled; absent where nobody is named. */
  readonly spelled?: readonly string[];
  /** Addresses of the pods that are selected. */
  readonly pods: PartialSet;
  /** Of the pods seen all that it covers or may cover; absent where it names addresses. */
  readonly found?: readonly Pods[];
  readonly covers: (pods: Pods) => Maybe<boolean>;
}

/** The pods and namespaces of a program, by which selectors are resolved. */
export class Cluster {
  private readonly namespaces: ReadonlyMap<string, Resource>;
  private readonly labels = new Map<string, Labels>();

  constructor(
    resources: readonly Resource[],
    readonly index: PodIndex,
  ) {
    this.namespaces = namespacesOf(resources);
  }

  /** A whole cluster was listed: it has the namespace that every cluster has. */
  private get isWhole(): boolean {
    return this.namespaces.has("kube-system");
  }

  get pods(): readonly Pods[] {
    return this.index.all;
  }

  /** Every namespace has its name as a label (well-known labels, kubernetes.io/metadata.name). */
  namespaceLabels(namespace: Maybe<string>): Labels {
    if (isUnknown(namespace)) return { known: new Map(), open: undefined, missing: namespace.unknown };
    const read = this.labels.get(namespace) ?? this.labelsRead(namespace);
    this.labels.set(namespace, read);
    return read;
  }

  private labelsRead(namespace: string): Labels {
    const found = this.namespaces.get(namespace);
    const labels = found
      ? labelsOf(given(found, "metadata", "labels"))
      : { known: new Map(), open: undefined, missing: [`labels of namespace ${namespace}`] };
    return { ...labels, known: new Map([...labels.known, ["kubernetes.io/metadata.name", namespace]]) };
  }

  /** An element of `from` or `to` in a NetworkPolicy of that namespace. */
  peer(input: Input, namespace: Maybe<string>): Peer {
    const missing = missingHere(input);
    if (missing.length > 0) return this.unknownPeer(input.at, missing);
    const [block, own, other] = ["ipBlock", "podSelector", "namespaceSelector"].map((name) => input.member(name));
    if (!block || !own || !other) throw new Error("three names give three inputs");
    if (!block.isAbsent) {
      if (!own.isAbsent || !other.isAbsent) {
        throw new InputError(
          input.at,
          "ipBlock beside a selector in one element",
          "Write each as an element of its own: the elements are alternatives.",
        );
      }
      return this.blockPeer(block);
    }
    if (own.isAbsent && other.isAbsent) {
      throw new InputError(
        input.at,
        "an element that names nobody",
        "Write ipBlock, podSelector or namespaceSelector; leave the list out to mean everybody.",
      );
    }
    const pinned = other.isAbsent || !other.member("matchLabels").member("kubernetes.io/metadata.name").isAbsent;
    const covers = (pods: Pods) =>
      all(
        other.isAbsent ? same(pods.namespace, namespace) : selects(other, this.namespaceLabels(pods.namespace)),
        own.isAbsent ? true : selects(own, pods.labels),
      );
    const wanted = labelsOf(own.member("matchLabels")).known;
    const near = other.isAbsent
      ? this.index.near(namespace, wanted)
      : this.index.nearIn((name) => selects(other, this.namespaceLabels(name)), wanted);
    return this.podPeer(input.at, covers, pinned, near);
  }

  /**
   * The pods for which the condition holds; `pinned` where those seen are surely all there are.
   * @param near all for which it may hold.
   */
  podPeer(at: string, covers: (pods: Pods) => Maybe<boolean>, pinned: boolean, near = this.pods): Peer {
    const found = near.map((pods) => ({ pods, is: covers(pods) })).filter(({ is }) => is !== false);
    const complete = this.isWhole || (pinned && found.some(({ is }) => is === true));
    const sets = found.map(({ pods, is }) => memberAddresses(pods, is));
    return {
      at,
      blocks: nobody,
      pods: unionOf(...sets, ...(complete ? [] : [undecidedSet([at], inside)])),
      spelled: [],
      found: found.map(({ pods }) => pods),
      covers: (pods) => (pods.hostNetwork === false ? covers(pods) : all(covers(pods), unknown(pods.at))),
    };
  }

  private blockPeer(block: Input): Peer {
    const exceptions = elementsOf(block.member("except"));
    const cidr = cidrAt(block.member("cidr"));
    const cuts = isUnknown(exceptions) ? [undecidedSet(exceptions.unknown)] : exceptions.map(cidrAt);
    for (const [i, cut] of cuts.entries()) {
      const isInside = cut.missing.length > 0 || cidr.missing.length > 0 || cidr.certain.contains(cut.certain);
      if (!isInside) {
        const at = isUnknown(exceptions) ? block.at : (exceptions[i]?.at ?? block.at);
        throw new InputError(at, "an exception outside of its block", "Exceptions have to lie within cidr.");
      }
    }
    const blocks = differenceOf(cidr, unionOf(...cuts));
    return {
      at: block.at,
      blocks,
      pods: nobody,
      spelled: spelledIn(block.member("cidr")).written ?? [],
      covers: (pods) => coversAll(blocks, pods),
    };
  }

  private unknownPeer(at: string, missing: readonly string[]): Peer {
    return { at, blocks: undecidedSet(missing), pods: nobody, covers: () => unknown(...missing) };
  }
}

/** Everybody, where a rule names nobody. */
export function anyone(at: string): Peer {
  return { at, blocks: everybody, pods: nobody, covers: () => true };
}

/** Blocks that are written out, as `networks` of an AdminNetworkPolicy. */
export function blocksPeer(at: string, blocks: PartialSet): Peer {
  return { at, blocks, pods: nobody, covers: (pods) => coversAll(blocks, pods) };
}

function coversAll(blocks: PartialSet, { addresses, at }: Pods): Maybe<boolean> {
  if (blocks.certain.contains(addresses.possible)) return true;
  if (!blocks.possible.overlaps(addresses.possible)) return false;
  return unknown(
    ...blocks.missing,
    ...addresses.missing,
    ...(blocks.missing.length + addresses.missing.length === 0 ? [at] : []),
  );
}

/** A pod in the node's own network has the node's address, which selectors mostly do not mean. */
function memberAddresses({ addresses, hostNetwork, at }: Pods, is: Maybe<boolean>): PartialSet {
  const doubts = [...(isUnknown(is) ? is.unknown : []), ...(hostNetwork === false ? [] : [`${at}: hostNetwork`])];
  return doubts.length === 0 ? addresses : undecidedSet([...doubts, ...addresses.missing], addresses.possible);
}

/**
 * A CIDR block.
 * @throws InputError for a text that is none; an address without a prefix is refused by the API server too.
 */
export function cidrAt(input: Input): PartialSet {
  const text = input.text();
  if (text === undefined || isUnknown(text)) return undecidedSet([input.at]);
  try {
    if (!text.includes("/")) throw new RangeError(`"${text}" has no prefix length`);
    return exactly(AddressSet.of(text));
  } catch (error) {
    throw new InputError(
      input.at,
      (error as RangeError).message,
      "Write a block as `192.0.2.0/24` or `2001:db8::/32`.",
    );
  }
}
