/**
 * What reading costs: for every reader a file of 1 MB and one of 10 MB, from opening it to the last fact, each in a process
 * of its own that has loaded its modules; and how much of it is over once the sources are read, where programs that send
 * mail, containers, clusters and firewalls are parsed (the configurations of servers are parsed with their facts). Then a directory of 2,000 mixed files through the whole command.
 * Needs `npm run build`; nothing else.
 *
 *   npm run bench -- parsers [NAME …]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { printTable, run } from "./measure.js";
import { files } from "./parser-files.js";

/** A little less: no reader of mail servers takes a file of more than 10 MB. */
const megabyte = 990_000;
const dist = join(import.meta.dirname, "..", "dist");

/** Writes texts by path below a directory. */
function lay(directory, texts) {
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

async function within(use) {
  const directory = mkdtempSync(join(tmpdir(), "port587-bench-"));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Every reader, and the facts of mail that stand on it; what packets may pass is measured by `reach`. */
async function read(directory) {
  const load = (path) => import(join(dist, path));
  const { readSources } = await load("sources/index.js");
  const { readServers } = await load("mail/index.js");
  const { clientFacts } = await load("mail/clients/index.js");
  const { containerFacts } = await load("mail/containers/index.js");
  const { Subjects } = await load("model/subjects.js");
  const { nothingDeclared } = await load("model/declaration.js");
  const busy = process.cpuUsage();
  const { estate } = await readSources([directory]);
  const reading = seconds(process.cpuUsage(busy));
  const subjects = new Subjects(nothingDeclared, estate.interfaces, estate.containers);
  const mail = await readServers(estate.definitions, subjects);
  if (mail.broken[0]) throw mail.broken[0].error;
  const clients = await clientFacts(estate, subjects);
  const containers = containerFacts(estate.containers ?? [], subjects);
  const facts = mail.facts.length + clients.facts.length + containers.length;
  return { said: `${facts} facts, ${estate.interfaces.length} interfaces`, reading };
}

/** Parsers by themselves, from the text to settings with their places, of readers that take longer over what follows. */
const alone = {
  "Postfix access map": ["mail/postfix/tables/index.js", tableOf("cidr")],
  "Postfix access map with keys": ["mail/postfix/tables/index.js", tableOf("texthash")],
  "Exchange JSON": ["mail/exchange/records.js", ({ readExport }, text) => [...readExport(text, "file")]],
  "Exchange CSV": ["mail/exchange/records.js", ({ readExport }, text) => [...readExport(text, "file")]],
  Alertmanager: ["sources/clients/formats/yaml.js", ({ yaml }, text) => yaml(/^(global|receivers)$/)(text, "file")],
  msmtp: ["sources/clients/formats/lines.js", ({ msmtprc }, text) => msmtprc(text, "file")],
  "Kubernetes workloads": ["sources/kubernetes/documents.js", ({ documentsIn }, text) => documentsIn(text, "file")],
  "Helm values": [
    "sources/yaml/documents.js",
    ({ yamlDocuments, kubernetesSchema: schema }, text) =>
      yamlDocuments(text, "file", { called: "YAML", schema, takesRepeatedKeys: true, mend: "" }),
  ],
  nftables: [
    "sources/host-firewall/nftables-file.js",
    ({ readNftablesFile }, text) => readNftablesFile(text, "nftables.conf", {}),
  ],
};

function tableOf(type) {
  return ({ openTable }, text) => openTable(`${type}:/etc/postfix/table`, "", 307, () => ({ at: "file", text }));
}

/** In a process of its own: seconds that the parser takes by itself. */
async function measureAlone(name, bytes) {
  const [path, parse] = alone[name];
  const parser = await import(join(dist, path));
  const longest = (texts) => Object.values(texts).reduce((one, other) => (other.length > one.length ? other : one));
  await parse(parser, longest(files[name](2000)));
  const text = longest(files[name](bytes));
  const start = performance.now();
  await parse(parser, text);
  console.log(JSON.stringify({ wall: (performance.now() - start) / 1000 }));
}

const seconds = ({ user, system }) => (user + system) / 1e6;

/** In the process of one measurement: prints seconds, processor seconds and what came of it. */
async function measure(name, bytes) {
  await within(async (directory) => {
    const small = join(directory, "small");
    const large = join(directory, "large");
    lay(small, files[name](2000));
    lay(large, files[name](bytes));
    // Loads what is loaded when it is first needed.
    await read(small);
    const busy = process.cpuUsage();
    const start = performance.now();
    const { said, reading } = await read(large).catch((error) => {
      if (error.name !== "InputError") throw error;
      return { said: `refused: ${error.problem}`, reading: seconds(process.cpuUsage(busy)) };
    });
    const wall = (performance.now() - start) / 1000;
    console.log(JSON.stringify({ wall, busy: seconds(process.cpuUsage(busy)), reading, said }));
  });
}

const unmeasured = { wall: Number.NaN, busy: Number.NaN, reading: Number.NaN };

async function measured(name, bytes, what = "--one") {
  const { code, stdout, stderr } = await run(
    process.execPath,
    [import.meta.filename, what, name, String(bytes)],
    60_000,
  );
  if (code === null) return { ...unmeasured, said: "stopped: it did not end within a minute" };
  const error = /^\w*Error: .*$/m.exec(stderr)?.[0] ?? `exit ${code}`;
  if (code !== 0) return { ...unmeasured, said: `ended with ${error}` };
  return JSON.parse(stdout);
}

/** Applications with their settings, every second file a configuration, and text that nobody reads. */
function mixed(count) {
  const names = Object.keys(files).filter((name) => !/Terraform|cloud-init|Ansible|NixOS|ufw|firewalld/.test(name));
  const texts = {};
  for (let i = 0; Object.keys(texts).length < count; i++) {
    const name = names[i % names.length];
    for (const [path, text] of Object.entries(files[name](600))) texts[`app${i}/${path}`] = text;
    texts[`app${i}/README.md`] = `# Application ${i}\n`;
    texts[`app${i}/src/main.go`] = `package main\n// ${i}\nfunc main() {}\n`;
  }
  return Object.fromEntries(Object.entries(texts).slice(0, count));
}

async function directory(rounds = 3) {
  await within(async (path) => {
    const mixedFiles = mixed(2000);
    lay(path, mixedFiles);
    const times = [];
    for (let round = 0; round < rounds; round++) {
      const script = "process.on('exit', () => process.stderr.write(' busy ' + JSON.stringify(process.cpuUsage())))";
      const args = ["--import", `data:text/javascript,${encodeURIComponent(script)}`, join(dist, "cli", "main.js")];
      const { ms, code, stdout, stderr } = await run(process.execPath, [...args, "audit", path, "--format", "json"]);
      if (stdout === "") throw new Error(`port587 audit ended with ${code}: ${stderr}`);
      const { user, system } = JSON.parse(/ busy (\{.*\})$/.exec(stderr)?.[1] ?? "{}");
      times.push([ms / 1000, (user + system) / 1e6]);
    }
    const least = (of) => Math.min(...times.map((each) => each[of])).toFixed(2);
    console.log(
      `  audit of ${Object.keys(mixedFiles).length} mixed files, least of ${rounds}: ${least(0)} s, processor ${least(1)} s (goal: at most 3 s)`,
    );
  });
}

const [first, ...rest] = process.argv.slice(2);
if (first === "--one") {
  await measure(rest[0], Number(rest[1]));
} else if (first === "--alone") {
  await measureAlone(rest[0], Number(rest[1]));
} else {
  const wanted = first === undefined ? Object.keys(files) : Object.keys(files).filter((name) => name.includes(first));
  const rows = [
    ["file", "10 MB: s", "parser alone: s", "processor s", "of it reading", "1 MB: processor s", "ratio", ""],
  ];
  for (const name of wanted) {
    const [small, large] = [await measured(name, megabyte), await measured(name, 10 * megabyte)];
    const parser = name in alone ? (await measured(name, 10 * megabyte, "--alone")).wall.toFixed(2) : "";
    rows.push([
      ...[name, large.wall.toFixed(2), parser, large.busy.toFixed(2), large.reading.toFixed(2), small.busy.toFixed(2)],
      ...[(large.busy / small.busy).toFixed(1), large.said],
    ]);
    console.error(rows.at(-1).join(" "));
  }
  console.log(`Reading 10 MB (goal: at most 1 s, and 12 times what 1 MB takes; load ${loadavg()[0].toFixed(1)})`);
  printTable(rows);
  await directory();
}
