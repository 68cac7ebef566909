import { isUnknown } from "../../../model/maybe.js";
import { type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { isLeftOut } from "../filter-groups.js";
import { addressBlock, addressBlocks, type Direction } from "../filter-rules.js";
import type { Input } from "../input.js";
import type { Machines } from "../machines.js";
import { type References, referencesOf, type Targets } from "../references.js";
import { inputOf, outputOf, type Resource } from "../resource.js";

/** Whom a rule is about: addresses, and what tags and ids stand for. */
export class Sources {
  /** By the id of a rule, the load balancers that it surely names. */
  readonly balancersNamed = new Map<string, readonly Resource[]>();

  constructor(
    private readonly machines: Machines,
    private readonly tags: Targets,
    private readonly balancers: Targets,
  ) {}

  of(firewall: Resource, property: string, item: Input, direction: Direction): PartialSet {
    const member = (name: string) => item.member(`${direction === "ingress" ? "source" : "destination"}${name}`);
    const droplets = referencesOf(firewall, property, member("DropletIds"), this.machines.targets);
    const tagged = member("Tags");
    const uids = member("LoadBalancerUids");
    this.balancersNamed.set(item.at, referencesOf(firewall, property, uids, this.balancers).certain);
    // Behind balancers and clusters stand addresses of DigitalOcean's own, in the network or public.
    const elsewhere = [uids, member("KubernetesIds")].filter((each) => !isLeftOut(each));
    return unionOf(
      addressBlocks(member("Addresses")) ?? unionOf(),
      this.addressesOf(droplets, member("DropletIds").at),
      ...(isLeftOut(tagged) ? [] : [this.addressesOf(this.tagged(firewall, property, tagged), tagged.at)]),
      ...elsewhere.map((each) => undecidedSet([each.at])),
    );
  }

  /** The droplets that carry one of the tags. */
  tagged(holder: Resource, property: string, list: Input): References {
    const wanted = this.names(holder, property, list);
    const certain: Resource[] = [];
    const perhaps: Resource[] = [];
    for (const droplet of this.machines.targets.resources) {
      const carried = this.names(droplet, "tags", inputOf(droplet, "tags"));
      if (carried.known.some((each) => wanted.known.includes(each))) certain.push(droplet);
      else if (!isEmpty(wanted) && !isEmpty(carried) && (wanted.doubt || carried.doubt)) perhaps.push(droplet);
    }
    return { certain, doubtful: perhaps, outside: [], missing: [] };
  }

  /** Tags are names, and a tag resource's id is its name; DigitalOcean does not tell their cases apart. */
  private names(holder: Resource, property: string, list: Input): { known: string[]; doubt: boolean } {
    const items = list.isText ? [list] : (list.items() ?? []);
    const given = isUnknown(items) ? [list] : items;
    const texts = isUnknown(items) ? [] : items.map((each) => each.text());
    const written = texts.flatMap((each) => (typeof each === "string" ? [each.toLowerCase()] : []));
    const open = given.length - written.length;
    const flowing = referencesOf(holder, property, list, this.tags).certain.map((tag) => {
      const name = inputOf(tag, "name").text();
      return typeof name === "string" ? name.toLowerCase() : tag.urn;
    });
    return { known: [...written, ...flowing], doubt: open > flowing.length };
  }

  private addressesOf({ certain, doubtful: some, outside, missing }: References, at: string): PartialSet {
    const blocks = [...certain, ...some].map((droplet) => {
      const known = ["ipv4Address", "ipv4AddressPrivate", "ipv6Address"]
        .map((name) => outputOf(droplet, name))
        .filter((each) => typeof each.text() === "string" && each.text() !== "");
      const set = known.length > 0 ? unionOf(...known.map((each) => addressBlock(each))) : undecidedSet([at]);
      return some.includes(droplet) ? undecidedSet([at], set.possible) : set;
    });
    const open = [...outside.map((each) => each.at), ...missing];
    return unionOf(...blocks, ...(open.length > 0 ? [undecidedSet(open)] : []));
  }
}

function isEmpty({ known, doubt }: { known: readonly string[]; doubt: boolean }): boolean {
  return known.length === 0 && !doubt;
}
