import { AddressSet } from "../../../model/addresses.js";
import { InputError } from "../../../model/errors.js";
import { isUnknown } from "../../../model/maybe.js";
import { exactly, nobody, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import type { Input } from "../input.js";
import { inputOf, knownId, type Resource } from "../resource.js";
import { type Accounts, type Labels, tagsOf } from "./labels.js";
import { type Networks, type Place, reportedInterface } from "./networks.js";
import type { SecureTags } from "./secure-tags.js";

export const instanceType = "gcp:compute/instance:Instance";

export const everyIpv4 = AddressSet.of("0.0.0.0/0");
export const everyIpv6 = AddressSet.of("::/0");

/** Whom a firewall rule may be for: an interface of an instance, or one imagined as the rule's target. */
export interface Target {
  readonly place: Place;
  readonly tags: Labels;
  readonly accounts: Labels;
  readonly secureTags: Labels;
  /** The instance, for what depends on its project and zone. */
  readonly resource?: Resource;
  /** Its addresses as rules see them: the internal ones, and the IPv6 ones. */
  readonly addresses: PartialSet;
}

export interface Nic extends Target {
  readonly resource: Resource;
  readonly id: string;
  readonly name: string;
  readonly cloudId?: string;
  readonly input: Input;
}

/** The interfaces of an instance, in order; the first has the instance's own name. */
export function nicsOf(instance: Resource, networks: Networks, accounts: Accounts, secure: SecureTags): Nic[] {
  const holder = inputOf(instance, "networkInterfaces");
  const items = holder.items() ?? [];
  const tags = tagsOf(inputOf(instance, "tags"));
  const account = inputOf(instance, "serviceAccount");
  const carried = accountOf(instance, account, accounts);
  const secureTags = secure.carriedBy(instance);
  const cloudId = knownId(instance);
  return (isUnknown(items) ? [holder] : items).map((input, i): Nic => {
    const names =
      i === 0 ? { id: instance.urn, name: instance.name } : { id: input.at, name: `${instance.name} nic${i}` };
    return {
      ...names,
      ...(i === 0 && cloudId !== undefined ? { cloudId } : {}),
      resource: instance,
      input,
      place: networks.ofInterface(instance, input, i),
      tags,
      accounts: carried,
      secureTags,
      addresses: addressesOf(instance, input, i),
    };
  });
}

/** Without a block there is none; a block without an email is the project's default account, known after deployment. */
function accountOf(instance: Resource, block: Input, accounts: Accounts): Labels {
  if (block.isAbsent) return { known: new Set(), missing: [] };
  const email = block.member("email");
  return email.isAbsent ? { known: new Set(), missing: [email.at] } : accounts.one(instance, "serviceAccount", email);
}

function addressesOf(instance: Resource, nic: Input, index: number): PartialSet {
  const reported = reportedInterface(instance, index);
  const value = (name: string) => [nic.member(name), reported?.member(name)];
  return unionOf(
    addressAmong(value("networkIp"), everyIpv4),
    ipv6Of(value("stackType"), value("ipv6Address"), value("ipv6AccessConfigs")),
  );
}

function ipv6Of(
  stack: readonly (Input | undefined)[],
  internal: readonly (Input | undefined)[],
  external: readonly (Input | undefined)[],
): PartialSet {
  const stated = stack.map((each) => each?.text()).find((text) => text !== undefined);
  const given = (inputs: readonly (Input | undefined)[]) => inputs.some((each) => each !== undefined && !each.isAbsent);
  const outside = given(external) ? externalIpv6(external) : nobody;
  const dual = stated !== undefined && stated !== "IPV4_ONLY";
  if (given(internal)) return unionOf(addressAmong(internal, everyIpv6), outside);
  return dual && !given(external) ? addressAmong(internal, everyIpv6) : outside;
}

/** The address that the program asks for, or the one reported at the last deployment. */
function externalIpv6(lists: readonly (Input | undefined)[]): PartialSet {
  const addresses = lists.flatMap((list) => {
    const items = list?.items() ?? [];
    return isUnknown(items) ? [] : items.map((each) => each.member("externalIpv6"));
  });
  return addresses.length > 0 ? addressAmong(addresses, everyIpv6) : undecidedSet([lists[0]?.at ?? ""], everyIpv6);
}

/** The first of the inputs that is known; when none is, any address of the family. */
function addressAmong(inputs: readonly (Input | undefined)[], family: AddressSet): PartialSet {
  for (const each of inputs) {
    const text = each?.text();
    if (each && typeof text === "string" && text !== "") return exactly(block(each));
  }
  return undecidedSet([inputs[0]?.at ?? ""], family);
}

/** @throws InputError when the text is no address block. */
export function block(input: Input): AddressSet {
  const text = input.text();
  try {
    return AddressSet.of(typeof text === "string" ? text : "");
  } catch (error) {
    throw new InputError(input.at, (error as RangeError).message, "Write it as `192.0.2.0/24` or `2001:db8::/32`.");
  }
}
