import { execFileSync } from "node:child_process";
import { InputError } from "../../../model/errors.js";
import { lacksNftables } from "../../setup/nftables.js";
import { describeWith } from "../../setup/real-part.js";
import { answersWith, told } from "./directories.js";
import { answersOf } from "./hosts.js";

const chain = (...rules: string[]) =>
  [
    "chain input {",
    "type filter hook input priority filter; policy drop;",
    "ct state established,related accept",
    ...rules,
    "}",
  ].join("\n");
const table = (...parts: string[]) => ["flush ruleset", "table inet filter {", ...parts, "}", ""].join("\n");

const anyone = "192.0.2.7";

/** Files that nft takes; whether 587 is open to anyone. */
const files: [name: string, text: string, open: boolean][] = [
  ["a rule", table(chain("tcp dport 587 accept")), true],
  ["a script", `#!/usr/sbin/nft -f\n\n${table(chain("tcp dport submission accept"))}`, true],
  ["a define", `define mail = { 25, 587 }\ndefine every = $mail\n${table(chain("tcp dport $every accept"))}`, true],
  [
    "a define inside another set",
    `define mail = { 25, 587 }\n${table(chain("tcp dport { 465, $mail } accept"))}`,
    true,
  ],
  ["a define of a table", table("define port = 587", chain("tcp dport $port accept")), true],
  ["a redefine", `define p = 25\nredefine p = 587\n${table(chain("tcp dport $p accept"))}`, true],
  [
    "a named set",
    table("set mail {\n type inet_service\n elements = { 25,\n 587 }\n}", chain("tcp dport @mail accept")),
    true,
  ],
  [
    "a set with intervals",
    table(
      "set s { type ipv4_addr; flags interval; auto-merge; elements = { 192.0.2.0/25, 10.0.0.1-10.0.0.9 }; }",
      chain("ip saddr @s tcp dport 587 accept"),
    ),
    true,
  ],
  [
    "a set of tuples",
    table(
      "set s { type ipv4_addr . inet_service; elements = { 192.0.2.7 . 587 }; }",
      chain("ip saddr . tcp dport @s accept"),
    ),
    true,
  ],
  [
    "a verdict map",
    table(
      "map m { type inet_service : verdict; elements = { 587 : jump mail, 25 : drop }; }",
      "chain mail { accept; }",
      chain("tcp dport vmap @m"),
    ),
    true,
  ],
  ["a map without spaces", table(chain("tcp dport vmap { 25:drop, 587:accept }")), true],
  ["states in a map", table(chain("ct state vmap { new : accept, invalid : drop }")), true],
  ["IPv6 elements in a map", table(chain("ip6 saddr vmap { 2001:db8::7 : accept, fd00::/8 : drop }")), false],
  [
    "commands",
    "add table inet f\nadd chain inet f in { type filter hook input priority 0; policy drop; }\nadd rule inet f in ct state established accept\nadd rule inet f in tcp dport 587 accept\n",
    true,
  ],
  [
    "a rule inserted before",
    "add table inet f\nadd chain inet f in { type filter hook input priority 0; }\nadd rule inet f in tcp dport 587 accept\ninsert rule inet f in tcp dport 587 drop\n",
    false,
  ],
  [
    "elements added later",
    "add table inet f\nadd set inet f s { type inet_service; }\nadd element inet f s { 587 }\nadd chain inet f in { type filter hook input priority 0; policy drop; }\nadd rule inet f in ct state established accept\nadd rule inet f in tcp dport @s accept\n",
    true,
  ],
  [
    "a table that is deleted and written anew",
    `table inet filter {\n${chain("accept")}\n}\ndelete table inet filter\n${table(chain()).replace("flush ruleset\n", "")}`,
    false,
  ],
  ["a table in two parts", `${table(chain())}table inet filter {\nchain input {\ntcp dport 587 accept\n}\n}\n`, true],
  ["a flushed chain", `${table(chain("tcp dport 587 accept"))}flush chain inet filter input\n`, false],
  [
    "counters, logs and comments",
    table(
      chain(
        'tcp dport 587 counter packets 5 bytes 9 log prefix "a; drop # b" level info flags tcp sequence,options accept comment "open # {"',
      ),
    ),
    true,
  ],
  ["a log with a match after it", table(chain("log flags all tcp dport 25 accept")), false],
  ["a counter with a match after it", table(chain("counter ip saddr 10.0.0.0/8 accept")), false],
  ["a line that goes on", table(chain("tcp dport \\\n 587 \\\n accept")), true],
  [
    "several on a line",
    "table inet f { chain i { type filter hook input priority 0; policy drop; ct state established accept; tcp dport 587 accept; }; }\n",
    true,
  ],
  ["comments", `# one\n${table("# two", chain("# tcp dport 25 accept", "tcp dport 587 accept # three"))}`, true],
  ["IPv6 alone", table(chain("ip6 saddr 2001:db8::/32 tcp dport 587 accept")), false],
  ["a priority by name", table(chain("tcp dport 587 accept").replace("priority filter", "priority filter + 10")), true],
  ["flags with a mask", table(chain("tcp flags & (fin | syn | rst | ack) == syn tcp dport 587 accept")), true],
  ["flags with a slash", table(chain("tcp flags syn / fin,syn,rst,ack tcp dport 587 accept")), true],
  ["a mark that is set", table(chain("tcp dport 587 meta mark set 0x1 accept")), true],
  ["a mark from a mark", table(chain("tcp dport 587 ct mark set meta mark and 0xff or 0x1 accept")), true],
  ["segment size", table(chain("tcp dport 587 tcp option maxseg size set 1300 accept")), true],
  ["relations in words", table(chain("tcp dport ge 500 tcp dport lt 600 accept")), true],
  ["reject", table(chain("tcp dport 587 reject with icmpx type admin-prohibited", "accept")), false],
  ["reject of a family", table(chain("tcp dport 587 reject with icmpv6 type admin-prohibited", "accept")), true],
  ["reject with a reset", table(chain("tcp dport 587 reject with tcp reset", "accept")), false],
  ["goto", table("chain mail { tcp dport 25 accept; }", chain("goto mail", "accept")), false],
  [
    "a table without a family",
    "table filter {\nchain i { type filter hook input priority 0; policy drop;\ntcp dport 587 accept\nct state established accept\n}\n}\n",
    true,
  ],
];

