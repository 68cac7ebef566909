import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { excludeCidr, mergeCidr, parseCidr } from "cidr-tools";
import fc from "fast-check";

function reach(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/cli/main.js", "reach", ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const open = { ipv4: ["0.0.0.0/0"], ipv6: ["::/0"] };
const nobody = { ipv4: [], ipv6: [] };

const schema = JSON.parse(readFileSync(new URL("../../schemas/reach.schema.json", import.meta.url), "utf8"));
const isContract = new Ajv({ strict: true, strictRequired: false, allErrors: true }).compile(schema);
const problems = (document: unknown) => (isContract(document) ? [] : isContract.errors);

/** Question about examples/acme; exit code, verdict, the addresses, and the layers that block. */
const questions: [args: string[], code: number, verdict: string, peers: object, blockers: string[]][] = [
  [["--to", "mail.acme.example"], 0, "open", { sources: open }, []],
  [["--to", "mail-server"], 0, "open", { sources: open }, []],
  [["--to", "mail.acme.example", "--port", "465"], 1, "closed", { sources: nobody }, ["security group"]],
  [["--to", "legacy.acme.example"], 1, "partial", { sources: { ...open, ipv6: [] } }, ["security group"]],
  [
    ["--to", "legacy.acme.example", "--from", "192.0.2.7,198.51.100.0/24"],
    0,
    "open",
    { sources: { ...open, ipv6: [] } },
    [],
  ],
  [
    ["--to", "legacy.acme.example", "--from", "private"],
    1,
    "partial",
    { sources: { ...open, ipv6: [] } },
    ["security group"],
  ],
  [["--from", "worker-server"], 1, "closed", { destinations: nobody }, ["security group"]],
  [["--from", "worker-server", "--port", "443"], 0, "open", { destinations: open }, []],
  [["--from", "app-server", "--to", "192.0.2.25", "--port", "465"], 0, "open", { destinations: open }, []],
];

describe("port587 reach examples/acme", () => {
  it.each(questions)("%j", (args, code, verdict, peers, blockers) => {
    const { status, stdout } = reach("examples/acme", "--json", ...args);
    const ways = JSON.parse(stdout);
    expect(ways).toEqual([expect.objectContaining({ verdict, blockers, protocol: "tcp", missing: [], ...peers })]);
    expect(problems(ways)).toEqual([]);
    expect(ways[0].minimalChange.length).toBeGreaterThan(0);
    expect(ways[0].layers.every((layer: { decidedBy: { rule: string } }) => layer.decidedBy.rule !== "")).toBe(true);
    expect(status).toBe(code);
  });

  it("names one deciding rule of a layer, and the others beside it", () => {
    const [{ layers }] = JSON.parse(reach("examples/gcp", "--json", "--to", "mail-server").stdout);
    const named = layers.map(
      (each: { layer: string; decidedBy: { rule: string }; alsoDecidedBy: { rule: string }[] }) => [
        each.layer,
        ...[each.decidedBy, ...each.alsoDecidedBy].map(({ rule }) => rule.replace(/^.*::/, "")),
      ],
    );
    expect(named).toContainEqual([
      "public address",
      "mail-server#networkInterfaces[0]",
      "mail-server#networkInterfaces[0].ipv6AccessConfigs",
    ]);
  });

  it("tells of every machine who gets to it and where it gets to, whichever is asked", () => {
    const [inward] = JSON.parse(reach("examples/acme", "--json", "--to", "worker-server").stdout);
    const [outward] = JSON.parse(reach("examples/acme", "--json", "--from", "worker-server").stdout);
    const both = { sources: inward.sources, destinations: outward.destinations };
    expect([inward, outward]).toEqual([expect.objectContaining(both), expect.objectContaining(both)]);
    expect(Object.keys(inward)).toEqual([
      ...["subject", "port", "protocol", "verdict", "sources", "destinations"],
      ...["layers", "blockers", "minimalChange", "missing"],
    ]);
  });

  it("lists everything, and that is no failure", () => {
    const { status, stdout } = reach("examples/acme");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^mail\.acme\.example:587 {2}open for the internet$/m);
    expect(stdout).toMatch(/^worker-server:587 {2}closed for the internet$/m);
    expect(stdout).toMatch(/→ to open it: security group: add a rule/);
  });

  it("speaks of one family alone where both were asked for", () => {
    const line = (from: string) =>
      reach("examples/aws", "--to", "mail.example.com", "--from", from).stdout.split("\n")[0];
    expect(line("internet")).toBe("mail.example.com:587  open in part (IPv4 alone) for the internet");
    expect(line("10.0.0.0/8")).toBe("mail.example.com:587  open in part for 10.0.0.0/8");
  });

  it("draws the way as well, and refuses a file that it cannot write", () => {
    const directory = mkdtempSync(join(tmpdir(), "port587-reach-"));
    try {
      const file = join(directory, "way.svg");
      expect(reach("examples/acme", "--to", "mail-server", "--picture", file).status).toBe(0);
      expect(readFileSync(file, "utf8")).toMatch(
        /<title id="title">mail\.acme\.example:587 is open for the internet<\/title>/,
      );
      const { status, stderr } = reach("examples/acme", "--picture", join(directory, "nowhere", "way.svg"));
      expect(stderr).toMatch(/nowhere\/way\.svg: cannot be written/);
      expect(status).toBe(2);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it.each([
    [["--to", "mial-server"], /--to: "mial-server" is not known\n.*Did you mean mail-server\?/],
    [["--from", "10.0.0.0/40"], /--from: "10\.0\.0\.0\/40" is not known\n.*CIDR/],
    [["--from", "ap-server", "--to", "192.0.2.25"], /--from: "ap-server" is not known\n.*Did you mean app-server\?/],
    [["--from", "app-server", "--to", "mail-server"], /both name machines/],
    [["--port", "0"], /--port: "0" is not a port/],
  ])("refuses %j", (args, says) => {
    const { status, stderr } = reach("examples/acme", ...args);
    expect(stderr).toMatch(says);
    expect(status).toBe(2);
  });
});

describe("the contract of --json", () => {
  it("refuses a way that lacks something, has something else or more", () => {
    const [way] = JSON.parse(reach("examples/acme", "--json", "--to", "mail-server").stdout);
    const { sources, ...noSources } = way;
    const { destinations, ...noDestinations } = way;
    const range = { ipv4: ["10.0.0.1-10.0.0.2"], ipv6: [] };
    const broken = [
      noSources,
      noDestinations,
      { ...way, verdict: "ok" },
      { ...way, note: "" },
      { ...way, sources: range },
    ];
    for (const each of broken) expect(problems([each])).not.toEqual([]);
    expect(problems([{ ...way, sources: destinations, destinations: sources }])).toEqual([]);
  });

  /** Rules about 587, the first that matches decides; behind them everything is dropped. */
  const block = (address: fc.Arbitrary<string>, bits: number) =>
    fc
      .tuple(address, fc.integer({ min: 0, max: bits }))
      // As iptables-save spells it; host bits would be told on the error stream.
      .map(([base, prefix]) => mergeCidr(`${base}/${prefix}`)[0] ?? "");
  const rules = (cidr: fc.Arbitrary<string>) =>
    fc.array(fc.record({ cidr, action: fc.constantFrom("ACCEPT", "ACCEPT", "DROP") }), { minLength: 1, maxLength: 30 });
  type Rules = readonly { readonly cidr: string; readonly action: string }[];

  const spelt = (cidr: string) => `${parseCidr(cidr).start}-${parseCidr(cidr).end}`;

  /** Who gets in, from the last rule to the first, by another library. */
  const passing = (list: Rules) =>
    [...list]
      .reverse()
      .reduce<string[]>(
        (all, { cidr, action }) => (action === "ACCEPT" ? mergeCidr(all.concat(cidr)) : excludeCidr(all, [cidr])),
        [],
      );

  it("names exactly those whose SYN gets through, in as few blocks as cidr-tools", () => {
    const directory = mkdtempSync(join(tmpdir(), "port587-reach-"));
    const lines = (list: Rules) =>
      list.map(({ cidr, action }) => `-A INPUT -s ${cidr} -p tcp -m tcp --dport 587 -j ${action}`);
    const file = (list: Rules) =>
      ["*filter", ":INPUT DROP [0:0]", ":OUTPUT ACCEPT [0:0]", ...lines(list), "COMMIT", ""].join("\n");
    try {
      const drawn = fc.tuple(rules(block(fc.ipV4(), 32)), rules(block(fc.ipV6(), 128)));
      const cases = fc.sample(drawn, 5);
      for (const [i, [v4, v6]] of cases.entries()) {
        const host = join(directory, `host${i}`);
        mkdirSync(host);
        writeFileSync(join(host, "rules.v4"), file(v4));
        writeFileSync(join(host, "rules.v6"), file(v6));
        const { stdout, stderr } = reach(host, "--json");
        expect(stderr).toBe("");
        const [way] = JSON.parse(stdout);
        expect(problems([way])).toEqual([]);
        const sorted = (list: readonly string[]) => [...list].sort();
        expect(sorted(way.sources.ipv4)).toEqual(sorted(mergeCidr(passing(v4))));
        expect(way.sources.ipv6.map(spelt).sort()).toEqual(mergeCidr(passing(v6)).map(spelt).sort());
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
