// What the kernel itself says of every SYN: the rules and policies that decided it, by nftables' packet tracing. iptables'
// rules are traced as well, because they are kept as nftables' own.
import { execFileSync, spawn } from "node:child_process";
import { connect } from "node:net";
import { createInterface } from "node:readline";

const table = "port587_trace";
const chain = (hook) =>
  `chain ${hook} {\ntype filter hook ${hook} priority -500;\ntcp flags & (syn | ack) == syn meta nftrace set 1\n}`;

/** Places of rules in their chains by handle: `inet one input 7` is the rule with handle 7. */
function placesOf(listing) {
  const places = new Map();
  const counts = new Map();
  for (const { rule } of JSON.parse(listing).nftables) {
    if (!rule) continue;
    const at = `${rule.family} ${rule.table} ${rule.chain}`;
    const place = counts.get(at) ?? 0;
    counts.set(at, place + 1);
    places.set(`${at} ${rule.handle}`, `${at} ${place}`);
  }
  return places;
}

/** Traces what comes and goes from now on; `stop` gives what was decided, by `from port to port`. */
export async function startTrace() {
  const places = placesOf(execFileSync("nft", ["-j", "list", "ruleset"], { encoding: "utf8" }));
  execFileSync("nft", ["-f", "-"], { input: `table inet ${table} {\n${chain("prerouting")}\n${chain("output")}\n}\n` });
  const monitor = spawn("nft", ["-a", "-nn", "monitor", "trace"], { stdio: ["ignore", "pipe", "ignore"] });
  const packets = new Map();
  const decided = new Map();
  let seen = 0;
  createInterface({ input: monitor.stdout }).on("line", (line) => {
    const [, id, family, name, in_, kind, rest] =
      /^trace id (\w+) (\w+) (\S+) (\S+) (packet:|rule|policy|verdict)(.*)$/.exec(line) ?? [];
    if (kind === "packet:") {
      const [, from, to] = /\bip6? saddr (\S+) ip6? daddr (\S+)/.exec(rest) ?? [];
      const [, fromPort, port] = /\btcp sport (\d+) tcp dport (\d+)/.exec(rest) ?? [];
      packets.set(id, `${from} ${fromPort} ${to} ${port}`);
      if (Number(port) > 0 && Number(port) <= 9) seen = Math.max(seen, Number(port));
    } else if (kind !== undefined && name !== table) {
      const [, handle, verdict] = /# handle (\d+) \(verdict (\w+)/.exec(rest) ?? [];
      const at = `${family} ${name} ${in_}`;
      const decides = kind === "policy" ? `${at} policy` : places.get(`${at} ${handle}`);
      if (kind === "policy" || (kind === "rule" && (verdict === "accept" || verdict === "drop"))) {
        const key = packets.get(id);
        decided.set(key, [...new Set([...(decided.get(key) ?? []), decides])]);
      }
    }
  });
  // The monitor says nothing before its first packet: it runs once it has seen one of ours.
  const until = async (port) => {
    while (seen < port) {
      const probe = connect({ host: "127.0.0.1", port }).on("error", () => {});
      await new Promise((resolve) => setTimeout(resolve, 10));
      probe.destroy();
    }
  };
  await until(1);
  return async () => {
    await until(2);
    monitor.kill();
    execFileSync("nft", ["delete", "table", "inet", table]);
    return decided;
  };
}
