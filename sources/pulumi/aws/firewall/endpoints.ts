import { isUnknown } from "../../../../model/maybe.js";
import type { Input } from "../../input.js";
import { flowingInto, ofTypes, outputOf, type Resource } from "../../resource.js";

export const firewallType = "aws:networkfirewall/firewall:Firewall";
const endpointType = "aws:ec2/vpcEndpoint:VpcEndpoint";
const both: ReadonlySet<string> = new Set([firewallType, endpointType]);

/** The endpoints by which routes name firewalls: their ids are told by what the firewall reported, or by what flows in. */
export class FirewallEndpoints {
  private readonly byId = new Map<string, Resource>();

  constructor(resources: readonly Resource[]) {
    for (const firewall of ofTypes(resources, firewallType)) {
      for (const id of reportedBy(firewall)) this.byId.set(id, firewall);
    }
  }

  firewallAt(holder: Resource, property: string, endpoint: Input): Resource | undefined {
    const id = endpoint.text();
    if (typeof id === "string") return this.byId.get(id);
    const [only, ...others] = flowingInto(holder, property, both);
    return others.length === 0 && only?.type === firewallType ? only : undefined;
  }
}

function reportedBy(firewall: Resource): string[] {
  const each = (list: Input) => {
    const items = list.items() ?? [];
    return isUnknown(items) ? [] : items;
  };
  const states = each(outputOf(firewall, "firewallStatuses")).flatMap((status) => each(status.member("syncStates")));
  const attachments = states.flatMap((state) => each(state.member("attachments")));
  return attachments.map((one) => one.member("endpointId").text()).filter((id) => typeof id === "string");
}
