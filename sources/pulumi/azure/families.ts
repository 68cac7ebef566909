import { all, any, isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { Input } from "../input.js";
import { type References, referencesAmong } from "../references.js";
import { inputOf, outputOf, type Resource } from "../resource.js";
import { Ids, openEnds } from "./ids.js";
import type { Nic } from "./interfaces.js";

export type ByFamily = Readonly<Record<"ipv4" | "ipv6", Maybe<boolean>>>;

const nowhere: ByFamily = { ipv4: false, ipv6: false };

/** Which families of public addresses stand at a network interface or at a front end, and of which kind they are. */
export class PublicFamilies {
  private readonly addresses: Ids;

  constructor(resources: readonly Resource[]) {
    this.addresses = new Ids(resources, "publicAddress");
  }

  ofNic({ resource, configurations }: Nic): ByFamily {
    const lists = inputOf(resource, "ipConfigurations");
    if (isUnknown(lists.items())) return { ipv4: unknown(lists.at), ipv6: unknown(lists.at) };
    const given = configurations.filter(({ input }) => !idOf(input).isAbsent);
    const has = (family: "ipv4" | "ipv6") =>
      any(...given.map((each) => mapKnown(each.family, (own) => own === family)));
    return { ipv4: has("ipv4"), ipv6: has("ipv6") };
  }

  /** Standard addresses are closed until a network security group opens them; Basic ones are not. */
  isStandard({ resource, configurations }: Nic): Maybe<boolean> {
    const ids = configurations.map(({ input }) => idOf(input)).filter((each) => !each.isAbsent);
    return this.standard(
      referencesAmong(resource, "ipConfigurations", ids, this.addresses),
      ids[0]?.at ?? resource.urn,
    );
  }

  /** A front end with that name; without a name, the only one there is. */
  ofFrontend(balancer: Resource, name: string | undefined, at: string): ByFamily {
    const list = listOf(balancer);
    const items = list.items() ?? [];
    if (isUnknown(items)) return { ipv4: items, ipv6: items };
    const called = items.filter((each) => sameName(each.member("name").text(), name));
    const candidates = name === undefined ? items : called;
    if (candidates.length !== 1) return candidates.length === 0 ? nowhere : { ipv4: unknown(at), ipv6: unknown(at) };
    const [frontend] = candidates as [Input];
    const prefix = [frontend.member("publicIPPrefix"), frontend.member("publicIpPrefixId")].find(
      (each) => !each.isAbsent,
    );
    if (prefix) return { ipv4: unknown(prefix.at), ipv6: unknown(prefix.at) };
    const id = idOf(frontend);
    if (id.isAbsent) return nowhere;
    const found = referencesAmong(balancer, propertyOf(balancer), [id], this.addresses);
    return this.familiesOf(found, id.at);
  }

  private familiesOf({ certain, ...rest }: References, at: string): ByFamily {
    const [address] = certain;
    const open = openEnds({ certain, ...rest }, at);
    if (!address) return { ipv4: unknown(...open), ipv6: unknown(...open) };
    const version = given(address, ["publicIPAddressVersion", "ipVersion"]) ?? "IPv4";
    const is = (wanted: string) => mapKnown(version, (text) => text.toLowerCase() === wanted);
    return { ipv4: is("ipv4"), ipv6: is("ipv6") };
  }

  private standard({ certain, ...rest }: References, at: string): Maybe<boolean> {
    const open = openEnds({ certain, ...rest }, at);
    const known = certain.map(isStandard);
    return all(...known, ...(open.length > 0 ? [unknown(...open)] : []));
  }
}

/** Whether it is of the kind Standard and not Basic. */
export function isStandard(resource: Resource): Maybe<boolean> {
  return mapKnown(skuOf(resource), (name) => name.toLowerCase() !== "basic");
}

/** Left out of the program, it is what was reported at the last deployment, or not known. */
export function skuOf(resource: Resource): Maybe<string> {
  const names = ["sku", "skuName"].flatMap((name) => [inputOf(resource, name), outputOf(resource, name)]);
  const texts = names.flatMap((one) => (one.isAbsent ? [] : [nameIn(one)]));
  return texts.find((one) => one !== undefined && !isUnknown(one)) ?? unknown(inputOf(resource, "sku").at);
}

/** `{ name }` in azure-native, a text in the classic provider. */
function nameIn(sku: Input): Maybe<string> | undefined {
  return sku.names().length > 0 ? sku.member("name").text() : sku.text();
}

/** The id of the public address, of an IP configuration or a front end. */
export function idOf(holder: Input): Input {
  const nested = holder.member("publicIPAddress");
  const classic = holder.member("publicIpAddressId");
  return nested.isAbsent ? (classic.isAbsent ? nested : classic) : nested.member("id");
}

function propertyOf(balancer: Resource): string {
  return inputOf(balancer, "frontendIPConfigurations").isAbsent
    ? "frontendIpConfigurations"
    : "frontendIPConfigurations";
}

function listOf(balancer: Resource): Input {
  return inputOf(balancer, propertyOf(balancer));
}

function given(resource: Resource, names: readonly string[]): Maybe<string> | undefined {
  return names.map((name) => inputOf(resource, name).text()).find((text) => text !== undefined);
}

function sameName(text: Maybe<string> | undefined, name: string | undefined): boolean {
  return typeof text === "string" && text.toLowerCase() === name?.toLowerCase();
}
