import { AddressSet } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import type { Maybe } from "../../model/maybe.js";
import { addressesOf } from "../sockets.js";
import { stops, Undecided } from "./syntax.js";

/** The value a line gives, and where; `file`: the path of a value read from a file (`key = </path`). */
export interface Setting {
  readonly value: Maybe<string>;
  readonly at: string;
  readonly file?: string;
  /** 2.4: what blocks add to a list or take away from it, in the order in which it was named first. */
  readonly adds?: Map<string, boolean>;
  /** They begin with the words of a list of its own. */
  readonly isWhole?: true;
}

/** A network as `local` and `remote` name it. A mask of 0 bits matches everyone, of either family. */
export interface Network {
  readonly set: AddressSet;
  readonly bits: number;
}

/** To which connections a block's settings apply. */
export interface Mask {
  readonly service?: string;
  readonly local?: Network;
  readonly localName?: string;
  readonly remote?: Network;
  /** 2.4: the block of which there is one that the settings stand in, `ssl_server`. */
  readonly within?: string;
}

/** `protocol`, `local`, `local_name` and `remote` blocks with the same mask, merged; the first is the file's top level. */
export interface Filter {
  readonly mask: Mask;
  readonly parent?: Filter;
  /** By name; settings of sections by path (`service/auth/unix_listener/login/mode`). */
  readonly settings: Map<string, Setting>;
}

const mostFilters = 200;

/** Every filter of a configuration once, the top level first, then in the order in which they begin. */
export class FilterList {
  readonly root: Filter = { mask: {}, settings: new Map() };
  readonly filters: [Filter, ...Filter[]] = [this.root];

  /** @throws as maskOf; InputError for too many. */
  open(key: string, name: string, parent: Filter, at: string): Filter {
    return this.add(maskOf(key, name, parent.mask, at), parent, at);
  }

  /** The one with this mask. @throws InputError for too many. */
  add(mask: Mask, parent: Filter, at: string): Filter {
    const known = this.filters.find((each) => sameMask(each.mask, mask));
    if (known) return known;
    if (this.filters.length >= mostFilters)
      throw new InputError(
        at,
        `the files hold more than ${mostFilters} different blocks`,
        "Join local and remote blocks.",
      );
    const opened = { mask, parent, settings: new Map<string, Setting>() };
    this.filters.push(opened);
    return opened;
  }
}

const filterKeys = ["protocol", "local", "local_name", "remote"];

export function isFilter(key: string): boolean {
  return filterKeys.includes(key);
}

/**
 * The mask of a block inside another (src/config/config-parser.c, config_filter_add_new_filter).
 * @throws Stops for an order of blocks that Dovecot refuses; Undecided for a host name.
 */
export function maskOf(key: string, name: string, parent: Mask, at: string): Mask {
  if (parent.service !== undefined) throw stops(at, `protocol { ${key} { } } is not allowed`);
  if (key === "protocol") return { ...parent, service: name };
  if (key !== "remote" && parent.remote) throw stops(at, `remote { ${key} { } } is not allowed`);
  if (key === "local" && parent.localName !== undefined) throw stops(at, "local_name { local { } } is not allowed");
  if (key === "local_name") return { ...parent, localName: name };
  const network = networkOf(name);
  if (!network) throw new Undecided([`the addresses of the host name in ${key}`], at);
  const outer = key === "local" ? parent.local : parent.remote;
  if (outer && outer.bits > 0 && !outer.set.contains(network.set))
    throw stops(at, `a ${key} block lies in one of another network`);
  return key === "local" ? { ...parent, local: network } : { ...parent, remote: network };
}

/** `192.0.2.0/24`, or one address. */
export function networkOf(text: string): Network | undefined {
  const set = addressesOf(text);
  const [, bits] = /\/(\d{1,3})$/.exec(text) ?? [];
  if (!set || (text.includes("/") && bits === undefined)) return undefined;
  return { set, bits: bits === undefined ? (text.includes(":") ? 128 : 32) : Number(bits) };
}

export function sameMask(one: Mask, other: Mask): boolean {
  const same = (a?: Network, b?: Network) => a?.bits === b?.bits && (a?.set ?? none).equals(b?.set ?? none);
  return (
    one.service === other.service &&
    one.within === other.within &&
    one.localName?.toLowerCase() === other.localName?.toLowerCase() &&
    same(one.local, other.local) &&
    same(one.remote, other.remote)
  );
}

const none = AddressSet.empty;

/** A connection as far as filters tell it apart; before a client is there, neither address is. */
export interface Connection {
  readonly protocol?: string;
  readonly local?: AddressSet;
  readonly remote?: AddressSet;
  readonly within?: string;
}

export function applies({ service, local, localName, remote, within }: Mask, to: Connection): boolean {
  // The name of SNI is not there before TLS; it changes certificates.
  if (localName !== undefined) return false;
  if (within !== undefined && within !== to.within) return false;
  if (service !== undefined && !fitsProtocol(service, to.protocol)) return false;
  return fitsNetwork(local, to.local) && fitsNetwork(remote, to.remote);
}

function fitsProtocol(service: string, protocol: string | undefined): boolean {
  if (protocol === undefined) return false;
  return service.startsWith("!") ? service.slice(1) !== protocol : service === protocol;
}

function fitsNetwork(network: Network | undefined, address: AddressSet | undefined): boolean {
  if (!network || network.bits === 0) return true;
  return address !== undefined && network.set.contains(address);
}

/** The most specific first, as Dovecot sorts them; of equals the one written first. */
export function bySpecificity(filters: readonly Filter[]): Filter[] {
  const key = ({ mask }: Filter) => [mask.local?.bits ?? 0, mask.remote?.bits ?? 0, mask.service === undefined ? 0 : 1];
  return [...filters].sort((a, b) => {
    const [one, other] = [key(a), key(b)];
    const differs = one.findIndex((each, i) => each !== other[i]);
    return differs < 0 ? 0 : (other[differs] as number) - (one[differs] as number);
  });
}

/** 2.4: the one that begins last first, and before all others what stands in a block of which there is one. */
export function byOrder(filters: readonly Filter[]): Filter[] {
  const isWithin = ({ mask }: Filter) => Number(mask.within !== undefined);
  return [...filters].reverse().sort((a, b) => isWithin(b) - isWithin(a));
}

/** Where two filters match the same connection and neither contains the other, both may not set the same thing. */
export function isSuperset(wide: Mask, narrow: Mask): boolean {
  return (
    (wide.local?.bits ?? 0) <= (narrow.local?.bits ?? 0) &&
    (wide.remote?.bits ?? 0) <= (narrow.remote?.bits ?? 0) &&
    (wide.service === undefined || narrow.service !== undefined)
  );
}
