import type { FilterRule } from "../../../model/network.js";
import type { Resource } from "../resource.js";
import type { Target } from "./instances.js";
import type { Accounts } from "./labels.js";
import type { Networks } from "./networks.js";
import type { Direction } from "./rules.js";

export class Policies {
  constructor(_resources: readonly Resource[], _networks: Networks, _accounts: Accounts) {}

  around(
    _target: Target,
    _direction: Direction,
    _rules: boolean,
  ): { before: FilterRule[]; after: FilterRule[]; incomplete: string[] } {
    return { before: [], after: [], incomplete: [] };
  }
}
