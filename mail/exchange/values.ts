import { AddressSet } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import type { Exported, Property } from "./records.js";

/** The bits of `AuthMechanisms`, as `ConvertTo-Json` writes enumerations. */
export const authMechanisms = {
  Tls: 1,
  Integrated: 2,
  BasicAuth: 4,
  BasicAuthRequireTLS: 8,
  ExchangeServer: 16,
  ExternalAuthoritative: 32,
} as const;

/** The bits of `PermissionGroups`. */
export const permissionGroups = {
  AnonymousUsers: 1,
  ExchangeUsers: 2,
  ExchangeServers: 4,
  ExchangeLegacyServers: 8,
  Partners: 16,
  Custom: 32,
} as const;

/** A text without what a deserialised enumeration is wrapped in (`{"value": 1, "Value": "Tls"}`). */
function unwrapped(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { Value, value: number } = value as Record<string, unknown>;
  return Value ?? number ?? value;
}

/**
 * The members of an enumeration of flags: a number, names, or both forms in one.
 * @returns undefined where the property was not exported.
 * @throws InputError for a member that is not known.
 */
export function flags<Name extends string>(
  exported: Exported,
  name: string,
  known: Readonly<Record<Name, number>>,
): ReadonlySet<Name> | undefined {
  const property = propertyOf(exported, name);
  if (!property) return undefined;
  const members = Object.entries(known) as [Name, number][];
  const found = new Set<Name>();
  const wrong = () =>
    new InputError(
      property.at,
      `${name} has a member that is not known`,
      `Expected None or some of ${members.map(([member]) => member).join(", ")}.`,
    );
  const parts = [unwrapped(property.value)]
    .flat()
    .flatMap((part) => (typeof part === "string" ? part.split(",") : part));
  for (const part of parts) {
    const word = typeof part === "string" ? part.trim() : part;
    const bits = typeof word === "string" && /^\d{1,9}$/.test(word) ? Number(word) : word;
    if (typeof bits === "number") {
      if (!Number.isInteger(bits) || bits < 0 || bits >= 64) throw wrong();
      for (const [member, bit] of members) if (bits & bit) found.add(member);
    } else if (typeof word !== "string") throw wrong();
    else if (word.toLowerCase() !== "none") {
      const member = members.find(([each]) => each.toLowerCase() === word.toLowerCase());
      if (!member) throw wrong();
      found.add(member[0]);
    }
  }
  return found;
}

/** @returns undefined where the property was not exported. @throws InputError for anything but a truth value. */
export function truth(exported: Exported, name: string): boolean | undefined {
  const property = propertyOf(exported, name);
  if (!property) return undefined;
  const word = String(property.value).toLowerCase();
  if (word !== "true" && word !== "false")
    throw new InputError(property.at, `${name} is neither true nor false`, "Export the connectors anew.");
  return word === "true";
}

/** A property's text, without space around it; undefined where there is none. */
export function text(exported: Exported, name: string): string | undefined {
  const value = unwrapped(propertyOf(exported, name)?.value);
  if (typeof value === "object") return undefined;
  const word = String(value ?? "").trim();
  return word === "" ? undefined : word;
}

/** A local address and port that a connector listens on. */
export interface Binding {
  readonly address: AddressSet;
  readonly port: number;
  readonly at: string;
}

/** @throws InputError for what is no `address:port`. */
export function bindings(exported: Exported): Binding[] {
  const { words, at } = list(exported, "Bindings", ({ Address, Port }) => `[${String(Address)}]:${String(Port)}`);
  return words.map((word) => {
    const [, six, four, port] = /^(?:\[([^\]\s]*)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(word) ?? [];
    const address = single(six ?? four ?? "");
    if (!address || Number(port) < 1 || Number(port) > 65535) throw unreadable("Bindings", at);
    return { address, port: Number(port), at };
  });
}

/** The clients that each of the remote ranges names. @throws InputError for what is no address, block or range. */
export function remoteRanges(exported: Exported): { readonly ranges: readonly AddressSet[]; readonly at: string } {
  const join = ({ LowerBound, UpperBound }: Readonly<Record<string, unknown>>) => `${LowerBound}-${UpperBound}`;
  const { words, at } = list(exported, "RemoteIPRanges", join);
  const ranges = words.map((word) => {
    const range = rangeOf(word.replaceAll(/%[\w.]+/g, ""));
    if (!range) throw unreadable("RemoteIPRanges", at);
    return range;
  });
  return { ranges, at };
}

/** `a`, `a-b`, `a/24` and `a(255.255.255.0)`. */
function rangeOf(word: string): AddressSet | undefined {
  try {
    const [, from, to] = /^([^-]+)-([^-]+)$/.exec(word) ?? [];
    if (from !== undefined && to !== undefined) return AddressSet.range(from, to);
    const [, base, mask] = /^([\d.]+)\(([\d.]+)\)$/.exec(word) ?? [];
    if (base !== undefined && mask !== undefined) return AddressSet.of(`${base}/${prefixOf(mask)}`);
    return AddressSet.of(word);
  } catch {
    return undefined;
  }
}

/** @throws RangeError for a mask with holes. */
function prefixOf(mask: string): number {
  const bits = mask
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
  if (!/^1*0*$/.test(bits) || bits.length !== 32) throw new RangeError("the mask has holes");
  return bits.lastIndexOf("1") + 1;
}

function single(word: string): AddressSet | undefined {
  return word.includes("/") ? undefined : rangeOf(word);
}

/** The texts of a list: an array, or one text with commas or spaces, in braces or not. */
function list(
  exported: Exported,
  name: string,
  ofObject: (parts: Readonly<Record<string, unknown>>) => string,
): { readonly words: readonly string[]; readonly at: string } {
  const property = propertyOf(exported, name);
  if (!property) throw unreadable(name, exported.at);
  const words = [property.value].flat().flatMap((part) => {
    if (typeof part === "object" && part !== null) return ofObject(part as Record<string, unknown>);
    return String(part ?? "")
      .replaceAll(/[{}]/g, " ")
      .split(/[\s,;]+/)
      .filter((word) => word !== "");
  });
  if (words.length === 0) throw unreadable(name, property.at);
  return { words, at: property.at };
}

function propertyOf(exported: Exported, name: string): Property | undefined {
  const property = exported.properties.get(name.toLowerCase());
  return property === undefined || property.value === null || property.value === "" ? undefined : property;
}

function unreadable(name: string, at: string): InputError {
  return new InputError(
    at,
    `${name} is missing or cannot be read`,
    `Export it as text: Get-ReceiveConnector | Select-Object *,@{n='${name}';e={$_.${name} -join ','}} -ExcludeProperty ${name} | ConvertTo-Json.`,
  );
}
