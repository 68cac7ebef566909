/**
 * What the policy pack costs, as ratios against peers in the same run: every round measures each candidate once, in
 * turn, and the medians are compared. Needs `npm run build`, and the engine and helpers that the pack's tests leave in
 * the cache. `@pulumi/awsguard`, the peer that users know, is installed into the cache on first use.
 *
 *   npm run bench -- pack [ROUNDS]
 */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { CustomResource } from "@pulumi/pulumi";
import automation from "@pulumi/pulumi/automation/index.js";
import { inTurn, printTable, Times } from "./measure.js";

const rounds = Number(process.argv[2] ?? 7);
const groups = 1000;
const large = 5000;
const cache = process.env.PORT587_CACHE ?? join(homedir(), ".cache", "port587");
const root = dirname(import.meta.dirname);
const pack = join(root, "policies", "pulumi");

/** Milliseconds from Node's first line to the module's last, without Node's own start. */
function loading(module, cwd) {
  const code = `const t = performance.now(); require(${JSON.stringify(module)});
    process.stdout.write(String(performance.now() - t), () => process.exit());`;
  return Number(execFileSync(process.execPath, ["-e", code], { cwd, encoding: "utf8" }).split("\n").at(-1));
}

/** Measures the named candidates in turn and prints their medians and the ratios `[a, b, goal]` between them. */
async function compare(title, candidates, ratios) {
  const names = Object.keys(candidates);
  const times = await inTurn(rounds, Object.values(candidates));
  const medians = Object.fromEntries(names.map((name, i) => [name, times[i].median]));
  console.log(`${title}, medians of ${rounds}`);
  printTable(names.map((name) => [name, `${medians[name].toFixed(0)} ms`]));
  for (const [a, b, goal] of ratios.filter((pair) => names.includes(pair[1]))) {
    const bound = goal === undefined ? "" : ` (goal: at most ${goal})`;
    console.log(`  ${a} / ${b}: ${(medians[a] / medians[b]).toFixed(2)}${bound}`);
  }
}

/** A pack's directory with a main file of its own. */
function packDirectory(directory, main) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "PulumiPolicy.yaml"), "runtime: nodejs\n");
  writeFileSync(join(directory, "package.json"), '{ "version": "1.0.0", "private": true, "main": "index.js" }\n');
  writeFileSync(join(directory, "index.js"), main);
  return directory;
}

/** Our pack, in a main file that says at the end of each stack pass what it took: milliseconds of wall and of processor time. */
function timedPack(directory) {
  const log = join(directory, "passes");
  const main = `
    const { Server } = require(require.resolve("@grpc/grpc-js", { paths: [require.resolve("@pulumi/policy")] }));
    const { addService } = Server.prototype;
    Server.prototype.addService = function (definition, service) {
      const analyzeStack = (call, callback) => {
        const [start, busy] = [performance.now(), process.cpuUsage()];
        service.analyzeStack(call, (...answer) => {
          const { user, system } = process.cpuUsage(busy);
          const passed = [performance.now() - start, (user + system) / 1000].join(" ");
          require("node:fs").appendFileSync(${JSON.stringify(log)}, passed + "\\n");
          callback(...answer);
        });
      };
      addService.call(this, definition, { ...service, analyzeStack });
    };
    require(${JSON.stringify(pack)});\n`;
  packDirectory(directory, main);
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
  return {
    directory,
    passes: () =>
      readFileSync(log, "utf8")
        .trim()
        .split("\n")
        .map((line) => line.split(" ").map(Number)),
  };
}

function emptyPack(temporary) {
  const main = 'const { PolicyPack } = require("@pulumi/policy");\nnew PolicyPack("empty", { policies: [] });\n';
  const directory = packDirectory(join(temporary, "empty"), main);
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
  return directory;
}

/** AWS Guard with all of its rules, or why it is not measured. */
function awsguard() {
  const directory = join(cache, "awsguard");
  try {
    packDirectory(directory, 'const { AwsGuard } = require("@pulumi/awsguard");\nnew AwsGuard({ all: "advisory" });\n');
    if (!existsSync(join(directory, "node_modules", "@pulumi", "awsguard"))) {
      execFileSync("npm", ["install", "--no-audit", "--no-fund", "@pulumi/awsguard@0.3.1"], { cwd: directory });
    }
    loading("@pulumi/awsguard", directory);
    return directory;
  } catch (error) {
    console.log(`@pulumi/awsguard is not measured: ${error.message.split("\n")[0]}`);
    return undefined;
  }
}

