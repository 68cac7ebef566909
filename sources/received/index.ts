import { readFile, stat } from "node:fs/promises";
import { AddressSet } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import type { Evidence } from "../../model/evidence.js";
import type { FactOf, FactValues } from "../../model/fact.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import { journeyOf } from "../../model/test-message.js";
import { type Field, headerOf } from "./header.js";
import { promiseOf, traceOf } from "./trace.js";

/** Bytes; the test message is small, and what its way adds is bounded too. */
const longest = 1_000_000;
const mend = "Save the message with all its fields as it stands in the mailbox (“show original”), and name that file.";

/** The port that a test message went through, and what its Received line says, in one fact. */
export interface Arrived {
  readonly through: string;
  readonly fact: FactOf<"receivedLine">;
  readonly says: string;
}

/**
 * Reads a test message of `check --send-test` as it arrived.
 * @param path a file, or `-` for standard input.
 * @throws InputError where it cannot be read or is no such message.
 */
export async function readReceived(path: string): Promise<Arrived> {
  const name = path === "-" ? "standard input" : path;
  const fields = headerOf(await textOf(path, name));
  const journey = journeyOf(fields);
  if (!journey || !/^[\w.:[\]-]{1,260}$/.test(journey.through))
    throw new InputError(name, "is no test message of port587", mend);
  const { through, token } = journey;
  const lines = fields.filter(([field]) => field === "received").map(([, value]) => traceOf(value));
  // The lowest was written first: by the server that took the message from us, unless it hides its clients.
  const lowest = lines.findLastIndex(
    ({ from, by }) => from.includes(journey.ehlo) || by.toLowerCase() === hostOf(through),
  );
  const line = lines[lowest];
  const of = `Received line ${lowest + 1} of ${lines.length}`;
  const kept = idKept(fields, token) ? "its Message-ID is ours" : "its Message-ID was replaced on the way";
  const told = (value: Maybe<FactValues["receivedLine"]>, says: string): Arrived => {
    const at = line ? `${name}: ${of}` : name;
    const evidence: Evidence[] = [{ kind: "wire", at, says: `${says}; ${kept}` }];
    const fact: FactOf<"receivedLine"> = {
      ...{ subject: through, name: "receivedLine", from: AddressSet.everything, value },
      ...{ origin: "observed", evidence },
    };
    return { through, fact: fact, says: `${says}; ${kept}` };
  };
  if (!line) {
    const why = `none of its ${lines.length} Received lines is by ${hostOf(through)} or names the client`;
    return told(unknown(why), why);
  }
  const promise = promiseOf(line.with);
  const says = [
    line.with === "" ? "names no protocol" : `with ${line.with}`,
    ...(line.tls === undefined ? [] : [line.tls]),
    line.discloses.length > 0
      ? `discloses the client's ${line.discloses.join(" and ")}`
      : "discloses nothing of the client",
  ].join(", ");
  if (!promise) return told(unknown(`a protocol of RFC 3848 in the Received line (${says})`), says);
  const sameTls = line.tls === undefined ? unknown("a TLS version in the Received line") : line.tls === journey.tls;
  return told({ with: line.with, ...promise, sameTls, discloses: line.discloses }, says);
}

async function textOf(path: string, name: string): Promise<string> {
  try {
    if (path === "-") return await fromStdin(name);
    if ((await stat(path)).size > longest) throw new InputError(name, "is longer than 1 MB", mend);
    return await readFile(path, "latin1");
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(name, `cannot be read (${(error as NodeJS.ErrnoException).code})`, mend);
  }
}

async function fromStdin(name: string): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of process.stdin) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > longest) throw new InputError(name, "is longer than 1 MB", mend);
  }
  return Buffer.concat(parts).toString("latin1");
}

function hostOf(through: string): string {
  return through.slice(0, through.lastIndexOf(":")).toLowerCase();
}

function idKept(fields: readonly Field[], token: string): boolean {
  return fields.some(([name, value]) => name === "message-id" && value.startsWith(`<port587-${token}@`));
}
