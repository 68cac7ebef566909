// One lab: the first process of its own mount, network and process namespaces, which is the client. Behind it stand the places of
// network.sh, each in a network namespace of its own. Reads {network, tools, hosts, pairs, command, situations} on standard input;
// writes a line of JSON for each situation, and takes everything it has started with it.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";

const hooks = {
  prerouting: "type filter hook prerouting priority -150",
  input: "type filter hook input priority 0",
  forward: "type filter hook forward priority 0",
  output: "type filter hook output priority 0",
  dnat: "type nat hook prerouting priority -100",
};
const { tools, hosts, pairs, command, places = false, situations } = JSON.parse(await text(process.stdin));
const here = import.meta.dirname;
const wireEnds = ["to-firewall", "to-host"];
const run = (place, program, ...words) => {
  const [first, ...rest] = [...within(place), program, ...words];
  execFileSync(first, rest, { stdio: ["ignore", "ignore", "inherit"] });
};
const servers = new Map();
run("client", "sh", `${here}/network.sh`, tools, hosts);
if (places) run("client", "sh", `${here}/places.sh`, process.execPath, command[1]);

for (const { name, rules = {}, routes = {}, listen = {}, slowMs = 0, isBare = false, args } of situations) {
  // The two servers are always there; what stands on the way listens where the situation says so.
  const listening = [...new Set(["host", "control", ...Object.keys(listen)])];
  await Promise.all(listening.map((place) => serve(place, listen[place] ?? {})));
  for (const [place, lines] of Object.entries(rules)) load(place, lines);
  for (const [place, lines] of Object.entries(routes)) for (const line of lines) route(place, "add", line);
  const slow = slowMs > 0 ? slowWire(slowMs) : undefined;
  const [program, ...words] = command;
  const env = isBare ? { ...process.env, PATH: "/none" } : process.env;
  const child = spawn(program, [...words, ...args], { stdio: ["ignore", "pipe", "pipe"], env });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  if (slow) fastWire(slow);
  for (const place of Object.keys(rules)) run(place, "nft", "flush", "ruleset");
  for (const [place, lines] of Object.entries(routes)) for (const line of lines) route(place, "delete", line);
  await Promise.all(Object.keys(listen).map((place) => serve(place, {})));
  // A report is longer than a pipe holds.
  await new Promise((written) => process.stdout.write(`${JSON.stringify({ name, out, err, code })}\n`, written));
}
process.exit(0);

function within(place) {
  return place === "client" ? [] : ["nsenter", `--net=/run/netns/${place}`];
}

function route(place, verb, line) {
  run(place, "ip", "route", verb, ...line.split(" "));
}

/** From firewall to host and back every packet takes so long. */
function slowWire(ms) {
  for (const end of wireEnds) run("wire", "ip", "link", "set", end, "nomaster");
  const [program, ...words] = [...within("wire"), "perl", `${here}/slow-wire.pl`, `${ms}`, ...wireEnds];
  return spawn(program, words, { stdio: ["ignore", "ignore", "inherit"] });
}

function fastWire(slow) {
  slow.kill("SIGKILL");
  for (const end of wireEnds) run("wire", "ip", "link", "set", end, "master", "bridge");
}

/** Each line is `hook: rule`; those of one hook stand in order. */
function load(place, lines) {
  const chains = new Map();
  for (const line of lines) {
    const [, hook, rule] = /^(\w+): (.*)$/.exec(line);
    chains.set(hook, [...(chains.get(hook) ?? []), rule]);
  }
  const body = [...chains].map(([hook, own]) => `chain at_${hook} {\n${hooks[hook]};\n${own.join("\n")}\n}`);
  const file = `/run/${place}.nft`;
  writeFileSync(file, `table inet lab {\n${body.join("\n")}\n}\n`);
  run(place, "nft", "-f", file);
}

async function serve(place, ports) {
  const { child, answers } = servers.get(place) ?? start(place);
  child.stdin.write(`${JSON.stringify({ ports, pairs })}\n`);
  const { value } = await answers.next();
  if (value !== "ready") throw new Error(`the servers of ${place} did not start`);
}

function start(place) {
  const [program, ...words] = [...within(place), process.execPath, `${here}/server.js`];
  const child = spawn(program, words, { stdio: ["pipe", "pipe", "inherit"] });
  const server = { child, answers: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  servers.set(place, server);
  return server;
}
