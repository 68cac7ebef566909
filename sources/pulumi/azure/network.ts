import type { Layer, NetworkInterface } from "../../../model/network.js";
import type { PartialSet } from "../../../model/partial.js";
import { providerLayer } from "../../../model/provider-blocks.js";
import type { Resource } from "../resource.js";
import { internetOutside } from "./addresses.js";
import { AdminRules } from "./admin-rules.js";
import type { Surroundings } from "./ends.js";
import { Exits } from "./exits.js";
import { PublicFamilies } from "./families.js";
import { Firewalls } from "./firewall/firewalls.js";
import { behindFirewalls, behindTranslations, firewallFronts } from "./firewall/fronts.js";
import { FirewallHops } from "./firewall/hops.js";
import { FirewallPolicies } from "./firewall/policies.js";
import { TranslationReader, type Translations } from "./firewall/translations.js";
import { type Backend, frontEnds } from "./front-ends.js";
import { SecurityGroups } from "./groups.js";
import { Interfaces, type Nic } from "./interfaces.js";
import { guarded, type Level, Levels } from "./levels.js";
import { LoadBalancers } from "./load-balancers.js";
import { type Named, namedInterfaces, unseenMachines } from "./machines.js";
import { Networks } from "./networks.js";
import { PoolMembers } from "./pool-members.js";
import { PublicAddresses } from "./public-addresses.js";
import { Routes } from "./routes.js";
import type { Direction } from "./rules.js";
import { alone, imagined } from "./unattached.js";
import { unseen } from "./unseen.js";

/**
 * The network interfaces of an Azure program, named by their virtual machines, behind the filters of their subnet and
 * their own; and the network security groups that stand around none of them.
 */
export function networkOf(resources: readonly Resource[]): NetworkInterface[] {
  return new Azure(resources).interfaces();
}

const provider = providerLayer("azure");

class Azure {
  private readonly networks: Networks;
  private readonly nics: Interfaces;
  private readonly groups: SecurityGroups;
  private readonly levels: Levels;
  private readonly adminRules: AdminRules;
  private readonly routes: Routes;
  private readonly balancers: LoadBalancers;
  private readonly addresses: PublicAddresses;
  private readonly exits: Exits;
  private readonly families: PublicFamilies;
  private readonly reader: TranslationReader;
  private readonly hops: FirewallHops;

  constructor(private readonly resources: readonly Resource[]) {
    this.networks = new Networks(resources);
    this.nics = new Interfaces(resources, this.networks);
    this.groups = new SecurityGroups(resources, this.nics.applicationGroups);
    this.levels = new Levels(resources, this.groups, this.networks, this.nics);
    this.adminRules = new AdminRules(resources, this.networks);
    const firewalls = new Firewalls(resources, this.networks);
    const policies = new FirewallPolicies(resources);
    this.routes = new Routes(resources, this.networks, firewalls);
    this.hops = new FirewallHops(this.networks, this.routes, policies);
    const families = new PublicFamilies(resources);
    this.families = families;
    this.balancers = new LoadBalancers(resources, new PoolMembers(resources, this.nics), families);
    this.reader = new TranslationReader(firewalls, policies, this.balancers);
    this.addresses = new PublicAddresses(families, this.balancers);
    this.exits = new Exits(resources, this.networks, families, this.balancers, this.routes);
  }

  interfaces(): NetworkInterface[] {
    const named = namedInterfaces(this.resources, this.nics);
    const used = new Set(
      this.nics.all.flatMap((nic) => [this.levels.atSubnet(nic).group, this.levels.atNic(nic).group]),
    );
    const backends = named.map((each): Backend => {
      const { network, levels, ingress } = this.filters(each.nic);
      return { named: each, filters: ingress, guarded: guarded(levels), outside: internetOutside(network) };
    });
    const found = [
      ...named.map((each) => this.machine(each)),
      ...frontEnds(this.balancers.forwardings, backends),
      ...firewallFronts(this.reader, backends),
      ...unseenMachines(this.resources, this.nics).map(({ machine, missing }) => unseen(machine, missing)),
      ...this.groups.ids.resources.filter((each) => !used.has(each)).map((each) => this.unattached(each)),
      ...this.groups.astray.map((each) => this.astray(each)),
    ];
    const byId = new Map(found.map((each) => [each.id, each]));
    return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  }

  private machine({ nic, id, name, kind, cloudId }: Named): NetworkInterface {
    const { network, ingress, egress, levels } = this.filters(nic);
    const way = [this.routes.layer(nic.place), ...this.hops.layers(nic), this.exits.layer(nic, network), provider];
    const out = [...egress, ...way];
    return {
      id,
      name,
      kind,
      ...(cloudId === undefined ? {} : { cloudId }),
      origin: "planned",
      evidence: {
        kind: "code",
        at: id,
        says: `${kind === "instance" ? "virtual machine" : "network interface"} ${name}`,
      },
      ...behindTranslations(this.reader, nic, (translations) => ({
        ingress: [
          this.addresses.layer(nic, network, guarded(levels), translations),
          ...this.seen(nic, network, ingress, translations),
        ],
        egress: out,
      })),
      conflicts: levels.flatMap(({ group }) => (group ? this.groups.conflictsOf(group) : [])),
    };
  }

  /** The filters as clients of the internet meet them: those that come through a firewall bear an address of it. */
  private seen(nic: Nic, network: PartialSet, filters: readonly Layer[], translations: Translations): readonly Layer[] {
    const own = this.families.ofNic(nic).ipv4;
    const through = translations.to(nic);
    if (own === true || through.length === 0) return filters;
    const balanced = this.balancers.forwardings.some((each) => each.leadsTo(nic) !== false);
    return behindFirewalls(filters, through, internetOutside(network), own === false && !balanced);
  }

  /** The filters around a network interface, in the order in which packets meet them, and who needs no public address. */
  private filters(nic: Nic) {
    const around = this.surroundingsOf(nic);
    const levels = [this.levels.atSubnet(nic), this.levels.atNic(nic)];
    const filters = (direction: Direction, ordered: readonly Level[]): Layer[] => {
      const admin = this.adminRules.layer(nic, around, direction);
      const groups = ordered.map((level) => this.levels.layer(level, nic, around, direction));
      const skipping = groups.map((each) => this.adminRules.skipping(each, nic, around, direction));
      return admin ? [admin, ...skipping] : skipping;
    };
    const ingress = filters("ingress", levels);
    const egress = filters("egress", [...levels].reverse());
    return { network: this.networks.tagAround(nic.place, this.routes.entrances(nic.place)), levels, ingress, egress };
  }

  private surroundingsOf(nic: Nic): Surroundings {
    return { network: this.networks.tagAround(nic.place, this.routes.prefixes(nic.place)), nics: this.nics.all };
  }

  private unattached(group: Resource): NetworkInterface {
    const nic = imagined(group);
    const around = this.surroundingsOf(nic);
    const filter = (direction: Direction) => this.groups.layer(group, nic, around, direction, "network security group");
    return alone(group, "network security group", filter);
  }

  private astray(rule: Resource): NetworkInterface {
    const nic = imagined(rule);
    const around = this.surroundingsOf(nic);
    const filter = (direction: Direction) =>
      this.groups.astrayLayer(rule, nic, around, direction, "network security group");
    return alone(rule, "security rule of a group outside this program,", filter);
  }
}