it.each(files)("%s", async (_, text, open) => {
  expect((await answersWith({ "etc/nftables.conf": text })).reaches(anyone, 587)).toBe(open);
});

describeWith(lacksNftables())("the same files in the kernel", () => {
  it.each(files)("%s", async (_, text) => {
    const script = 'printf %s "$FILE" | nft -f - && nft -j list ruleset';
    const env = { ...process.env, FILE: text };
    const listed = execFileSync("unshare", ["--net", "sh", "-c", script], { encoding: "utf8", env });
    const [file, listing] = await Promise.all([
      answersWith({ "nftables.conf": text }),
      answersOf({ "ruleset.json": listed }),
    ]);
    expect(told(file)).toEqual(told(listing));
  });
});

it("names the line of the rule and of the policy", async () => {
  const { facts } = await answersWith({ "nftables.conf": table(chain("tcp dport 587 accept")) });
  const at = (subject: string) =>
    facts.find((fact) => fact.name === "reachable" && fact.subject === subject)?.evidence[0]?.at;
  expect([at("mx1:587"), at("mx1:25")]).toEqual([expect.stringMatching(/conf:6$/), expect.stringMatching(/conf:3$/)]);
});

const included = { "etc/nftables.conf": `flush ruleset\ninclude "/etc/nftables.d/*.nft"\n` };
it("reads what is included, sorted, from beside the file", async () => {
  const parts = {
    "etc/nftables.d/10-defines.nft": "define mail = 587\n",
    "etc/nftables.d/20-rules.nft": table(chain('include "nftables.d/mail.rules"')).replace("flush ruleset\n", ""),
    "etc/nftables.d/mail.rules": "tcp dport $mail accept\n",
  };
  expect((await answersWith({ ...included, ...parts })).reaches(anyone, 587)).toBe(true);
});

