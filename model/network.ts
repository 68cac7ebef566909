import type { AddressSet } from "./addresses.js";
import type { ClientDefinition } from "./client.js";
import type { ContainerDefinition } from "./container.js";
import type { Evidence } from "./evidence.js";
import type { Fact, Origin } from "./fact.js";
import type { MailDefinition } from "./mail.js";
import type { Maybe } from "./maybe.js";
import type { PartialSet } from "./partial.js";
import type { PortSet } from "./ports.js";

/** One packet-filter rule, whatever its cloud. `other`: a protocol that carries no TCP. */
export interface FilterRule {
  /** Stable and unique: a rule id, `URN#path`, `file:line`. */
  readonly id: string;
  /** `next`: leaves the decision to the next stage of a first-match layer. */
  readonly action: "allow" | "deny" | "next";
  /** Of a first-match layer that is a chain of policies: the policy this rule stands in; rules of one stage stand together. */
  readonly stage?: string;
  /** Of a stage that stands as a whole or not at all, which is not known: the peers where it stands. */
  readonly ifStands?: PartialSet;
  readonly protocol: Maybe<"any" | "tcp" | "other">;
  /** Destination ports. A rule of protocol `any` carries `PortSet.all`. */
  readonly ports: Maybe<PortSet>;
  /** The client's own ports; absent: any. */
  readonly sourcePorts?: Maybe<PortSet>;
  /** Sources of an ingress rule, destinations of an egress rule. */
  readonly peers: PartialSet;
  /** The blocks that the rule itself names, as it spells them: none where it names a list. Absent where that is not told. */
  readonly written?: readonly string[];
  readonly evidence: Evidence;
}

/** One filter that a packet must pass. Packets go through all layers; each is judged apart. */
export interface Layer {
  /** The field's term: `security group`, `network ACL`. */
  readonly name: string;
  /** `union`: any allow lets through (security groups). `first-match`: the first rule that matches decides. */
  readonly combine: "union" | "first-match";
  /** A network ACL: answers have to pass it too, and it admits nothing by itself that another layer keeps out. */
  readonly stateless?: true;
  readonly rules: readonly FilterRule[];
  /** What happens to a packet that no rule matches, and what says so. */
  readonly otherwise: { readonly action: "allow" | "deny"; readonly evidence: Evidence };
  /** Inputs that are missing and could add rules: an attachment or a rule list that is not known yet. */
  readonly incomplete: readonly string[];
  /** Where it stands behind a port translation: its rules carry the ports from before, people write those from behind. */
  readonly translation?: readonly PortMapping[];
}

/** A port that something listens on for others, and the port of theirs that it sends the traffic to. */
export interface PortMapping {
  readonly listen: number;
  readonly target: Maybe<number>;
}

/** A port of something before machines that leads to a port of one of them. */
export interface Passage extends PortMapping {
  /** The `id` of the network interface that it leads to; absent where that is not told. */
  readonly to?: string;
  /** `tls`: it ends TLS itself. */
  readonly protocol: Maybe<"tcp" | "tls">;
  /** Whether the machine sees the clients' own addresses. */
  readonly preserved: Maybe<boolean>;
  readonly at: string;
}

/** The layers that packets meet on their way in and out. */
export interface Ways {
  readonly ingress: readonly Layer[];
  readonly egress: readonly Layer[];
  /**
   * Stateless layers that answers have to pass: of connections from outside (their peers are the clients), and of
   * connections to outside. Stateful layers let answers through by themselves and do not stand here.
   */
  readonly ingressAnswers?: readonly Layer[];
  readonly egressAnswers?: readonly Layer[];
}

/** What layers leave open that are judged each alone: one input stands in several of them, or there are several doors. */
export interface Exact {
  /** The inputs that tell the cases apart. */
  readonly inputs: readonly string[];
  /**
   * Of one port the layers of the interface in each case that the inputs leave, in the same order: one of the cases is
   * true, and in it packets get through by any of its doors. Empty where the cases are too many.
   */
  readonly cases: (port: number) => readonly (readonly Ways[])[];
}

/** Something with addresses that packets reach: an instance, an interface, or a group attached to nothing we see. */
export interface NetworkInterface extends Ways {
  /** URN or ARN; unique in the estate. */
  readonly id: string;
  /** The name people use for it: logical name, `Name` tag. */
  readonly name: string;
  readonly kind: "instance" | "interface" | "load balancer" | "unattached group";
  /** The cloud's own id (`i-0abc`, `sg-0abc`) when known: joins a planned resource to the deployed one. */
  readonly cloudId?: string;
  readonly origin: Exclude<Origin, "observed">;
  readonly evidence: Evidence;
  /** Asked where the layers leave something open. */
  readonly exact?: Exact;
  /** Filters that the cloud makes by itself and the source leaves alone: they let these peers pass, both ways. */
  readonly untouched?: readonly { readonly layer: string; readonly peers: AddressSet; readonly evidence: Evidence }[];
  /** Of a load balancer: what its listeners speak to clients themselves. */
  readonly listeners?: readonly Listener[];
  /** Of a load balancer: where its ports lead. */
  readonly leadsTo?: readonly Passage[];
  /** Of an address that stands before others and sends nothing itself: the `id` of what sends behind it. */
  readonly standsBefore?: string;
  /** Rules that two owners write, so that it changes with every deployment which of them stand. */
  readonly conflicts?: readonly Evidence[];
}

/** A port on which something in front of the servers takes connections. */
export interface Listener {
  readonly port: number;
  /** `tls`: it ends TLS itself, from the first byte. `tcp`: it hands everything on. */
  readonly protocol: Maybe<"tcp" | "tls">;
  readonly evidence: Evidence;
}

/** Something in a source that is not judged, or not as it is written. */
export interface Notice {
  /** The resource, and the path where there is one. */
  readonly at: string;
  readonly says: string;
}

/** What one source says: the network and the mail definitions found in it. */
export interface Estate {
  readonly interfaces: readonly NetworkInterface[];
  readonly definitions: readonly MailDefinition[];
  readonly clients?: readonly ClientDefinition[];
  readonly containers?: readonly ContainerDefinition[];
  /** What other scanners saw of ports. */
  readonly seen?: readonly Fact[];
  readonly notices?: readonly Notice[];
}

/** A destination that a program on a machine has to be able to connect to. */
export interface Requirement {
  /** The `id` of the network interface that sends. */
  readonly from: string;
  /** `client -> host:port` */
  readonly subject: string;
  readonly port: number;
}

/** The same interface with its layers changed, in every case. */
export function withWays(nic: NetworkInterface, change: (ways: Ways) => Ways): NetworkInterface {
  const { exact } = nic;
  if (!exact) return { ...nic, ...change(nic) };
  const cases: Exact["cases"] = (port) => exact.cases(port).map((doors) => doors.map(change));
  return { ...nic, ...change(nic), exact: { ...exact, cases } };
}

export function joinEstates(...estates: Estate[]): Estate {
  return {
    interfaces: estates.flatMap((estate) => estate.interfaces),
    definitions: estates.flatMap((estate) => estate.definitions),
    clients: estates.flatMap((estate) => estate.clients ?? []),
    containers: estates.flatMap((estate) => estate.containers ?? []),
    seen: estates.flatMap((estate) => estate.seen ?? []),
    notices: estates.flatMap((estate) => estate.notices ?? []),
  };
}
