import { spawnSync } from "node:child_process";

function reach(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/cli/main.js", "reach", ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const open = { ipv4: ["0.0.0.0/0"], ipv6: ["::/0"] };
const nobody = { ipv4: [], ipv6: [] };

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
  [["--from", "app-server", "--to", "192.0.2.25", "--port", "25"], 0, "open", { destinations: open }, []],
];

describe("port587 reach examples/acme", () => {
  it.each(questions)("%j", (args, code, verdict, peers, blockers) => {
    const { status, stdout } = reach("examples/acme", "--json", ...args);
    const ways = JSON.parse(stdout);
    expect(ways).toEqual([expect.objectContaining({ verdict, blockers, protocol: "tcp", missing: [], ...peers })]);
    expect(ways[0].minimalChange.length).toBeGreaterThan(0);
    expect(ways[0].layers.every((layer: { decidedBy: unknown[] }) => layer.decidedBy.length > 0)).toBe(true);
    expect(status).toBe(code);
  });

  it("lists everything, and that is no failure", () => {
    const { status, stdout } = reach("examples/acme");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^mail\.acme\.example:587 {2}open for anyone$/m);
    expect(stdout).toMatch(/^worker-server:587 {2}closed for anyone$/m);
    expect(stdout).toMatch(/→ to open it: security group: add a rule/);
  });

  it.each([
    [["--to", "mial-server"], /--to: "mial-server" is not known\n.*Did you mean mail-server\?/],
    [["--from", "10.0.0.0/40"], /--from: "10\.0\.0\.0\/40" is not known\n.*CIDR/],
    [["--from", "app-server", "--to", "mail-server"], /both name machines/],
    [["--port", "0"], /--port: "0" is not a port/],
  ])("refuses %j", (args, says) => {
    const { status, stderr } = reach("examples/acme", ...args);
    expect(stderr).toMatch(says);
    expect(status).toBe(2);
  });
});
