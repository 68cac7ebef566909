import type { Layer } from "../../../model/network.js";
import { isLeftOut } from "../filter-groups.js";
import { inputOf, type Resource } from "../resource.js";
import type { Nic } from "./nics.js";

const firewallType = "openstack:firewall/groupV2:GroupV2";

/**
 * Firewall as a Service guards routers or ports, as the installation's driver can; which packets meet it a program does
 * not show, so it may stop anything where a firewall group is put on ports.
 */
export class Firewalls {
  private readonly ports: readonly string[];

  constructor(resources: readonly Resource[]) {
    const lists = resources.filter((each) => each.type === firewallType).map((each) => inputOf(each, "ports"));
    this.ports = lists.filter((list) => !isLeftOut(list)).map(({ at }) => at);
  }

  around({ id }: Nic): Layer[] {
    if (this.ports.length === 0) return [];
    const [at = id] = this.ports;
    const says = "a firewall group of this program, whose place on the way is not known, may stop it";
    return [
      {
        name: "firewall group",
        combine: "first-match",
        rules: [],
        otherwise: { action: "deny", evidence: { kind: "code", at, says } },
        incomplete: [...this.ports].sort(),
      },
    ];
  }
}
