import type { Maybe } from "../../../../model/maybe.js";
import type { FilterRule } from "../../../../model/network.js";
import type { PartialSet } from "../../../../model/partial.js";
import type { PortSet } from "../../../../model/ports.js";
import type { Input } from "../../input.js";
import type { Resource } from "../../resource.js";
import type { Nic } from "../interfaces.js";
import type { PortsAt } from "../rules.js";
import type { Firewall } from "./firewalls.js";

export const firewallLayerName = "Azure Firewall";

/** A network rule of a firewall, or the part of an application rule that may carry SMTP. */
export interface FirewallRule {
  /** Where it stands. */
  readonly at: string;
  readonly protocol: FilterRule["protocol"];
  readonly from: PartialSet;
  readonly to: PartialSet;
  readonly ports: readonly PortsAt[];
}

/** A DNAT rule: what comes to an address of the firewall goes on to another address. */
export interface TranslationRule extends Omit<FirewallRule, "to"> {
  readonly holder: Resource;
  /** The top-level input of the holder in which it stands. */
  readonly property: string;
  readonly destinations: readonly Input[];
  /** Inputs that leave open for which addresses of the firewall it is. */
  readonly missing: readonly string[];
  readonly address: Input;
  /** Given in place of the address: whom it means, the firewall asks the DNS. */
  readonly name: Input;
  /** The port behind; undefined: the same as before. */
  readonly target: Maybe<number> | undefined;
  /** What leaves open whether the firewall follows it at all. */
  readonly doubts: readonly string[];
}

/** A port at a public address of a firewall, and where it leads. */
export interface Translation {
  readonly firewall: Firewall;
  readonly at: string;
  /** Whether it is for TCP and followed at all. */
  readonly condition: Maybe<boolean>;
  /** Where it says for which addresses of the firewall it is. */
  readonly places: readonly AddressPlace[];
  /** Whether it stands, at a public address of the firewall and for TCP. */
  readonly stands: Maybe<boolean>;
  /** Who is let in: what it translates, no other rule is asked about. */
  readonly from: PartialSet;
  readonly listen: Maybe<PortSet>;
  /** The port behind; undefined: the same as before. */
  readonly target: Maybe<number> | undefined;
  readonly leadsTo: (nic: Nic) => Maybe<boolean>;
  /** The addresses of the firewall for which it is; undefined for one that is not known. */
  readonly destinations: readonly (string | undefined)[];
}

/** A text that names addresses of the firewall. */
export interface AddressPlace {
  /** What it names; undefined for what is not known. */
  readonly keys: readonly (string | undefined)[];
  /** Whether one of them is a public address of the firewall. */
  readonly isPublic: Maybe<boolean>;
  /** Of a text that is not known: all that it may name. */
  readonly values?: readonly (readonly string[])[];
}

/** A rule collection: its rules share action and priority. */
export interface Collection {
  readonly at: string;
  /** Within its level; where groups make one level together, that of the group counts before its own. */
  readonly priority: Maybe<number>;
  readonly action: Maybe<"allow" | "deny">;
  readonly network: readonly FirewallRule[];
  readonly translations: readonly TranslationRule[];
  /** Application rules for TLS: SMTP that speaks TLS from the first byte may pass by them, anything else does not. */
  readonly tls: readonly FirewallRule[];
}

/** What a firewall is told to do: its own rules, or those of its policy and of the policies that this inherits from. */
export interface Engine {
  /** In order: a group after the other, a child's rules after all of its parent's, whatever their priorities are. */
  readonly levels: readonly (readonly Collection[])[];
  /** Inputs that may add rules anywhere. */
  readonly missing: readonly string[];
  /** Whether it denies what Microsoft's threat intelligence names. */
  readonly denies: Maybe<boolean>;
  readonly deniesAt: string;
}
