import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { NetworkInterface } from "../../model/network.js";
import { readAnsible } from "../../sources/ansible/index.js";
import { readHostFirewall } from "../../sources/host-firewall/index.js";
import { treeOnDisk } from "../../sources/mail/tree.js";
import { lacksAnsible, savedByAnsible } from "../setup/ansible.js";
import { describeWith } from "../setup/real-part.js";
import { answer, factsOf } from "../sources/pulumi/programs.js";

/*
 * Playbooks with random tasks of ansible.builtin.iptables: Ansible itself runs them, and what the kernel then holds, whose
 * reading the kernel judges elsewhere, has to answer as the playbook does.
 */

const peers = ["8.8.8.8", "10.1.2.3", "192.0.2.7", "2001:db8::7", "2001:4860:4860::8888"];
const ports = [25, 465, 587, 2525];
const pick = fc.constantFrom;
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const rule = fc.record({
  chain: pick("INPUT", "INPUT", "OUTPUT"),
  jump: pick("ACCEPT", "ACCEPT", "DROP", "REJECT"),
  action: optional(pick("insert", "append")),
  state: optional(pick("present", "absent")),
  match: optional(
    pick(
      ...[{ destination_port: "587" }, { destination_port: "25:587" }, { destination_ports: ["25", "465:587"] }],
      ...[{ syn: "match" }, { destination_port: "{{ item }}" }, {}],
    ),
  ),
  ctstate: optional(pick(["NEW"], ["ESTABLISHED", "RELATED"])),
  end: optional(
    pick(
      ...[
        ["ipv4", "10.0.0.0/8"],
        ["ipv4", "!192.0.2.0/24"],
        ["ipv6", "2001:db8::/32"],
        ["both", undefined],
      ],
      ...[
        ["ipv6", undefined],
        ["ipv4", "8.8.8.8"],
      ],
    ),
  ),
});
const other = fc.record({
  chain: pick("INPUT", "OUTPUT"),
  does: pick({ policy: "DROP" }, { policy: "ACCEPT" }, { policy: "DROP" }, { flush: true }),
  ip_version: pick("ipv4", "ipv6", "both"),
});

const task = fc.oneof(
  {
    weight: 5,
    arbitrary: rule.map(({ match, end, ctstate, chain, ...more }) => {
      const [version, address] = end ?? [];
      const settings = {
        ...{ chain, ...more, ...match },
        ...(match === undefined ? {} : { protocol: "tcp" }),
        ...(ctstate === undefined ? {} : { ctstate }),
        ...(version === undefined ? {} : { ip_version: version }),
        ...(address === undefined ? {} : { [chain === "INPUT" ? "source" : "destination"]: address }),
      };
      const isLoop = match !== undefined && "destination_port" in match && match.destination_port === "{{ item }}";
      return { "ansible.builtin.iptables": settings, ...(isLoop ? { loop: [465, 2525] } : {}) };
    }),
  },
  {
    weight: 1,
    arbitrary: other.map(({ does, ...more }) => ({ iptables: { ...more, ...does } })),
  },
);
const playbooks = fc
  .array(task, { minLength: 2, maxLength: 7 })
  .map((tasks) => JSON.stringify([{ hosts: "mail", gather_facts: false, tasks }], null, 1));

const unfiltered: Omit<NetworkInterface, "id" | "name"> = {
  kind: "interface",
  origin: "planned",
  evidence: { kind: "code", at: "here", says: "a host" },
  ...{ ingress: [], egress: [], ingressAnswers: [], egressAnswers: [] },
};
/** What is printed of a family that no rule was ever made for. */
const untouched = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n";

async function answersIn(
  files: Readonly<Record<string, string>>,
  read: (directory: string) => Promise<readonly NetworkInterface[]>,
) {
  const directory = mkdtempSync(join(tmpdir(), "port587-ansible-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    const [found] = await read(directory);
    // A playbook that ends without any rule sets up no firewall.
    const nic: NetworkInterface = { ...(found ?? { ...unfiltered, id: directory }), name: "mail" };
    const facts = factsOf({ interfaces: [nic], definitions: [] });
    return peers.map((peer) => [
      ...ports.map((port) => answer(facts, "reachable", `mail:${port}`, peer)),
      answer(facts, "egressAllowed", "mail -> *:25", peer),
    ]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describeWith(lacksAnsible())("Ansible", () => {
  const seed = Number(process.env.PORT587_SEED ?? 587);
  const cases = Number(process.env.PORT587_CASES ?? 6);

  it(
    `does with random tasks of iptables what is read of them (PORT587_SEED=${seed} PORT587_CASES=${cases})`,
    async () => {
      let open = 0;
      for (const playbook of fc.sample(playbooks, { numRuns: cases, seed })) {
        const { ipv4, ipv6 } = await savedByAnsible(playbook);
        const saved = { "rules.v4": ipv4 || untouched, "rules.v6": ipv6 || untouched };
        const real = await answersIn(saved, async (directory) => (await readHostFirewall(directory)).interfaces);
        const ours = await answersIn(
          { "site.yml": playbook },
          async (directory) => (await readAnsible(directory, treeOnDisk(directory))).interfaces,
        );
        open += real.flat().filter((each) => each === true).length;
        expect({ playbook, answers: ours }).toEqual({ playbook, answers: real });
      }
      const all = cases * peers.length * (ports.length + 1);
      expect(open).toBeGreaterThan(all / 10);
      expect(open).toBeLessThan(all);
    },
    300_000 + cases * 30_000,
  );
});
