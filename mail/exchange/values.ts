import { AddressSet } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import { onceFor } from "../../model/once.js";
import type { Exported, PropertyName } from "./records.js";

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

/** What texts were read as: connectors have most of theirs in common. */
export class Seen {
  readonly mechanisms = new Map<unknown, ReadonlySet<keyof typeof authMechanisms>>();
  readonly groups = new Map<unknown, ReadonlySet<keyof typeof permissionGroups>>();
  /** Undefined: no address, block or range. */
  readonly rangeOf = onceFor((word: string) => parsedRange(word.replaceAll(/%[\w.]+/g, "")));
}

/** A text without what a deserialised enumeration is wrapped in (`{"value": 1, "Value": "Tls"}`). */
function unwrapped(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { Value, value: number } = value as Record<string, unknown>;
  return Value ?? number ?? value;
}

/**
 * The members of an enumeration of flags: a number, names, or both forms in one.
 * @param seen what values were read as.
 * @returns undefined where the property was not exported.
 * @throws InputError for a member that is not known.
 */
export function flags<Name extends string>(
  exported: Exported,
  name: PropertyName,
  known: Readonly<Record<Name, number>>,
  seen: Map<unknown, ReadonlySet<Name>>,
): ReadonlySet<Name> | undefined {
  const value = propertyOf(exported, name);
  if (value === undefined) return undefined;
  const found = seen.get(value) ?? membersOf(value, exported, name, known);
  if (typeof value !== "object") seen.set(value, found);
  return found;
}

function membersOf<Name extends string>(
  value: unknown,
  exported: Exported,
  name: PropertyName,
  known: Readonly<Record<Name, number>>,
): ReadonlySet<Name> {
  const members = Object.entries(known) as [Name, number][];
  const found = new Set<Name>();
  const wrong = () =>
    new InputError(
      exported.place(name),
      `${name} has a member that is not known`,
      `Expected None or some of ${members.map(([member]) => member).join(", ")}.`,
    );
  const parts = [unwrapped(value)].flat().flatMap((part) => (typeof part === "string" ? part.split(",") : part));
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
export function truth(exported: Exported, name: PropertyName): boolean | undefined {
  const value = propertyOf(exported, name);
  if (value === undefined || typeof value === "boolean") return value;
  const word = String(value).toLowerCase();
  if (word !== "true" && word !== "false")
    throw new InputError(exported.place(name), `${name} is neither true nor false`, "Export the connectors anew.");
  return word === "true";
}

/** A property's text, without space around it; undefined where there is none. */
export function text(exported: Exported, name: PropertyName): string | undefined {
  const value = unwrapped(propertyOf(exported, name));
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
export function bindings(exported: Exported, seen: Seen): Binding[] {
  const at = exported.place("Bindings");
  const words = list(exported, "Bindings", ({ Address, Port }) => `[${String(Address)}]:${String(Port)}`);
  return words.map((word) => {
    const [, six, four, port] = /^(?:\[([^\]\s]*)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(word) ?? [];
    const address = single(six ?? four ?? "", seen);
    if (!address || Number(port) < 1 || Number(port) > 65535) throw unreadable(exported, "Bindings");
    return { address, port: Number(port), at };
  });
}

/** The clients that each of the remote ranges names. @throws InputError for what is no address, block or range. */
export function remoteRanges(exported: Exported, seen: Seen): readonly AddressSet[] {
  const join = ({ LowerBound, UpperBound }: Readonly<Record<string, unknown>>) => `${LowerBound}-${UpperBound}`;
  return list(exported, "RemoteIPRanges", join).map((word) => {
    const range = seen.rangeOf(word);
    if (!range) throw unreadable(exported, "RemoteIPRanges");
    return range;
  });
}

/** `a`, `a-b`, `a/24` and `a(255.255.255.0)`. */
function parsedRange(word: string): AddressSet | undefined {
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

function single(word: string, seen: Seen): AddressSet | undefined {
  return word.includes("/") ? undefined : seen.rangeOf(word);
}

/** The texts of a list: an array, or one text with commas or spaces, in braces or not. */
function list(
  exported: Exported,
  name: PropertyName,
  ofObject: (parts: Readonly<Record<string, unknown>>) => string,
): readonly string[] {
  const words = [propertyOf(exported, name) ?? ""].flat().flatMap((part) => {
    if (typeof part === "object" && part !== null) return ofObject(part as Record<string, unknown>);
    return String(part ?? "").match(/[^\s,;{}]+/g) ?? [];
  });
  if (words.length === 0) throw unreadable(exported, name);
  return words;
}

/** Undefined where it was not exported, or is empty. */
function propertyOf(exported: Exported, name: PropertyName): unknown {
  const value = exported.value(name);
  return value === null || value === "" ? undefined : value;
}

function unreadable(exported: Exported, name: PropertyName): InputError {
  return new InputError(
    exported.place(name),
    `${name} is missing or cannot be read`,
    `Export it as text: Get-ReceiveConnector | Select-Object *,@{n='${name}';e={$_.${name} -join ','}} -ExcludeProperty ${name} | ConvertTo-Json.`,
  );
}
