/**
 * What `port587 reach` costs on large sources: wall time and peak memory of the whole command, from reading the file to
 * the last line of JSON. Needs `npm run build`; nothing else.
 *
 *   npm run bench -- reach [ROUNDS]
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inTurn, printTable, run } from "./measure.js";

const rounds = Number(process.argv[2] ?? 3);
const cli = join(import.meta.dirname, "..", "dist", "cli", "main.js");
/** Makes the command say at its end, on standard error, its peak memory in KiB and its processor time in microseconds. */
const measured = `process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write([maxRSS, userCPUTime + systemCPUTime].join(" "));
});`;
const command = ["--import", `data:text/javascript,${encodeURIComponent(measured)}`, cli, "reach"];

const cidr = (i) => `${10 + (i % 90)}.${(i >> 4) & 255}.${(i >> 2) & 255}.0/24`;

/** One ingress rule as a plan shows it; every fourth one is for 587. */
function rule(i) {
  const port = [587, 22, 443, 8000 + (i % 1000)][i % 4];
  const lists = { ipv6_cidr_blocks: [], prefix_list_ids: [], security_groups: [], self: false };
  return {
    from_port: port,
    to_port: port,
    protocol: "tcp",
    cidr_blocks: [cidr(i)],
    description: `rule ${i}`,
    ...lists,
  };
}

const world = { cidr_blocks: ["0.0.0.0/0"], ipv6_cidr_blocks: ["::/0"], prefix_list_ids: [], security_groups: [] };
const egress = [{ from_port: 0, to_port: 0, protocol: "-1", description: "", self: false, ...world }];

/** A plan as `terraform show -json` writes it: security groups with rules inside, each with a machine where asked. */
function plan(groups, rulesEach, withMachines) {
  const provider = { mode: "managed", provider_name: "registry.terraform.io/hashicorp/aws", schema_version: 1 };
  const [values, changes, configuration] = [[], [], []];
  const add = (type, name, known, unknown, expressions) => {
    const resource = { address: `${type}.${name}`, ...provider, type, name };
    const change = { actions: ["create"], before: null, after: known, after_unknown: unknown };
    values.push({ ...resource, values: known, sensitive_values: {} });
    changes.push({ ...resource, change: { ...change, before_sensitive: false, after_sensitive: {} } });
    configuration.push({ address: `${type}.${name}`, mode: "managed", type, name, expressions, schema_version: 1 });
  };
  for (let g = 0; g < groups; g++) {
    const ingress = Array.from({ length: rulesEach }, (_, i) => rule(g * rulesEach + i));
    const known = {
      name: `group-${g}`,
      description: "bench",
      vpc_id: "vpc-1",
      ingress,
      egress,
      tags: { team: "mail" },
    };
    const written = Object.fromEntries(Object.keys(known).map((name) => [name, { constant_value: null }]));
    add("aws_security_group", `g${g}`, known, { arn: true, id: true, owner_id: true }, written);
    if (!withMachines) continue;
    const machine = { ami: "ami-1", instance_type: "t3.small", subnet_id: "subnet-1" };
    const ids = { references: [`aws_security_group.g${g}.id`, `aws_security_group.g${g}`] };
    add("aws_instance", `m${g}`, machine, { id: true, vpc_security_group_ids: true }, { vpc_security_group_ids: ids });
  }
  return JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.13.0",
    planned_values: { root_module: { resources: values } },
    resource_changes: changes,
    configuration: { root_module: { resources: configuration } },
  });
}

/** An `iptables-save` file; every fourth rule is about 587, and no two are about the same clients. */
function list(rules) {
  const lines = Array.from({ length: rules }, (_, i) => {
    const from = `${20 + (i >> 14)}.${(i >> 6) & 255}.${(i & 63) << 2}.0/23`;
    return `-A INPUT -s ${from} -p tcp -m tcp --dport ${i % 4 === 0 ? 587 : 1000 + (i % 4)} -j ${i % 8 ? "DROP" : "ACCEPT"}`;
  });
  return ["*filter", ":INPUT DROP [0:0]", ":FORWARD DROP [0:0]", ":OUTPUT ACCEPT [0:0]", ...lines, "COMMIT", ""].join(
    "\n",
  );
}

/** Name, file, contents, seconds at most. */
const sources = [
  ["1,000 rules on 100 machines", "plan.json", () => plan(100, 10, true)],
  ["10,000 rules on 1,000 machines", "plan.json", () => plan(1000, 10, true)],
  ["100,000 rules on 10,000 machines", "plan.json", () => plan(10_000, 10, true), 5],
  ["30,000 rules in 10,000 groups", "plan.json", () => plan(10_000, 3, false), 3],
  ["one list of 2,000 rules", "rules.v4", () => list(2000)],
  ["one list of 20,000 rules", "rules.v4", () => list(20_000)],
];

const directory = mkdtempSync(join(tmpdir(), "port587-bench-"));
try {
  const rows = [["source", "MB", "median s", "processor s", "MiB", "goal"]];
  const medians = [];
  for (const [name, file, contents, goal] of sources) {
    const path = join(directory, file);
    writeFileSync(path, contents());
    let peak = 0;
    let busy = Number.POSITIVE_INFINITY;
    const [times] = await inTurn(rounds, [
      async () => {
        const { ms, code, stderr } = await run(process.execPath, [...command, path, "--json"]);
        if (code !== 0) throw new Error(`port587 reach of ${name} ended with ${code}: ${stderr}`);
        const [memory, processor] = stderr.split(" ").map(Number);
        peak = Math.max(peak, memory / 1024);
        busy = Math.min(busy, processor / 1e6);
        return ms;
      },
    ]);
    medians.push(times.median);
    const bound = goal === undefined ? "" : `${goal} s, 1024 MiB`;
    rows.push([
      name,
      (statSync(path).size / 1e6).toFixed(1),
      (times.median / 1000).toFixed(2),
      busy.toFixed(2),
      peak.toFixed(0),
      bound,
    ]);
  }
  printTable(rows);
  for (const [small, large] of [
    [0, 1],
    [1, 2],
    [4, 5],
  ]) {
    const ratio = medians[large] / medians[small];
    console.log(`  ${sources[large][0]} / ${sources[small][0]}: ${ratio.toFixed(1)} (goal: at most 12)`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
