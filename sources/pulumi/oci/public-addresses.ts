import { notPrivate } from "../../../model/addresses.js";
import { isUnknown, type Maybe, missingOf, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { exactly, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { everyIpv4, everyIpv6 } from "../filter-rules.js";
import { inputOf, type Resource } from "../resource.js";
import type { Vnic } from "./vnics.js";

/** Whether clients of the internet have an address to send to, and whether the subnet lets them. */
export class PublicAddresses {
  /** Resources that bring clients of the internet to cards without an address of their own, by family. */
  private readonly others: { readonly ipv4: readonly string[]; readonly ipv6: readonly string[] };

  constructor(resources: readonly Resource[]) {
    const balancers = resources.filter(({ type }) => /^oci:(LoadBalancer|NetworkLoadBalancer)\//.test(type));
    const ofType = (type: string) => resources.filter((each) => each.type === type);
    const urns = (...found: Resource[]) => [...balancers, ...found].map(({ urn }) => urn);
    this.others = {
      ipv4: urns(...ofType("oci:Core/publicIp:PublicIp")),
      ipv6: urns(...ofType("oci:Core/ipv6:Ipv6")),
    };
  }

  layerOf(vnic: Vnic): Layer {
    const at = vnic.details.at;
    return {
      name: "public address",
      combine: "first-match",
      rules: [...this.denial(vnic, "ipv4"), ...this.denial(vnic, "ipv6")],
      otherwise: {
        action: "allow",
        evidence: { kind: "code", at, says: "has a public address, or the client is inside" },
      },
      incomplete: [],
    };
  }

  private denial(vnic: Vnic, family: "ipv4" | "ipv6"): FilterRule[] {
    const { at, says, absent, barred } = family === "ipv4" ? fourth(vnic) : sixth(vnic);
    if (absent === false && barred === false) return [];
    const certain = barred === true || (absent === true && this.others[family].length === 0);
    const missing = certain ? [] : [...missingOf(absent, barred), ...this.others[family]];
    const clients = notPrivate.intersect(family === "ipv4" ? everyIpv4 : everyIpv6);
    return [
      {
        ...{ id: at, action: "deny", protocol: "any", ports: PortSet.all },
        peers: certain ? exactly(clients) : undecidedSet([...new Set(missing)].sort(), clients),
        evidence: { kind: "code", at, says },
      },
    ];
  }
}

interface Access {
  readonly at: string;
  readonly says: string;
  /** Whether there is no address. */
  readonly absent: Maybe<boolean>;
  /** Whether the subnet keeps the internet out. */
  readonly barred: Maybe<boolean>;
}

/** Left out, `assignPublicIp` is what the subnet's `prohibitPublicIpOnVnic` says (provider documentation of `subnet`). */
function fourth({ details, subnet, subnetAt }: Vnic): Access {
  const assign = details.member("assignPublicIp");
  const stated = assign.text();
  const flags = ["prohibitPublicIpOnVnic", "prohibitInternetIngress"];
  const barred = subnet ? anyOf(subnet, flags) : unknown(subnetAt);
  if (stated === "true" && !subnet) {
    return { at: assign.at, says: "keeps out the internet: no public IPv4 address", absent: false, barred: false };
  }
  const absent = stated === undefined ? false : isUnknown(stated) ? stated : stated === "false";
  const flag = subnet && flags.find((name) => inputOf(subnet, name).boolean() === true);
  const at = flag && subnet ? inputOf(subnet, flag).at : absent === false ? subnetAt : assign.at;
  return { at, says: "keeps out the internet: no public IPv4 address", absent, barred };
}

/** Without `assignIpv6ip` or its own pairs a card has no IPv6 address. */
function sixth({ details, subnet, subnetAt }: Vnic): Access {
  const assign = details.member("assignIpv6ip");
  const pairs = details.member("ipv6addressIpv6subnetCidrPairDetails");
  const given = assign.boolean() ?? false;
  const absent = !pairs.isAbsent ? false : isUnknown(given) ? given : !given;
  const barred = subnet ? anyOf(subnet, ["prohibitInternetIngress"]) : unknown(subnetAt);
  const flagged = subnet && barred === true;
  return {
    at: flagged ? inputOf(subnet, "prohibitInternetIngress").at : assign.at,
    says: flagged ? "keeps out the internet of IPv6" : "keeps out the internet: no IPv6 address",
    absent,
    barred,
  };
}

function anyOf(subnet: Resource, flags: readonly string[]): Maybe<boolean> {
  const values = flags.map((name) => inputOf(subnet, name).boolean() ?? false);
  if (values.includes(true)) return true;
  const missing = missingOf(...values);
  return missing.length > 0 ? unknown(...missing) : false;
}
