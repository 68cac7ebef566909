import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { InputError } from "../../model/errors.js";
import { factsNamed } from "../../model/fact.js";
import type { NetworkInterface } from "../../model/network.js";
import { readAnsible } from "../../sources/ansible/index.js";
import { readSources } from "../../sources/index.js";
import { treeOnDisk } from "../../sources/mail/tree.js";
import { drawn } from "../lab/drawn.js";
import { answer, factsOf, missingAt } from "./pulumi/programs.js";

type Files = Readonly<Record<string, string>>;

async function within<T>(files: Files, use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "port587-ansible-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Places are told from the project's directory. */
const hosts = (files: Files, path = "") =>
  within(files, async (directory) => {
    const { interfaces: found } = await readAnsible(join(directory, path), treeOnDisk(join(directory, path)));
    return JSON.parse(JSON.stringify(found).replaceAll(`${directory}/`, "")) && { found, directory };
  });

async function factsIn(files: Files, path = "") {
  const { found, directory } = await hosts(files, path);
  return { facts: factsOf({ interfaces: found, definitions: [] }), found, directory };
}

const play = (tasks: string, more = "") => `- hosts: mail\n${more}  tasks:\n${tasks.replace(/^(?=.)/gm, "    ")}`;
const playbook = (tasks: string, more = ""): Files => ({ "site.yml": play(tasks, more) });
const ufw = (...args: string[]) => args.map((each) => `- community.general.ufw: {${each}}\n`).join("");
const on = "state: enabled";
const iptables = (...args: string[]) => args.map((each) => `- ansible.builtin.iptables: {${each}}\n`).join("");
const shut = iptables("chain: INPUT, ctstate: [ESTABLISHED, RELATED], jump: ACCEPT", "chain: INPUT, policy: DROP");
const both = "ip_version: both, chain: INPUT";
const firewalld = (...args: string[]) => args.map((each) => `- ansible.posix.firewalld: {${each}}\n`).join("");
const kept = "permanent: true, state: enabled";
const nft = (rule: string) =>
  `flush ruleset\ntable inet filter {\n  chain input {\n    type filter hook input priority 0; policy drop;\n    ct state established,related accept\n    ${rule}\n  }\n}\n`;
const copied = "- ansible.builtin.copy: {src: nftables.conf, dest: /etc/nftables.conf}\n";
const filled = "- ansible.builtin.template: {src: nftables.conf.j2, dest: /etc/nftables.conf}\n";
const saved = "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --dport 587 -j ACCEPT\nCOMMIT\n";
const unknown = ["unknown", "unknown", "unknown"] as const;
const everyone = [true, true, true] as const;
const nobody = [false, false, false] as const;
const office = [false, true, false] as const;

/** Can a client connect to tcp/587 of the hosts `mail`: 8.8.8.8, a colleague at 10.1.2.3, and over IPv6? */
const cases: readonly [string, Files, readonly (boolean | "unknown")[]][] = [
  ["ufw, the port", playbook(ufw("rule: allow, port: '587', proto: tcp", on)), everyone],
  ["ufw, another port", playbook(ufw("rule: allow, port: 25", on)), nobody],
  ["ufw, a profile", playbook(ufw("rule: allow, name: Postfix Submission", on)), everyone],
  ["ufw, the office", playbook(ufw("rule: allow, from_ip: 10.0.0.0/8, port: 587, proto: tcp", on)), office],
  ["ufw, other names of its settings", playbook(ufw("rule: allow, src: 10.0.0.0/8, to_port: 587", on)), office],
  ["ufw, open by default", playbook(ufw("policy: allow, direction: incoming", on)), everyone],
  ["ufw, deleted", playbook(ufw("rule: allow, port: 587", "rule: allow, port: 587, delete: yes", on)), nobody],
  ["ufw, at the top", playbook(ufw("rule: deny, port: 587", "rule: allow, insert: 1, src: 10.0.0.0/8", on)), office],
  ["ufw, at a place", playbook(ufw("rule: deny, port: 587", "rule: allow, port: 587, insert: 3", on)), unknown],
  ["ufw, forwarded packets", playbook(ufw("rule: deny, route: true", "policy: allow", on)), everyone],
  ["ufw, never enabled", playbook(ufw("rule: allow, port: 587")), unknown],
  ["ufw, as words", playbook("- ufw: rule=allow port=587 proto=tcp\n- ufw: state=enabled\n"), everyone],
  [
    "ufw, as an action",
    playbook("- action: ufw rule=allow port=587\n- action: {module: ufw, state: enabled}\n"),
    everyone,
  ],
  ["ufw, a list", playbook(`- ufw: {rule: allow, port: '{{ item }}'}\n  loop: [25, 587]\n${ufw(on)}`), everyone],
  [
    "ufw, a list of settings",
    playbook(
      `- ufw: {rule: allow, src: "{{ item.from }}", port: "{{ item['port'] }}"}\n  with_items:\n    - {from: 10.0.0.0/8, port: 587}\n${ufw(on)}`,
    ),
    office,
  ],
  [
    "ufw, a list that is worked out",
    playbook(`- ufw: {rule: allow, port: '{{ item }}'}\n  loop: '{{ ports }}'\n${ufw(on)}`),
    unknown,
  ],
  ["ufw, a variable", playbook(ufw("rule: allow, port: '{{ port }}'", on)), unknown],
  [
    "ufw, a condition",
    playbook(`- ufw: {rule: allow, port: 587}\n  when: ansible_os_family == 'Debian'\n${ufw(on)}`),
    unknown,
  ],
  ["ufw, a condition that holds", playbook(`- ufw: {rule: allow, port: 587}\n  when: true\n${ufw(on)}`), everyone],
  ["ufw, on another host", playbook(`- ufw: {rule: allow, port: 587}\n  delegate_to: gate\n${ufw(on)}`), unknown],
  ["ufw, a tag that never runs", playbook(`- ufw: {rule: allow, port: 587}\n  tags: [never]\n${ufw(on)}`), unknown],
  ["ufw, removed", playbook(`${ufw("rule: allow, port: 25", on)}- apt: {name: ufw, state: absent}\n`), unknown],
  ["a block", playbook(`- block:\n${ufw("rule: allow, port: 587", on).replace(/^(?=.)/gm, "    ")}`), everyone],
  [
    "a block with a condition",
    playbook(`- when: x\n  block:\n${ufw("rule: allow, port: 587", on).replace(/^(?=.)/gm, "    ")}`),
    unknown,
  ],
  [
    "iptables, the port",
    playbook(iptables("chain: INPUT, protocol: tcp, destination_port: 587, jump: ACCEPT") + shut),
    everyone,
  ],
  ["iptables, closed over IPv4", playbook(shut), [false, false, true]],
  ["iptables, closed over both", playbook(iptables(`${both}, policy: DROP`)), nobody],
  [
    "iptables, a list of ports",
    playbook(
      iptables(
        `${both}, protocol: tcp, destination_ports: ['25', '465:587'], jump: ACCEPT`,
        `${both}, ctstate: ESTABLISHED, jump: ACCEPT`,
        `${both}, policy: DROP`,
      ),
    ),
    everyone,
  ],
  [
    "iptables, the office",
    playbook(iptables("chain: INPUT, source: 10.0.0.0/8, jump: ACCEPT") + shut),
    [false, true, true],
  ],
  [
    "iptables, all but the office",
    playbook(iptables("chain: INPUT, source: '!10.0.0.0/8', jump: DROP")),
    [false, true, true],
  ],
  [
    "iptables, at the top",
    playbook(iptables("chain: INPUT, jump: DROP", "chain: INPUT, action: insert, source: 10.0.0.0/8, jump: ACCEPT")),
    [false, true, true],
  ],
  [
    "iptables, a rule that is there already",
    playbook(
      iptables(
        "chain: INPUT, source: 10.0.0.0/8, jump: ACCEPT",
        "chain: INPUT, jump: DROP",
        "chain: INPUT, action: insert, jump: DROP",
      ),
    ),
    [false, true, true],
  ],
  [
    "iptables, taken away",
    playbook(iptables("chain: INPUT, jump: DROP", "chain: INPUT, jump: DROP, state: absent")),
    everyone,
  ],
  [
    "iptables, taken away what is not there",
    playbook(iptables("chain: INPUT, jump: DROP, state: absent") + shut),
    [false, false, true],
  ],
  ["iptables, emptied", playbook(iptables("chain: INPUT, jump: DROP", "flush: true")), everyone],
  [
    "iptables, a chain of its own",
    playbook(
      iptables(
        "chain: MAIL, chain_management: true",
        "chain: MAIL, source: 10.0.0.0/8, jump: ACCEPT",
        "chain: INPUT, jump: MAIL",
      ) + shut,
    ),
    [false, true, true],
  ],
  [
    "iptables, refused",
    playbook(iptables("chain: INPUT, protocol: tcp, destination_port: 587, reject_with: tcp-reset")),
    [false, false, true],
  ],
  [
    "iptables, new connections alone",
    playbook(iptables("chain: INPUT, protocol: tcp, syn: match, jump: DROP")),
    [false, false, true],
  ],
  [
    "iptables, a limit",
    playbook(iptables("chain: INPUT, limit: 2/second, jump: ACCEPT") + shut),
    ["unknown", "unknown", true],
  ],
  [
    "iptables, a state that is restored",
    playbook("- community.general.iptables_state: {state: restored, path: /root/x}\n"),
    unknown,
  ],
  ["firewalld, the port", playbook(firewalld(`port: 587/tcp, ${kept}`)), everyone],
  ["firewalld, a service", playbook(firewalld(`service: smtp-submission, zone: public, ${kept}`)), everyone],
  ["firewalld, another service", playbook(firewalld(`service: smtp, ${kept}`)), nobody],
  ["firewalld, the office", playbook(firewalld(`source: 10.0.0.0/8, zone: trusted, ${kept}`)), office],
  [
    "firewalld, a rich rule",
    playbook(
      firewalld(`rich_rule: 'rule family=ipv4 source address=10.0.0.0/8 service name=smtp-submission accept', ${kept}`),
    ),
    office,
  ],
  [
    "firewalld, taken away",
    playbook(firewalld(`port: 587/tcp, ${kept}`, "port: 587/tcp, permanent: true, state: disabled")),
    nobody,
  ],
  ["firewalld, a target", playbook(firewalld(`zone: public, target: ACCEPT, ${kept}`)), everyone],
  [
    "firewalld, a zone of its own",
    playbook(
      firewalld(
        `zone: mail, permanent: true, state: present`,
        `zone: mail, source: 10.0.0.0/8, ${kept}`,
        `zone: mail, port: 587/tcp, ${kept}`,
      ),
    ),
    office,
  ],
  ["firewalld, until the next boot", playbook(firewalld("port: 587/tcp, state: enabled")), unknown],
  [
    "firewalld, started",
    playbook(`- service: {name: firewalld, state: started}\n${firewalld(`port: 587/tcp, ${kept}`)}`),
    everyone,
  ],
  ["firewalld, as the image has it", playbook("- service: {name: firewalld, state: started}\n"), unknown],
  [
    "firewalld, switched off after all",
    playbook(`${firewalld(`service: smtp, ${kept}`)}- systemd: {name: firewalld, enabled: no, state: stopped}\n`),
    unknown,
  ],
  ["a file", { ...playbook(copied), "files/nftables.conf": nft("tcp dport 587 accept") }, everyone],
  [
    "a file for the office",
    { ...playbook(copied), "nftables.conf": nft("ip saddr 10.0.0.0/8 tcp dport 587 accept") },
    office,
  ],
  ["a file that is not at hand", playbook(copied), unknown],
  ["a file of the host", playbook("- copy: {src: /root/x, dest: /etc/nftables.conf, remote_src: true}\n"), unknown],
  [
    "a text",
    playbook(
      `- copy:\n    dest: /etc/nftables.conf\n    content: |\n${nft("tcp dport 25 accept").replace(/^(?=.)/gm, "      ")}`,
    ),
    nobody,
  ],
  ["a text with a variable", playbook("- copy: {content: '{{ rules }}', dest: /etc/nftables.conf}\n"), unknown],
  [
    "a template without variables",
    { ...playbook(filled), "templates/nftables.conf.j2": `# {{ ansible_managed }}\n${nft("tcp dport 587 accept")}` },
    everyone,
  ],
  [
    "a template with a variable",
    { ...playbook(filled), "templates/nftables.conf.j2": nft("tcp dport {{ port }} accept") },
    unknown,
  ],
  [
    "a template with a condition",
    { ...playbook(filled), "templates/nftables.conf.j2": nft("{% if x %}accept{% endif %}") },
    unknown,
  ],
  [
    "files of a directory",
    {
      ...playbook("- copy: {src: rules/, dest: /etc/iptables}\n"),
      "files/rules/rules.v4": saved,
      "files/rules/rules.v6": saved.replace("587", "25"),
    },
    [true, true, false],
  ],
  [
    "a line in a file",
    { ...playbook(`${copied}- lineinfile: {path: /etc/nftables.conf, line: x}\n`), "nftables.conf": nft("accept") },
    unknown,
  ],
  [
    "a block in a file",
    {
      ...playbook(`${copied}- blockinfile: {path: /etc/nftables.conf, block: "flush ruleset"}\n`),
      "nftables.conf": nft("tcp dport 25 accept"),
    },
    everyone,
  ],
  ["a block in a file of the image", playbook("- blockinfile: {path: /etc/pf.conf, block: pass}\n"), unknown],
  [
    "pf.conf",
    {
      ...playbook("- copy: {src: pf.conf, dest: /etc/pf.conf}\n- command: pfctl -f /etc/pf.conf\n"),
      "pf.conf": "block in all\npass in proto tcp to port 25\n",
    },
    nobody,
  ],
  [
    "a command",
    playbook("- command: ufw allow 587/tcp\n- ansible.builtin.command: {cmd: ufw --force enable}\n"),
    everyone,
  ],
  ["a command in a list", playbook(`- command: {argv: [ufw, allow, 587]}\n${ufw(on)}`), everyone],
  ["a command with more than a command", playbook("- command: ufw allow 587 && ufw --force enable\n"), unknown],
  ["a shell's lines", playbook("- shell: |\n    ufw allow 25\n    ufw --force enable\n"), nobody],
  ["a shell's loop", playbook("- shell: for p in 25 587; do ufw allow $p; done\n"), unknown],
  ["a command with a variable", playbook("- command: ufw allow {{ port }}\n"), unknown],
  ["a script", { ...playbook("- script: fw.sh\n"), "files/fw.sh": "ufw allow 25\nufw --force enable\n" }, nobody],
  ["a script of that name that is not at hand", playbook("- script: firewall.sh\n"), unknown],
  ["two firewalls", playbook(ufw("rule: allow, port: 587", on) + shut), unknown],
  [
    "a role",
    {
      "site.yml": "- hosts: mail\n  roles: [fw]\n",
      "roles/fw/tasks/main.yml": copied,
      "roles/fw/files/nftables.conf": nft("tcp dport 587 accept"),
    },
    everyone,
  ],
  [
    "a role with a condition",
    { "site.yml": "- hosts: mail\n  roles: [{role: fw, when: x}]\n", "roles/fw/tasks/main.yml": ufw(on) },
    unknown,
  ],
  [
    "a role that another needs",
    {
      "site.yml": "- hosts: mail\n  roles: [postfix]\n",
      "roles/postfix/meta/main.yml": "dependencies:\n  - role: fw\n",
      "roles/postfix/tasks/main.yml": "- apt: {name: postfix}\n",
      "roles/fw/tasks/main.yml": ufw("rule: allow, port: 25", on),
    },
    nobody,
  ],
  [
    "a firewall's role that is not at hand",
    { "site.yml": "- hosts: mail\n  roles: [geerlingguy.firewall]\n" },
    unknown,
  ],
  [
    "tasks that are included",
    {
      ...playbook("- include_tasks: fw/main.yml\n"),
      "fw/main.yml": "- include_tasks: ufw.yml\n",
      "fw/ufw.yml": ufw("rule: allow, port: 587", on),
    },
    everyone,
  ],
  ["tasks that are not at hand", playbook("- include_tasks: firewall.yml\n"), unknown],
  [
    "a role that is imported",
    { ...playbook("- import_role: {name: fw}\n"), "roles/fw/tasks/main.yml": ufw("rule: allow, port: 587", on) },
    everyone,
  ],
  [
    "a handler that is called",
    {
      "site.yml": `${play("- copy: {src: x.nft, dest: /root/x.nft}\n  notify: load\n")}  handlers:\n    - name: load\n      command: nft -f /root/x.nft\n`,
      "files/x.nft": nft("tcp dport 25 accept"),
    },
    nobody,
  ],
  [
    "plays for all",
    {
      "site.yml": `- hosts: all\n  tasks:\n${ufw("rule: allow, port: 587").replace(/^(?=.)/gm, "    ")}${play(ufw(on))}`,
    },
    everyone,
  ],
  [
    "playbooks that are imported",
    { "site.yml": "- import_playbook: mail.yml\n", "mail.yml": play(ufw("rule: allow, port: 587", on)) },
    everyone,
  ],
  [
    "tasks of a name that is worked out",
    {
      ...playbook(`- include_tasks: "fw-{{ ansible_distribution }}.yml"\n${ufw(on)}`),
      "fw-Debian.yml": ufw("rule: allow, port: 587"),
    },
    unknown,
  ],
  [
    "tasks of a name that is worked out, about something else",
    {
      ...playbook(`- include_tasks: "{{ ansible_distribution }}.yml"\n${ufw("rule: allow, port: 587", on)}`),
      "Debian.yml": "- apt: {name: postfix}\n",
    },
    everyone,
  ],
  ["a role of a name that is worked out", playbook(`- include_role: {name: "{{ role }}"}\n${ufw(on)}`), unknown],
  [
    "other tasks of a role",
    {
      ...playbook("- include_role: {name: fw, tasks_from: mail}\n"),
      "roles/fw/tasks/main.yml": ufw(on),
      "roles/fw/tasks/mail.yml": ufw("rule: allow, port: 587", on),
    },
    everyone,
  ],
  [
    "a playbook that is imported under a condition",
    { "site.yml": "- import_playbook: mail.yml\n  when: x\n", "mail.yml": play(ufw("rule: allow, port: 587", on)) },
    unknown,
  ],
  ["a module of that name that is not read", playbook("- my.own.nftables_rule: {port: 587}\n"), unknown],
];

it.each(cases)("%s", async (_, files, expected) => {
  const { facts } = await factsIn(files);
  const reaches = (peer: string) => answer(facts, "reachable", "mail:587", peer);
  expect([reaches("8.8.8.8"), reaches("10.1.2.3"), reaches("2001:4860:4860::8888")]).toEqual(expected);
});

it.each<[string, Files]>([
  [
    "nothing about a firewall",
    playbook("- apt: {name: postfix}\n- template: {src: main.cf.j2, dest: /etc/postfix/main.cf}\n"),
  ],
  ["a firewall that is installed alone", playbook("- apt: {name: [ufw, nftables]}\n")],
  ["a role that is tested", { "roles/x/molecule/default/converge.yml": play(ufw(on)) }],
  ["YAML of another kind", { "compose.yml": "services:\n  ufw: {image: x}\n", "list.yml": "- ufw\n- [x]\n" }],
])("no host: %s", async (_, files) => {
  expect((await hosts(files)).found).toEqual([]);
});

it.each<[string, Files, missing: string[]]>([
  ["a task", playbook(ufw("rule: allow, port: '{{ port }}'", on)), ["site.yml:3"]],
  [
    "a template's line",
    { ...playbook(filled), "templates/nftables.conf.j2": nft("tcp dport {{ port }} accept") },
    ["templates/nftables.conf.j2:6"],
  ],
  ["a role", { "site.yml": "- hosts: mail\n  roles:\n    - role: geerlingguy.firewall\n" }, ["site.yml:3"]],
])("what is not read is named: %s", async (_, files, missing) => {
  const { facts, directory } = await factsIn(files);
  const places = missingAt(facts, "reachable", "mail:587").map((each) => each.replace(`${directory}/`, ""));
  expect([...new Set(places)]).toEqual(missing);
});

it.each<[string, Files, at: string]>([
  ["a task", playbook(ufw("rule: allow, port: 25", "rule: allow, port: 587", on)), "site.yml:4"],
  [
    "a file's line",
    { ...playbook(copied), "files/nftables.conf": nft("tcp dport 587 accept") },
    "files/nftables.conf:6",
  ],
  [
    "a text's line",
    playbook(`- copy: {dest: /etc/nftables.conf, content: "${nft("tcp dport 587 accept").replaceAll("\n", "\\n")}"}\n`),
    "site.yml:3:/etc/nftables.conf:6",
  ],
  ["a setting of firewalld", playbook(firewalld(`port: 587/tcp, ${kept}`)), "site.yml:3"],
])("the rule that lets in is named: %s", async (_, files, at) => {
  const { facts, directory } = await factsIn(files);
  const found = factsNamed(facts, "reachable").find(({ subject, value }) => subject === "mail:587" && value === true);
  expect(found?.evidence.map((each) => each.at.replace(`${directory}/`, ""))).toContain(at);
});

describe("what a path stands for", () => {
  const role = { "fw/tasks/main.yml": ufw("rule: allow, port: 587", on) };
  const two: Files = {
    "site.yml": `${play(ufw(on))}- hosts: web\n  tasks:\n    - ufw: {state: enabled}\n`,
    "other.yml": play(ufw(on)),
  };
  const names = (found: readonly NetworkInterface[]) => found.map(({ name }) => name);

  it("a role alone", async () => expect(names((await hosts(role, "fw")).found)).toEqual(["fw"]));
  it("a directory of roles", async () => expect(names((await hosts(role)).found)).toEqual(["fw"]));
  it("a file of tasks", async () => expect(names((await hosts(role, "fw/tasks/main.yml")).found)).toEqual(["main"]));
  it("one playbook", async () => expect(names((await hosts(two, "site.yml")).found)).toEqual(["mail", "web"]));
  it("all playbooks", async () => expect(names((await hosts(two)).found)).toEqual(["mail", "mail", "web"]));
  it("a playbook with its roles beside it", async () => {
    const files = { "site.yml": "- hosts: mail\n  roles: [fw]\n", "roles/fw/tasks/main.yml": ufw(on) };
    expect(names((await hosts(files, "site.yml")).found)).toEqual(["mail"]);
  });

  it("audited as such, and what its roles copy is no host of its own", async () => {
    const files = { ...playbook(filled), "templates/nftables.conf.j2": nft("tcp dport {{ port }} accept") };
    const { inputs, failures, estate } = await within(files, (directory) => readSources([directory]));
    expect(inputs.map(({ kind }) => kind)).toEqual(["ansible"]);
    expect(failures).toEqual([]);
    expect(names(estate.interfaces)).toEqual(["mail"]);
  });
});

it("a malformed playbook is an error with its place, and keeps nothing else of a directory from being read", async () => {
  const broken = { "site.yml": "- hosts: mail\n  tasks: [ufw: {\n" };
  await expect(hosts(broken, "site.yml")).rejects.toThrow(InputError);
  const { failures, inputs } = await within({ ...broken, "rules.v4": saved }, (directory) => readSources([directory]));
  expect(failures.map(({ where }) => where.replace(/^.*\//, ""))).toEqual(["site.yml:3:1"]);
  expect(inputs.map(({ kind }) => kind)).toContain("host-firewall");
});

it("any text ends in hosts or in an InputError", async () => {
  const words = fc.constantFrom(
    "- hosts: x",
    "  tasks:",
    "    - ufw:",
    "      rule: allow",
    " {{ a }}",
    "- &a [*a]",
    "  - block: []",
    ":",
    "[",
    "\t",
  );
  const { seed, count } = drawn("made-up playbooks", 300);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(words, fc.string()), { maxLength: 12 }), async (lines) => {
      const found = await hosts({ "site.yml": lines.join("\n") }, "site.yml").catch((error) => error);
      expect(found instanceof InputError || Array.isArray(found.found)).toBe(true);
    }),
    { seed, numRuns: count },
  );
}, 36_000_000);
