// A host with a rule set and the machine outside, each in a network namespace of its own, joined by a veth pair. Started
// in the host's namespace; loads each case, sends real SYNs both ways and prints what became of them and by which rules, one line a case.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import { startTrace } from "./host-firewall-trace.js";

/** @typedef {{from: string, fromPort: number, to: string, port: number}} Attempt */
const [role, setting] = process.argv.slice(2);
const { clients, ports, patience } = JSON.parse(setting);
const host = { ipv4: "10.255.0.1", ipv6: "fd00:ffff::1" };
const run = (command, args, input) =>
  execFileSync(command, args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });

/** Open when the greeting arrives: then all three packets of the handshake and the data got through. */
function attempt({ from, fromPort, to, port }) {
  return new Promise((resolve) => {
    const socket = connect({ host: to, port, localAddress: from, localPort: fromPort });
    const timer = setTimeout(() => end("timeout"), patience);
    const end = (result) => {
      clearTimeout(timer);
      socket.resetAndDestroy();
      resolve(result);
    };
    socket.on("data", () => end("open"));
    socket.on("end", () => end("ended"));
    socket.on("error", ({ code }) =>
      end(
        ["ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "ENETUNREACH", "EACCES", "EPERM"].includes(code)
          ? "refused"
          : code,
      ),
    );
  });
}

async function listen() {
  const servers = ports.map((port) =>
    createServer((socket) => socket.on("error", () => {}).write("220 ready\r\n")).listen(port, "::", 1024),
  );
  await Promise.all(servers.map((server) => once(server, "listening")));
}

/** Answers one line of attempts with one line of results. */
async function serve(answer) {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
  }
}

async function outside() {
  run("ip", ["link", "set", "lo", "up"]);
  await listen();
  process.stdout.write("ready\n");
  await serve((attempts) => Promise.all(attempts.map(attempt)));
  process.exit(0);
}

function wire(pid) {
  const inside = (...args) => run("ip", args);
  const there = (...args) => run("nsenter", ["--net", "--target", `${pid}`, "ip", ...args]);
  inside("link", "set", "lo", "up");
  inside(
    "link",
    "add",
    "outer0",
    "address",
    "02:00:00:00:00:01",
    "type",
    "veth",
    "peer",
    "name",
    "far0",
    "address",
    "02:00:00:00:00:02",
    "netns",
    `${pid}`,
  );
  inside("addr", "add", `${host.ipv4}/32`, "dev", "outer0");
  inside("addr", "add", `${host.ipv6}/128`, "dev", "outer0", "nodad");
  inside("link", "set", "outer0", "up");
  there("link", "set", "far0", "up");
  for (const address of clients) {
    const six = address.includes(":");
    there("addr", "add", `${address}/${six ? 128 : 32}`, "dev", "far0", ...(six ? ["nodad"] : []));
    inside("route", "add", `${address}/${six ? 128 : 32}`, "dev", "outer0");
    // The rules may stop neighbour discovery, which is none of our questions.
    inside("neigh", "replace", address, "lladdr", "02:00:00:00:00:02", "dev", "outer0", "nud", "permanent");
  }
  for (const address of Object.values(host)) {
    there("route", "add", `${address}/${address.includes(":") ? 128 : 32}`, "dev", "far0");
    there("neigh", "replace", address, "lladdr", "02:00:00:00:00:01", "dev", "far0", "nud", "permanent");
  }
  run("sysctl", ["-qw", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0"]);
}

function load({ iptables, nft }) {
  run("nft", ["flush", "ruleset"]);
  if (nft !== undefined) {
    run("nft", ["-f", "-"], nft);
    const listed = run("nft", ["-j", "list", "ruleset"]);
    // What is judged is what is read: the listing itself is loaded anew.
    run("nft", ["flush", "ruleset"]);
    run("sh", ["-c", "cat | nft -j -f -"], listed);
    return { nft: listed };
  }
  run("iptables-restore", [], iptables.ipv4);
  run("ip6tables-restore", [], iptables.ipv6);
  return { ipv4: run("iptables-save", []), ipv6: run("ip6tables-save", []) };
}

async function inside() {
  const far = spawn("unshare", ["--net", process.execPath, process.argv[1], "outside", setting], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: far.stdout })[Symbol.asyncIterator]();
  await lines.next();
  wire(far.pid);
  await listen();
  await serve(async ({ inward, outward, ...rules }) => {
    let saved;
    try {
      saved = load(rules);
    } catch (error) {
      return { refused: String(error.stderr || error.message) };
    }
    const stopTrace = await startTrace();
    far.stdin.write(`${JSON.stringify(inward)}\n`);
    const [came, went] = await Promise.all([lines.next(), Promise.all(outward.map(attempt))]);
    const decided = await stopTrace();
    const deciding = (attempts) =>
      attempts.map(({ from, fromPort, to, port }) => decided.get(`${from} ${fromPort} ${to} ${port}`) ?? []);
    return {
      ...{ saved, inward: JSON.parse(came.value), outward: went },
      ...{ inwardBy: deciding(inward), outwardBy: deciding(outward) },
    };
  });
  far.stdin.end();
  process.exit(0);
}

await (role === "outside" ? outside() : inside());
