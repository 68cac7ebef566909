import { inputOf, type Resource } from "../resource.js";
import { peeringType } from "./routes.js";
import type { Place, Subnets } from "./subnets.js";

/**
 * Whether a rule of one group certainly sees the members of another: within one network, and over a peering of one Region
 * (VPC peering guide, "Update your security groups to reference peer security groups"). Over a transit gateway settings of
 * the gateway and its attachments decide (`securityGroupReferencingSupport`). Networks that the program does not show are
 * taken for one.
 */
export class GroupSight {
  private readonly peered: readonly (readonly (Place | undefined)[])[];

  constructor(
    resources: readonly Resource[],
    private readonly subnets: Subnets,
  ) {
    this.peered = resources
      .filter(({ type }) => type === peeringType)
      .filter((each) => inputOf(each, "peerRegion").isAbsent)
      .map((each) => [subnets.vpcOf(each), subnets.vpcOf(each, "peerVpcId")]);
  }

  between(one: Resource | undefined, other: Resource | undefined): boolean {
    const [mine, theirs] = [one, other].map((group) => group && this.subnets.vpcOf(group));
    if (mine === undefined || theirs === undefined || mine === theirs) return true;
    return this.peered.some((ends) => ends.includes(mine) && ends.includes(theirs));
  }
}
