import type { FilterRule, Layer } from "../../../model/network.js";
import { everybody } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { doubtful } from "../filter-rules.js";
import { openLayer } from "../machines.js";
import { type References, referenceOf, Targets } from "../references.js";
import { inputOf, type Resource } from "../resource.js";

const gatewayTypes = [
  "scaleway:network/publicGateway:PublicGateway",
  "scaleway:index/vpcPublicGateway:VpcPublicGateway",
];
const networkTypes = [
  "scaleway:network/privateNetwork:PrivateNetwork",
  "scaleway:index/vpcPrivateNetwork:VpcPrivateNetwork",
];
const joiningTypes = [
  "scaleway:network/gatewayNetwork:GatewayNetwork",
  "scaleway:index/vpcGatewayNetwork:VpcGatewayNetwork",
];
const cardTypes = ["scaleway:instance/privateNic:PrivateNic", "scaleway:index/instancePrivateNic:InstancePrivateNic"];
const smtpPorts = PortSet.of(25, 465, 587);

/**
 * The gateways of private networks that a server has a card in. One without `enableSmtp` lets no SMTP through (registry
 * documentation of `scaleway_vpc_public_gateway`); whether the server goes out by it or by an address of its own is not told.
 */
export class PublicGateways {
  private readonly gateways: Targets;
  private readonly networks: Targets;
  private readonly joining: readonly Resource[];
  private readonly cards: readonly Resource[];

  constructor(
    resources: readonly Resource[],
    private readonly servers: Targets,
  ) {
    const ofTypes = (types: readonly string[]) => resources.filter(({ type }) => types.includes(type));
    this.gateways = new Targets(ofTypes(gatewayTypes), gatewayTypes);
    this.networks = new Targets(ofTypes(networkTypes), networkTypes);
    this.joining = ofTypes(joiningTypes);
    this.cards = ofTypes(cardTypes);
  }

  /** What stands in the way out of a server; nothing where no gateway can. */
  before(server: Resource): Layer[] {
    const shut = this.around(server).flatMap((gateway) => {
      const switched = inputOf(gateway, "enableSmtp");
      return switched.boolean() === true ? [] : [switched.at];
    });
    if (shut.length === 0) return [];
    const says = "the gateway of a private network keeps SMTP in, if the server goes out by it";
    const rules = shut.map((at): FilterRule => {
      const all = { protocol: "tcp", ports: smtpPorts, peers: everybody } as const;
      return doubtful({ id: at, action: "deny", ...all, evidence: { kind: "code", at, says } }, at);
    });
    return [{ ...openLayer("public gateway", server.urn, "no gateway keeps anything else in"), rules }];
  }

  private around(server: Resource): Resource[] {
    const cards = this.cards.filter((each) => may(named(each, "serverId", this.servers), server));
    const networks = this.networks.resources.filter((each) =>
      cards.some((card) => may(named(card, "privateNetworkId", this.networks), each)),
    );
    const joining = this.joining.filter((each) => {
      const found = named(each, "privateNetworkId", this.networks);
      return networks.some((network) => may(found, network));
    });
    return this.gateways.resources.filter((each) =>
      joining.some((join) => may(named(join, "gatewayId", this.gateways), each)),
    );
  }
}

function named(holder: Resource, property: string, targets: Targets): References {
  return referenceOf(holder, property, inputOf(holder, property), targets);
}

function may({ certain, doubtful: perhaps, missing }: References, resource: Resource): boolean {
  return certain.includes(resource) || perhaps.includes(resource) || missing.length > 0;
}
