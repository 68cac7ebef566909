import { createSocket, type Socket as Udp } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { Report } from "../../model/report.js";
import { makeCertificates } from "../probes/certificates.js";
import { type Running, smtpServer } from "../probes/servers.js";
import { factValue, reportOf } from "./cli.js";

let server: Running;
beforeAll(async () => {
  server = await smtpServer(makeCertificates().sound);
}, 60_000);
afterAll(() => server.stop());

/** The header of an answer to this query, with these bits in its second half and so many answers; then the question. */
function reply(query: Buffer, bits: number, answers = 0, more: Buffer = Buffer.alloc(0)): Buffer {
  const end = query.indexOf(0, 12) + 5;
  const head = Buffer.from([
    query[0] ?? 0,
    query[1] ?? 0,
    0x81 | (bits >> 8),
    bits & 0xff,
    0,
    1,
    0,
    answers,
    0,
    0,
    0,
    0,
  ]);
  return Buffer.concat([head, query.subarray(12, end), more]);
}

const truncated = 0x0280;
const servfail = 0x0082;
const refused = 0x0085;
const noerror = 0x0080;
/** A PTR record whose name points at itself, and one that is longer than the message. */
const loop = Buffer.from("c00c000c0001000000ff0002c02e", "hex");
const overlong = Buffer.from("c00c000c0001000000ffffff03616263", "hex");
const endless = Buffer.alloc(70_000, 1);

type Say = (query: Buffer) => readonly Buffer[];
interface Row {
  readonly name: string;
  readonly udp: Say;
  readonly tcp?: (socket: Socket) => void;
  readonly says: RegExp;
}

const rows: readonly Row[] = [
  { name: "silence", udp: () => [], says: /no answer within/ },
  { name: "bytes of no message", udp: () => [Buffer.from("hello"), Buffer.alloc(0)], says: /no answer within/ },
  {
    name: "another id",
    udp: (query) => [Buffer.concat([Buffer.from([~(query[0] ?? 0) & 0xff]), reply(query, noerror).subarray(1)])],
    says: /no answer within/,
  },
  {
    name: "another question",
    udp: (query) => [reply(Buffer.concat([query.subarray(0, 12), Buffer.from("0161000001000100", "hex")]), noerror)],
    says: /no answer within/,
  },
  { name: "the query itself", udp: (query) => [query], says: /no answer within/ },
  { name: "a name that points at itself", udp: (query) => [reply(query, noerror, 1, loop)], says: /no answer within/ },
  { name: "a record that is too long", udp: (query) => [reply(query, noerror, 1, overlong)], says: /no answer within/ },
  { name: "SERVFAIL to everything", udp: (query) => [reply(query, servfail)], says: /answers SERVFAIL/ },
  { name: "REFUSED", udp: (query) => [reply(query, refused)], says: /answers REFUSED/ },
  { name: "truncation, and no TCP", udp: (query) => [reply(query, truncated)], says: /ECONNREFUSED over TCP/ },
  {
    name: "truncation, and TCP that hangs up",
    udp: (query) => [reply(query, truncated)],
    tcp: (socket) => socket.destroy(),
    says: /over TCP/,
  },
  {
    name: "truncation, and TCP that is silent",
    udp: (query) => [reply(query, truncated)],
    tcp: () => undefined,
    says: /no answer over TCP within/,
  },
  {
    name: "truncation, and TCP without end",
    udp: (query) => [reply(query, truncated)],
    tcp: (socket) => {
      const more = () => {
        if (!socket.destroyed && socket.writable) socket.write(endless, () => setImmediate(more));
      };
      more();
    },
    says: /what came over TCP is no answer/,
  },
];

async function nameServer({ udp, tcp }: Row): Promise<{ port: number; stop(): void }> {
  for (;;) {
    const listener: Udp = createSocket("udp4");
    listener.bind(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address();
    listener.on("message", (query, { port: to, address }) => {
      for (const each of udp(query)) listener.send(each, to, address);
    });
    const open = new Set<Socket>();
    const stream: Server | undefined =
      tcp &&
      createServer((socket) => {
        open.add(socket.on("error", () => undefined));
        tcp(socket);
      });
    const stop = () => {
      listener.close();
      stream?.close();
      for (const socket of open) socket.destroy();
    };
    if (!stream) return { port, stop };
    stream.listen(port, "127.0.0.1");
    const isBound = await once(stream, "listening").then(
      () => true,
      () => false,
    );
    if (isBound) return { port, stop };
    listener.close();
  }
}

interface Seen {
  readonly report: Report;
  readonly ms: number;
}

async function look(row: Row): Promise<Seen> {
  const names = await nameServer(row);
  try {
    const start = performance.now();
    const flags = ["--inventory", "--resolver", `127.0.0.1:${names.port}`];
    return { report: await reportOf(`127.0.0.1:${server.port}`, ...flags), ms: performance.now() - start };
  } finally {
    names.stop();
  }
}

describe("name servers that answer badly", () => {
  let seen: readonly Seen[];
  beforeAll(async () => {
    seen = await Promise.all(rows.map(look));
  }, 60_000);

  it.each(rows.map((row, index) => ({ ...row, index })))("$name: unknown, with the reason, in bounded time", (row) => {
    const { report, ms } = seen[row.index] as Seen;
    const subject = `127.0.0.1:${server.port}`;
    expect(factValue(report, "ptr", subject)).toEqual({ unknown: [expect.stringMatching(row.says)] });
    expect(factValue(report, "reachable", subject)).toBe(true);
    expect(ms).toBeLessThan(30_000);
  });
});
