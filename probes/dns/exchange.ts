import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import type * as dnsPacket from "dns-packet";
import type { DecodedPacket, Packet, Question } from "dns-packet";
import { required } from "../../model/required.js";

/** A recursive DNS server. */
export interface NameServer {
  readonly address: string;
  readonly port: number;
}

/** Loaded when the first question is asked. */
const codec = () => required<typeof dnsPacket>("dns-packet");

/** What was asked for gets no answer that can be used: why, in one clause. */
export class NoAnswer extends Error {}

/** What fits any path without fragments (DNS flag day 2020). */
const udpSize = 1232;
/** One message over TCP, with its two bytes of length. */
const largest = 65_537;

/**
 * One question to one server: over UDP, and over TCP where the answer was cut short. AD in the query asks for the state
 * of DNSSEC without the signatures (RFC 6840 section 5.7).
 * @param ms the limit for each transport.
 * @throws NoAnswer for silence, refusals and answers that are none.
 */
export async function exchange(
  server: NameServer,
  question: Question,
  unchecked: boolean,
  ms: number,
): Promise<DecodedPacket> {
  const { AUTHENTIC_DATA, CHECKING_DISABLED, RECURSION_DESIRED } = codec();
  const query: Packet = {
    type: "query",
    id: randomInt(0x10000),
    flags: RECURSION_DESIRED | AUTHENTIC_DATA | (unchecked ? CHECKING_DISABLED : 0),
    questions: [question],
    additionals: [
      { type: "OPT", name: ".", udpPayloadSize: udpSize, extendedRcode: 0, ednsVersion: 0, flags: 0 } as never,
    ],
  };
  const short = await overUdp(server, query, ms);
  return short.flag_tc ? overTcp(server, query, ms) : short;
}

/** Answers to other questions, or that cannot be read, are passed over: anybody can send a datagram. */
function overUdp(server: NameServer, query: Packet, ms: number): Promise<DecodedPacket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(server.address) ? "udp6" : "udp4");
    const timer = setTimeout(() => end(() => reject(new NoAnswer(`no answer within ${ms} ms`))), ms);
    const end = (then: () => void) => {
      clearTimeout(timer);
      socket.removeAllListeners("message");
      socket.close();
      then();
    };
    socket.on("error", (error) => end(() => reject(new NoAnswer(codeOf(error)))));
    socket.on("message", (bytes) => {
      const answer = answerTo(query, bytes);
      if (answer) end(() => resolve(answer));
    });
    // A connected socket takes datagrams from this server alone, and learns of a port that is closed. With a callback it
    // would hand failures to that in place of "error".
    socket.once("connect", () => socket.send(codec().encode(query)));
    socket.connect(server.port, server.address);
  });
}

function overTcp(server: NameServer, query: Packet, ms: number): Promise<DecodedPacket> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, server.address);
    let received = Buffer.alloc(0);
    const timer = setTimeout(() => fail(`no answer over TCP within ${ms} ms`), ms);
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
    };
    const fail = (why: string) => {
      end();
      reject(new NoAnswer(why));
    };
    socket.on("error", (error) => fail(`${codeOf(error)} over TCP`));
    socket.on("close", () => fail("the connection over TCP was closed"));
    socket.on("connect", () => socket.write(codec().streamEncode(query)));
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      const length = received.length < 2 ? largest : received.readUInt16BE(0) + 2;
      if (received.length < length) return;
      const answer = answerTo(query, received.subarray(2, length));
      if (!answer) return fail("what came over TCP is no answer");
      end();
      resolve(answer);
    });
  });
}

/** The message, when it is the answer to this very query. */
function answerTo(query: Packet, bytes: Buffer): DecodedPacket | undefined {
  try {
    const packet = codec().decode(bytes);
    const [asked] = query.questions as [Question];
    const [repeated] = packet.questions ?? [];
    const same = repeated?.type === asked.type && repeated.name.toLowerCase() === asked.name.toLowerCase();
    return packet.flag_qr && packet.id === query.id && same ? packet : undefined;
  } catch {
    // Not a message of the DNS.
    return undefined;
  }
}

function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