/** The environment of the engine: where its helpers are, and nothing outside this machine. */
function engineEnvironment(temporary) {
  const engines = join(cache, "pulumi");
  const newest = (prefix, isMeant = () => true) =>
    readdirSync(engines)
      .filter((name) => name.startsWith(prefix))
      .map((name) => join(engines, name))
      .filter(isMeant)
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
  // Each checkout has helpers of its own.
  const ours = (path) => readFileSync(join(path, "pulumi-resource-aws"), "utf8").includes(`"${root}/`);
  const helpers = newest("helpers-", ours);
  if (!helpers) throw new Error("no helpers of this checkout: run `npm test -- test/policies/pulumi` first");
  return {
    PATH: [helpers, newest("v"), process.env.PATH].join(delimiter),
    PULUMI_HOME: temporary,
    PULUMI_BACKEND_URL: `file://${temporary}`,
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

class Any extends CustomResource {}

function addGroup(i) {
  const rule = (port) => ({ protocol: "tcp", fromPort: port, toPort: port, cidrBlocks: [`10.${i % 256}.0.0/16`] });
  return new Any("aws:ec2/securityGroup:SecurityGroup", `group-${i}`, {
    description: "bench",
    ingress: [rule(22), rule(443), rule(587)],
    egress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }],
  });
}

/** Programs by name: firewalls alone; and an estate in which every tenth resource is one and as many are machines. */
const programs = {
  "security groups": (count) => {
    for (let i = 0; i < count; i++) addGroup(i);
  },
  "resources, every tenth a group and every tenth a machine": (count) => {
    for (let i = 0; i < count; i += 10) {
      const { id } = addGroup(i);
      new Any("aws:ec2/instance:Instance", `machine-${i}`, {
        ami: "ami-1",
        instanceType: "t3.small",
        vpcSecurityGroupIds: [id],
      });
      for (let j = i + 2; j < i + 10; j++)
        new Any("aws:sqs/queue:Queue", `queue-${j}`, { delaySeconds: 0, tags: { team: "mail", number: `${j}` } });
    }
  },
};

function stackOf(name, count, envVars) {
  const program = async () => programs[name](count);
  const stackName = `bench-${Object.keys(programs).indexOf(name)}-${count}`;
  return automation.LocalWorkspace.createStack({ projectName: "bench", stackName, program }, { envVars });
}

/** What our pack does once the engine has told it the whole stack. */
async function stackPasses(temporary, envVars) {
  const rows = [[`The stack pass over ${large}`, "median ms", "least ms", "least processor ms"]];
  for (const [i, name] of Object.keys(programs).entries()) {
    const stack = await stackOf(name, large, envVars);
    const { directory, passes } = timedPack(join(temporary, `timed-${i}`));
    for (let round = 0; round < rounds; round++) await stack.preview({ policyPacks: [directory] });
    const [wall, processor] = [new Times(), new Times()];
    for (const [ms, busy] of passes()) {
      wall.add(ms);
      processor.add(busy);
    }
    rows.push([name, wall.median.toFixed(0), wall.min.toFixed(0), processor.min.toFixed(0)]);
  }
  console.log(`${rounds} previews each (goal: at most 500 ms)`);
  printTable(rows);
}

async function previews(temporary, envVars) {
  const stack = await stackOf("security groups", groups, envVars);
  const measure = (policyPacks) => async () => {
    const start = performance.now();
    await stack.preview({ policyPacks });
    return performance.now() - start;
  };
  const peer = awsguard();
  const candidates = {
    "no pack": measure([]),
    "empty pack": measure([emptyPack(temporary)]),
    port587: measure([pack]),
    ...(peer ? { awsguard: measure([peer]) } : {}),
  };
  await compare(`Preview of ${groups} security groups`, candidates, [
    ["port587", "empty pack"],
    ["port587", "awsguard"],
  ]);
}

await compare(
  "Loading",
  { "@pulumi/policy": () => loading("@pulumi/policy", pack), port587: () => loading(pack, pack) },
  [["port587", "@pulumi/policy", 1.3]],
);
const temporary = mkdtempSync(join(tmpdir(), "port587-bench-"));
try {
  const envVars = engineEnvironment(temporary);
  process.env.PATH = envVars.PATH;
  await previews(temporary, envVars);
  await stackPasses(temporary, envVars);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
