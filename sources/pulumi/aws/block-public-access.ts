import { isUnknown } from "../../../model/maybe.js";
import type { Layer } from "../../../model/network.js";
import { exactly, nobody, type PartialSet, undecidedSet } from "../../../model/partial.js";
import { wall, within } from "../../layers.js";
import { inputOf, ofTypes, type Resource } from "../resource.js";
import type { Place, Subnets } from "./subnets.js";

const optionsType = "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions";
const exclusionType = "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion";

type Direction = "ingress" | "egress";

/** What of one direction is blocked: everything, what goes straight through an internet gateway, nothing. */
type Block = "all" | "direct" | "none";

/**
 * VPC Block Public Access: whatever groups and routes say, it stops the traffic of internet gateways in the whole Region.
 * `block-ingress` leaves NAT and egress-only gateways alone (EC2 API reference, `BlockPublicAccessStates`).
 */
export class BlockPublicAccess {
  private readonly options: readonly Resource[];
  private readonly exclusions: readonly Resource[];

  constructor(
    resources: readonly Resource[],
    private readonly subnets: Subnets,
  ) {
    this.options = ofTypes(resources, optionsType);
    this.exclusions = ofTypes(resources, exclusionType);
  }

  /**
   * Undefined: the program does not set it.
   * @param direct the addresses that an internet gateway alone lies before; unknown where no route is shown.
   */
  around(place: Place | undefined, direction: Direction, direct: PartialSet | undefined): Layer | undefined {
    const [options, another] = this.options;
    if (options === undefined) return undefined;
    const outside = exactly(this.subnets.inside(typeof place === "object" ? place : undefined).complement());
    const mode = inputOf(options, "internetGatewayBlockMode");
    const { excluded, missing } = this.excluded(place);
    const text = mode.text() ?? "off";
    const blocked = isUnknown(text) ? undefined : blockOf(text, excluded, direction);
    const doubts = [...(isUnknown(text) ? text.unknown : []), ...(another ? [mode.at] : []), ...missing];
    const stopped = blocked === "direct" ? within(direct ?? undecidedSet([mode.at]), outside.certain) : outside;
    return wall({
      name: "Block Public Access",
      at: mode.at,
      stopped:
        blocked === "none" && doubts.length === 0
          ? nobody
          : doubts.length > 0
            ? undecidedSet(doubts, stopped.possible)
            : stopped,
      denies: `VPC Block Public Access (${isUnknown(text) ? "mode not known yet" : text}) stops it in this Region`,
      allows: "VPC Block Public Access lets it pass",
    });
  }

  /** What leaves open whether the internet gateway of another network is blocked: exclusions are of subnets and networks. */
  get doubtsElsewhere(): readonly string[] {
    const [options] = this.options;
    const mode = options && (inputOf(options, "internetGatewayBlockMode").text() ?? "off");
    if (mode === undefined || mode === "off" || mode === "block-ingress") return [];
    return this.exclusions.map((each) => inputOf(each, "internetGatewayExclusionMode").at);
  }

  private excluded(place: Place | undefined): { excluded: string | undefined; missing: string[] } {
    const vpc = typeof place === "object" ? this.subnets.vpcOf(place) : undefined;
    const missing: string[] = [];
    let excluded: string | undefined;
    for (const each of this.exclusions) {
      const mode = inputOf(each, "internetGatewayExclusionMode");
      const text = mode.text() ?? "allow-bidirectional";
      const subnets = this.subnets.named(each, "subnetId");
      const network = inputOf(each, "vpcId").isAbsent ? undefined : this.subnets.vpcOf(each);
      const is = (place !== undefined && subnets.certain.includes(place)) || (vpc !== undefined && network === vpc);
      const open = subnets.doubtful.length + subnets.missing.length > 0 || place === undefined;
      if (is && !isUnknown(text)) excluded = excluded === "allow-bidirectional" ? excluded : text;
      else if (is || open) missing.push(mode.at);
    }
    return { excluded, missing };
  }
}

function blockOf(mode: string, excluded: string | undefined, direction: Direction): Block {
  if (mode === "off" || excluded === "allow-bidirectional") return "none";
  if (mode === "block-ingress") return direction === "ingress" ? "all" : "direct";
  return excluded === "allow-egress" && direction === "egress" ? "none" : "all";
}
