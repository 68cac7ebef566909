import type { AddressSet } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import type { Exported, Place, PropertyName } from "./records.js";
import {
  authMechanisms,
  type Binding,
  bindings,
  flags,
  permissionGroups,
  remoteRanges,
  type Seen,
  text,
  truth,
} from "./values.js";

/** A receive connector; undefined stands for a property that was not exported. */
export interface Connector {
  readonly at: string;
  /** The computer that it stands on; exports of an organization hold those of all its servers. */
  readonly server: string | undefined;
  /** What it calls itself in its banner. */
  readonly fqdn: string | undefined;
  readonly enabled: boolean | undefined;
  /** Front End Transport or Transport: two services, each with sockets of its own. */
  readonly role: string | undefined;
  readonly bindings: readonly Binding[];
  readonly ranges: readonly AddressSet[];
  readonly mechanisms: ReadonlySet<keyof typeof authMechanisms> | undefined;
  readonly groups: ReadonlySet<keyof typeof permissionGroups> | undefined;
  readonly requiresTls: boolean | undefined;
  readonly offersKerberos: boolean | undefined;
  readonly rejectsBareLinefeed: boolean | undefined;
  readonly hasOwnBanner: boolean;
  readonly place: Place;
}

/**
 * Reads a connector and holds it against what Set-ReceiveConnector allows together.
 * @param seen what was read of other connectors.
 * @throws InputError for a property that cannot be read, or settings that exclude one another.
 */
export function connectorOf(exported: Exported, seen: Seen): Connector {
  const { at, place } = exported;
  const mechanisms = flags(exported, "AuthMechanism", authMechanisms, seen.mechanisms);
  const groups = flags(exported, "PermissionGroups", permissionGroups, seen.groups);
  const requiresTls = truth(exported, "RequireTLS");
  refuseContradictions({ mechanisms, groups, requiresTls, place });
  return {
    at,
    server: text(exported, "Server") ?? /^([^\\]*)\\[^\\]*$/.exec(text(exported, "Identity") ?? "")?.[1],
    fqdn: text(exported, "Fqdn"),
    enabled: truth(exported, "Enabled"),
    role: text(exported, "TransportRole"),
    bindings: bindings(exported, seen),
    ranges: remoteRanges(exported, seen),
    mechanisms,
    groups,
    requiresTls,
    offersKerberos: truth(exported, "EnableAuthGSSAPI"),
    rejectsBareLinefeed: truth(exported, "BareLinefeedRejectionEnabled"),
    hasOwnBanner: text(exported, "Banner") !== undefined,
    place,
  };
}

/** The dependencies that Set-ReceiveConnector's reference names under -AuthMechanism. */
function refuseContradictions({
  mechanisms,
  groups,
  requiresTls,
  place,
}: Pick<Connector, "mechanisms" | "groups" | "requiresTls" | "place">): void {
  const refuse = (name: PropertyName, problem: string, mend: string) => {
    throw new InputError(place(name), problem, mend);
  };
  if (!mechanisms) return;
  const external = mechanisms.has("ExternalAuthoritative");
  if (mechanisms.has("BasicAuthRequireTLS") && !(mechanisms.has("BasicAuth") && mechanisms.has("Tls")))
    refuse("AuthMechanism", "BasicAuthRequireTLS stands without BasicAuth and Tls", "Add both, or take it away.");
  if (requiresTls && !mechanisms.has("Tls"))
    refuse("RequireTLS", "RequireTLS is true and AuthMechanism lacks Tls", "Add Tls to AuthMechanism.");
  if (external && [...mechanisms].some((each) => each !== "ExternalAuthoritative" && each !== "Tls"))
    refuse("AuthMechanism", "ExternalAuthoritative stands beside another mechanism than Tls", "Take the others away.");
  if (external && groups && !groups.has("ExchangeServers"))
    refuse("PermissionGroups", "ExternalAuthoritative needs the group ExchangeServers", "Add it to PermissionGroups.");
}
