import { readFileSync } from "node:fs";
import { publicClients, releases, runHaraka, shippedConnectionIni } from "../setup/haraka.js";
import { hygiene, type Look, type Outcome } from "../setup/mail-lab.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";
import { factsOf } from "./derived.js";
import { drawn } from "./drawn.js";
import { type Case, cases, directoryOf, generatedCases } from "./haraka-cases.js";
import { judge, tally } from "./judge.js";

// A normal run generates the same configurations every time. The long run looks for new disagreements:
//   PORT587_SEED=random PORT587_CASES=500 npm test -- test/lab/haraka
// PORT587_HARAKA=3.2.1 has another release of npm looked at.
const { seed, count } = drawn("Haraka", 40);
const release = process.env.PORT587_HARAKA ?? releases.newest;

const visits: readonly Omit<Look, "port">[] = [
  { from: "127.0.0.2", to: "127.0.0.1" },
  { from: "192.0.2.10", to: "192.0.2.1" },
  { from: "::1", to: "::1" },
  ...publicClients,
];

/** The ports of submission are seen from everywhere, the others from two places: that saves time. */
function looksAt(files: Readonly<Record<string, string>>): Look[] {
  return portsOf(files).flatMap((port) =>
    visits
      .filter(({ from }) => [587, 465].includes(port) || ["127.0.0.2", "198.18.0.10"].includes(from))
      .map(({ from, to }) => ({ port, from, to: nearest(to, port, files), hygiene })),
  );
}

/** A client goes to the nearest address of its family, or to the one that alone has the port. */
function nearest(to: string, port: number, files: Readonly<Record<string, string>>): string {
  const named = [...(files["config/smtp.ini"] ?? "").matchAll(/([\d.]+|\[[\da-f:]+\]):(\d+)/g)]
    .filter(([, , on]) => Number(on) === port)
    .map(([, host = ""]) => host.replace(/[[\]]/g, ""))
    .filter((host) => host.includes(":") === to.includes(":"));
  const wild = named.some((host) => ["0.0.0.0", "::0", "127.0.0.1", "::1"].includes(host));
  return wild ? to : (named[0] ?? to);
}

/** The ports that smtp.ini names, and those of submission. */
function portsOf(files: Readonly<Record<string, string>>): number[] {
  const named = [...(files["config/smtp.ini"] ?? "").matchAll(/\b\d{2,4}\b/g)].map(([port]) => Number(port));
  return [...new Set([587, 465, ...named.filter((port) => [25, 2525, 2526, 2527, 2528, 2529].includes(port))])];
}

const exampleFile = (name: string) => readFileSync(`examples/haraka/config/${name}`, "utf8");
const exampleFiles = ["auth_flat_file.ini", "connection.ini", "host_list", "me", "smtp.ini", "tls.ini"];
const example: Case = {
  name: "the directory in examples/haraka",
  plugins: exampleFile("plugins"),
  files: Object.fromEntries(exampleFiles.map((name) => [name, exampleFile(name)])),
};

describeWith(namespacesUnavailable())("what the files say and what the real Haraka does", () => {
  // Before 3.3.1 nothing is said of two addresses on one port, and one of them is served.
  const told = cases.filter(({ name }) => release === releases.newest || !name.startsWith("two addresses"));
  const all = [...told, example, ...generatedCases(seed, count)];
  let results: Outcome[];
  const looks = all.map((each) => looksAt(directoryOf(each)));

  beforeAll(async () => {
    const connection = await shippedConnectionIni();
    const instances = all.map((each, index) => ({
      files: { "config/connection.ini": connection, ...directoryOf(each) },
      looks: looks[index] ?? [],
    }));
    results = await runHaraka(instances, release);
  }, 3_600_000);

  const known = tally("Haraka");
  it.each(all.map((each, index) => [each.name, each, index] as const))("%s", async (_, one, index) => {
    const result = results[index] as Outcome;
    const { disagreements, open } = judge(
      await factsOf("haraka", result.files, release),
      looks[index] ?? [],
      result.seen,
      { demandsTls: () => false, states: hygiene },
      known,
    );
    if (disagreements.length > 0) disagreements.push(JSON.stringify(directoryOf(one)), result.log.slice(-1500));
    expect(disagreements).toEqual([]);
    if (!one.generated && release === releases.newest) expect(open).toEqual([...(one.open ?? [])].sort());
  });

  it("leaves at most 5 % of the facts open", () => {
    expect(known.share()).toBeLessThanOrEqual(0.05);
  });
});
