import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { type Answer, decode, encode } from "dns-packet";

const domain = "example.test";
const exchanges = Array.from({ length: 12 }, (_, n): Answer => {
  const data = { preference: n, exchange: `mx${n}.${domain}` };
  return { type: "MX", name: domain, class: "IN", ttl: 60, data };
});

const records: Answer[] = [
  ...exchanges,
  { type: "TXT", name: `_mta-sts.${domain}`, class: "IN", ttl: 60, data: "v=STSv1; id=1" },
];

/** A DNS server that knows many exchanges, a record of MTA-STS and nothing else, and keeps each question once. */
async function server() {
  const asked = new Set<string>();
  const socket = createSocket("udp4");
  socket.on("message", (bytes, from) => {
    const { id = 0, questions = [] } = decode(bytes);
    const [question] = questions;
    asked.add(`${question?.type} ${question?.name}`);
    const answers = records.filter(({ type, name }) => type === question?.type && name === question.name);
    // NOERROR, recursion available; an answer.
    const flags = 0x8180;
    socket.send(encode({ type: "response", id, flags, questions, answers }), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { asked, port: (socket.address() as AddressInfo).port, stop: () => socket.close() };
}

it("a dry run of a domain asks nothing, and tells as many questions and requests as there may be", async () => {
  const dns = await server();
  try {
    const args = ["dist/cli/main.js", "check", "127.0.0.1:9", "--domain", domain];
    const resolver = ["--resolver", `127.0.0.1:${dns.port}`];
    const run = (...more: string[]) =>
      promisify(execFile)(process.execPath, [...args, ...resolver, ...more]).catch(
        (error: { stdout: string }) => error,
      );
    const { stdout } = await run("--dry-run");
    expect(dns.asked.size).toBe(0);
    const told =
      /^127\.0\.0\.1:9 .*\n {2}and up to (\d+) DNS questions\nexample\.test {2}up to (\d+) DNS questions and 4 HTTPS requests, and up to 4 more endpoints/m;
    const [, ofEndpoint, ofDomain] = told.exec(stdout) ?? [];
    await run();
    expect(dns.asked.size).toBeGreaterThan(25);
    expect(dns.asked.size).toBeLessThanOrEqual(Number(ofEndpoint) + Number(ofDomain));
    // The domain costs all but the root's second question.
    expect([...dns.asked].filter((each) => each.endsWith(domain)).length).toBe(Number(ofDomain) - 2);
  } finally {
    dns.stop();
  }
}, 30_000);
