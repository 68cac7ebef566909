import { AddressSet } from "../../../model/addresses.js";
import { isUnknown, unknown } from "../../../model/maybe.js";
import { nobody, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import type { Input } from "../input.js";
import { referenceOf, Targets } from "../references.js";
import { flowingInto, inputOf, ofTypes, type Resource } from "../resource.js";
import { block, type PrefixListReader } from "./rules.js";

const listType = "aws:ec2/managedPrefixList:ManagedPrefixList";
const entryType = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry";

/** The customer-managed prefix lists of a program. Lists that AWS or others own stay unknown: their content changes. */
export class PrefixLists {
  private readonly lists: Targets;
  private readonly contents = new Map<Resource, PartialSet>();
  private readonly separate = new Map<Resource, Input[]>();

  constructor(resources: readonly Resource[]) {
    const lists = ofTypes(resources, listType);
    this.lists = new Targets(lists, [listType]);
    for (const list of lists) this.contents.set(list, inlineEntries(list));
    for (const entry of ofTypes(resources, entryType)) this.add(entry);
  }

  /** A reader for the ids in one input of a resource; which unknown id means which list is told by what flows in. */
  readerFor(holder: Resource, property: string, unknownIds: () => number): PrefixListReader {
    const candidates = flowingInto(holder, property, this.lists.types);
    return (input: Input) => {
      const id = input.text() ?? unknown(input.at);
      if (!isUnknown(id)) return this.contentOf(this.lists.find(id)) ?? undecidedSet([input.at]);
      const [only] = candidates;
      const surely = candidates.length === 1 && unknownIds() === 1;
      return (surely ? this.contentOf(only) : undefined) ?? undecidedSet(id.unknown);
    };
  }

  /** The entries of a list, each as it is written; undefined where they are not all known. */
  entriesOf(holder: Resource, property: string, id: Input): readonly string[] | undefined {
    const { certain } = referenceOf(holder, property, id, this.lists);
    const [list] = certain;
    if (list === undefined || (this.contents.get(list)?.missing.length ?? 0) > 0) return undefined;
    const inline = inputOf(list, "entries").items() ?? [];
    const written = [
      ...(isUnknown(inline) ? [] : inline.map((each) => each.member("cidr"))),
      ...(this.separate.get(list) ?? []),
    ];
    return written.map((each) => String(each.text()));
  }

  private contentOf(list: Resource | undefined): PartialSet | undefined {
    return list && this.contents.get(list);
  }

  private add(entry: Resource): void {
    const id = inputOf(entry, "prefixListId");
    const { certain, doubtful, missing } = referenceOf(entry, "prefixListId", id, this.lists);
    const cidr = block(inputOf(entry, "cidr"), AddressSet.everything);
    for (const list of certain) {
      this.extend(list, cidr);
      this.separate.set(list, [...(this.separate.get(list) ?? []), inputOf(entry, "cidr")]);
    }
    const perhaps = missing.length > 0 ? this.lists.resources : doubtful;
    for (const list of perhaps) this.extend(list, undecidedSet([id.at], cidr.possible));
  }

  private extend(list: Resource, addresses: PartialSet): void {
    this.contents.set(list, unionOf(this.contents.get(list) ?? nobody, addresses));
  }
}

function inlineEntries(list: Resource): PartialSet {
  const entries = inputOf(list, "entries").items();
  if (entries === undefined) return nobody;
  if (isUnknown(entries)) return undecidedSet(entries.unknown);
  return unionOf(...entries.map((entry) => block(entry.member("cidr"), AddressSet.everything)));
}
