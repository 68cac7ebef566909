import { getServers } from "node:dns";
import type { CaaData, DecodedPacket, MxData, SrvData, TlsaData } from "dns-packet";
import type { Dnssec } from "../../model/fact.js";
import { isIP } from "../../model/ip-version.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import { exchange, type NameServer } from "./exchange.js";

export type { NameServer } from "./exchange.js";

/** What a record of each type holds. */
interface Data {
  A: string;
  AAAA: string;
  CAA: CaaData;
  MX: MxData;
  PTR: string;
  SRV: SrvData;
  TLSA: TlsaData;
  TXT: Buffer[];
}
type RecordType = keyof Data;

/** What one question brought. No records and no failure: there are none of this type. */
export interface Answer<T extends RecordType> {
  readonly records: readonly Data[T][];
  readonly state: Maybe<Dnssec>;
  /** Why nothing is known; then there are no records. */
  readonly failure?: string;
  /** Nobody answered at all. */
  readonly silent?: boolean;
  /** `127.0.0.1:53`, or none that answered. */
  readonly server: string;
}

const patience = { each: 2_000, all: 6_000 };
/** Of one answer; a sound one has a handful. */
const mostRecords = 100;
const failed = { 0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED" } as const;

/**
 * Asks recursive servers for records and for the state of DNSSEC, each question once. Its own part is small: a validator
 * says `secure` (AD) and refuses what is bogus (SERVFAIL, yet an answer when checking is switched off).
 */
export class Resolver {
  private readonly known = new Map<string, Promise<Answer<RecordType>>>();
  private readonly validates = new Map<NameServer, Promise<boolean>>();
  private readonly servers: readonly NameServer[];
  /** Named by the user, who then vouches for it and for the way to it. */
  readonly named: boolean;

  constructor(named?: NameServer) {
    this.named = named !== undefined;
    this.servers = named ? [named] : systemServers();
  }

  /** Never rejects: what goes wrong is part of the answer. */
  ask<T extends RecordType>(name: string, type: T): Promise<Answer<T>> {
    const key = `${type} ${name.toLowerCase()}`;
    const known = this.known.get(key) ?? this.find(name, type);
    this.known.set(key, known);
    return known as unknown as Promise<Answer<T>>;
  }

  private async find(name: string, type: RecordType): Promise<Answer<RecordType>> {
    if (name.length > 253 || name.split(".").some((label) => label.length > 63)) {
      const why = `${name.slice(0, 70)}… is too long for a name of the DNS`;
      return { records: [], state: unknown(why), failure: why, server: "none" };
    }
    const until = performance.now() + patience.all;
    let why = "this machine has no DNS server";
    for (const server of [...this.servers, ...this.servers]) {
      const ms = Math.min(patience.each, until - performance.now());
      if (ms <= 0) break;
      try {
        const packet = await exchange(server, { type, name, class: "IN" }, false, ms);
        return await this.read(server, packet, name, type);
      } catch (error) {
        why = `${place(server)}: ${(error as Error).message}`;
      }
    }
    return { records: [], state: unknown(why), failure: why, silent: true, server: "none" };
  }

  private async read(
    server: NameServer,
    packet: DecodedPacket,
    name: string,
    type: RecordType,
  ): Promise<Answer<RecordType>> {
    const rcode = codeOf(packet);
    if (rcode === 0 || rcode === 3)
      return { ...contentOf(packet, type, server), state: await this.stateOf(server, packet) };
    const why = `${place(server)} answers ${failed[rcode as keyof typeof failed] ?? `code ${rcode}`} to ${name} ${type}`;
    if (rcode === 2) {
      // A validator that finds a lie says SERVFAIL; with CD it hands the lie out (RFC 4035 section 3.2.2).
      const unchecked = await exchange(server, { type, name, class: "IN" }, true, patience.each).catch(() => undefined);
      if (unchecked && [0, 3].includes(codeOf(unchecked)))
        return { ...contentOf(unchecked, type, server), state: "bogus" as const };
    }
    return { records: [], state: unknown(why), failure: why, server: place(server) };
  }

  /** Without AD a zone is unsigned only for a server that validates at all: one that shows AD for the signed root. */
  private async stateOf(server: NameServer, packet: DecodedPacket): Promise<Maybe<Dnssec>> {
    const who = place(server);
    if (packet.flag_ad)
      return this.named || isLoopback(server.address)
        ? "secure"
        : unknown(`${who} says secure, across a network that can change it: a validating resolver on this machine`);
    const known = this.validates.get(server) ?? showsAd(server);
    this.validates.set(server, known);
    return (await known) ? "insecure" : unknown(`${who} does not validate: a validating resolver`);
  }
}

/** `127.0.0.1:53`, `[::1]:53`. */
export function place({ address, port }: NameServer): string {
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

async function showsAd(server: NameServer): Promise<boolean> {
  const root = await exchange(server, { type: "SOA", name: ".", class: "IN" }, false, patience.each).catch(
    () => undefined,
  );
  return root?.flag_ad === true;
}

function contentOf(packet: DecodedPacket, type: RecordType, server: NameServer) {
  const records = (packet.answers ?? []).filter((each) => each.type === type).slice(0, mostRecords);
  return {
    records: records.map((each) => (each as unknown as { data: Data[RecordType] }).data),
    server: place(server),
  };
}

function codeOf({ flags = 0 }: DecodedPacket): number {
  return flags & 0xf;
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}

/** The first two that the system is set to use. */
function systemServers(): NameServer[] {
  return getServers()
    .slice(0, 2)
    .flatMap((text) => {
      const [, address = text, port = "53"] =
        /^\[([^\]]+)\]:(\d+)$/.exec(text) ?? /^(\d+\.\d+\.\d+\.\d+):(\d+)$/.exec(text) ?? [];
      return isIP(address) ? [{ address, port: Number(port) }] : [];
    });
}