it.each<[string, string, string]>([
  [
    "an include that was not given",
    `${table(chain("tcp dport 587 accept"))}include "/etc/more.nft"\n`,
    ":9: /etc/more.nft, which was not given",
  ],
  [
    "an include from elsewhere",
    `${table(chain("tcp dport 587 accept"))}include "../../../etc/hostname"\n`,
    ":9: ../../../etc/hostname, which was not given",
  ],
  [
    "a statement that nobody knows",
    table(chain("tcp dport 587 accept", "teleport 587")).replace("587 accept", "25 accept"),
    ":7, which is not understood",
  ],
  ["a match that nobody knows", table(chain("xyz abc tcp dport 587 accept")), ":6, which is not understood"],
  [
    "a rule at a place",
    `${table(chain("tcp dport 587 accept"))}insert rule inet filter input index 0 drop\n`,
    ":9, a rule whose place is not understood",
  ],
  [
    "a set that changes",
    table("set s { type inet_service; flags timeout; elements = { 587 timeout 1h }; }", chain("tcp dport @s accept")),
    "set s, which changes while it runs",
  ],
  [
    "a limit",
    table(chain("tcp dport 587 limit rate over 10/minute burst 5 packets drop", "tcp dport 587 accept")),
    "statement limit",
  ],
])("%s is unknown, with its place", async (_, text, missing) => {
  const answers = await answersWith({ "etc/nftables.conf": text });
  expect(answers.reaches(anyone, 587)).toBe("unknown");
  expect(answers.missing(587).join()).toContain(missing);
});

it.each([
  ["a brace that is not closed", "table inet f {\n chain i {\n", ":2", "not closed"],
  ["a brace too many", "table inet f { }\n}\n", ":2", "closes nothing"],
  ["a port above 65535", table(chain("tcp dport 65536 accept")), ":6", "65536"],
  ["a reversed range", table(chain("tcp dport 600-500 accept")), ":6", "reversed"],
  ["what is not defined", table(chain("tcp dport $mail accept")), ":6", "not defined"],
  ["a chain that is not there", "table inet f { }\nadd rule inet f input accept\n", ":2", "not declared"],
  ["a jump into nothing", table(chain("jump nowhere")), ":6", "no chain nowhere"],
  ["a prefix that is too long", table(chain("ip saddr 10.0.0.0/33 accept")), ":6", "32 bits"],
  [
    "definitions without end",
    `${Array.from({ length: 40 }, (_, i) => `define a${i + 1} = { $a${i}, $a${i} }`)
      .join("\n")
      .replace(/^/, "define a0 = 1\n")}\ntable inet f { }\n`,
    "",
    "unfold",
  ],
  ["an include of itself", 'include "nftables.conf"\ntable inet f { }\n', ":1", "deeper than 16"],
])("%s is an error with its place", async (_, text, place, problem) => {
  const error = await answersWith({ "etc/nftables.conf": text }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).where).toMatch(/nftables\.conf:\d+$/);
  expect((error as InputError).where.endsWith(place)).toBe(true);
  expect((error as InputError).problem).toContain(problem);
});

it("a set of 150,000 addresses", async () => {
  const listed = Array.from({ length: 150_000 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  const set = `set s { type ipv4_addr; elements = { ${[...listed, anyone].join(", ")} } }`;
  const answers = await answersWith({
    "etc/nftables.conf": table(set, chain("ip saddr @s tcp dport 587 accept")),
  });
  expect([answers.reaches(anyone, 587), answers.reaches("192.0.2.8", 587)]).toEqual([true, false]);
});
