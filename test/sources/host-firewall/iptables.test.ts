import { InputError } from "../../../model/errors.js";
import { answersOf, hostOf, input, tables } from "./hosts.js";

const anyone = "192.0.2.7";
const inside = "10.1.2.3";
const tcp = "-p tcp -m tcp --dport";

it.each<[string, string[], boolean | "unknown", string[]]>([
  ["no rule", [], false, []],
  ["the port", [`-A INPUT ${tcp} 587 -j ACCEPT`], true, []],
  ["another port", [`-A INPUT ${tcp} 25 -j ACCEPT`], false, []],
  ["a service name", [`-A INPUT ${tcp} submission -j ACCEPT`], true, []],
  [
    "a service name that the host alone knows",
    [`-A INPUT ${tcp} mail-in -j ACCEPT`],
    "unknown",
    ["the port of service mail-in"],
  ],
  ["an open range", [`-A INPUT ${tcp} 500: -j ACCEPT`], true, []],
  ["all but the port", [`-A INPUT -p tcp -m tcp ! --dport 587 -j ACCEPT`], false, []],
  ["a list", ["-A INPUT -p tcp -m multiport --dports 25,465:587 -j ACCEPT"], true, []],
  ["UDP", ["-A INPUT -p udp -m udp --dport 587 -j ACCEPT"], false, []],
  ["everything but UDP", ["-A INPUT ! -p udp -j ACCEPT"], true, []],
  ["the loopback interface alone", ["-A INPUT -i lo -j ACCEPT"], false, []],
  ["an interface", ["-A INPUT -i eth0 -j ACCEPT"], "unknown", ["the interface of the client"]],
  ["answers alone", ["-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"], false, []],
  ["new connections with nothing for what follows", [`-A INPUT -m state --state NEW ${tcp} 587 -j ACCEPT`], false, []],
  [
    "the host's own address",
    ["-A INPUT -d 198.51.100.4/32 -j ACCEPT", "-A INPUT -d 2001:db8::1 -j ACCEPT"],
    "unknown",
    ["the host's address"],
  ],
  ["a limit", [`-A INPUT -m limit --limit 5/min ${tcp} 587 -j ACCEPT`], "unknown", ["match module limit"]],
  ["an ipset", [`-A INPUT -m set --match-set mail src -j ACCEPT`], "unknown", ["match module set"]],
  ["a limit that only logs", ["-A INPUT -m limit --limit 5/min -j LOG", `-A INPUT ${tcp} 587 -j ACCEPT`], true, []],
  ["a chain", ["-A INPUT -j mail", `-A mail ${tcp} 587 -j ACCEPT`], true, []],
  ["a chain that returns first", ["-A INPUT -j mail", "-A mail -j RETURN", `-A mail ${tcp} 587 -j ACCEPT`], false, []],
  ["goto ends the chain it came from", ["-A INPUT -g mail", `-A INPUT ${tcp} 587 -j ACCEPT`], false, []],
  ["jump comes back", ["-A INPUT -j mail", `-A INPUT ${tcp} 587 -j ACCEPT`], true, []],
  ["the options before the target or after", [`-A INPUT -j ACCEPT ${tcp} 587`], true, []],
  ["words in a comment", [`-A INPUT -m comment --comment "-p udp -j DROP" ${tcp} 587 -j ACCEPT`], true, []],
  ["counters", [`[12:720] -A INPUT ${tcp} 587 -j ACCEPT`], true, []],
  ["a target that nobody knows", [`-A INPUT ${tcp} 587 -j GEOFENCE`], "unknown", ["target GEOFENCE"]],
])("accepting %s: %s", async (_, rules, expected, missing) => {
  const answers = await answersOf(input(...rules));
  expect(answers.reaches(anyone, 587)).toBe(expected);
  expect(answers.missing(587)).toEqual(missing);
});

it("tells peers apart by a return", async () => {
  const answers = await answersOf(
    input("-A INPUT -j mail", "-A mail -s 10.0.0.0/8 -j RETURN", `-A mail ${tcp} 587 -j ACCEPT`, "-A INPUT -j REJECT"),
  );
  expect(answers.reaches(inside, 587)).toBe(false);
  expect(answers.reaches(anyone, 587)).toBe(true);
});

it.each([
  ["REJECT", "rejects this: the sender sees a refusal"],
  ["DROP", "drops this: the sender sees a timeout"],
])("%s closes, and the evidence says how", async (target, says) => {
  const { facts } = await answersOf(input(`-A INPUT ${tcp} 587 -j ${target}`));
  const closed = facts.find(({ name, subject }) => name === "reachable" && subject === "mx1:587");
  expect(closed?.evidence.map((each) => each.says).join()).toContain(says);
  expect(closed?.evidence[0]?.at).toMatch(/rules\.v[46]:5$/);
});

it("names the policy of the client's own family", async () => {
  const { facts } = await answersOf(input());
  const closed = facts.find(({ name, subject }) => name === "reachable" && subject === "mx1:587");
  expect(closed?.evidence.map(({ at }) => at.replace(/^.*\//, ""))).toEqual(["rules.v6:2", "rules.v4:2"]);
});

it.each([
  ["DNAT", "-A PREROUTING -p tcp -m tcp --dport 587 -j DNAT --to-destination 10.0.0.5"],
  ["REDIRECT", "-A PREROUTING -p tcp -m tcp --dport 587 -j REDIRECT --to-ports 2525"],
])("%s of the port is unknown; other ports are not touched by it", async (target, rule) => {
  const answers = await answersOf(
    tables(["*nat", ":PREROUTING ACCEPT [0:0]", rule, "COMMIT", "*filter", ":INPUT ACCEPT [0:0]", "COMMIT"]),
  );
  expect([answers.reaches(anyone, 587), answers.reaches(anyone, 25)]).toEqual(["unknown", true]);
  expect(answers.missing(587)).toEqual([`target ${target}`]);
});

it("does not call a port closed that is redirected to an open one", async () => {
  const nat = [
    "*nat",
    ":PREROUTING ACCEPT [0:0]",
    "-A PREROUTING -p tcp -m tcp --dport 587 -j REDIRECT --to-ports 2525",
    "COMMIT",
  ];
  const answers = await answersOf(
    tables([
      ...nat,
      "*filter",
      ":INPUT DROP [0:0]",
      `-A INPUT ${tcp} 2525 -j ACCEPT`,
      "-A INPUT -m state --state ESTABLISHED -j ACCEPT",
      "COMMIT",
    ]),
  );
  expect([587, 2525, 25].map((port) => answers.reaches(anyone, port))).toEqual(["unknown", true, false]);
});

it("takes connections out of tracking, so that their state is unknown", async () => {
  const raw = ["*raw", ":PREROUTING ACCEPT [0:0]", "-A PREROUTING -p tcp -m tcp --dport 587 -j CT --notrack", "COMMIT"];
  const filter = [
    "*filter",
    ":INPUT DROP [0:0]",
    "-A INPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT",
    "COMMIT",
  ];
  expect((await answersOf(tables([...raw, ...filter]))).reaches(anyone, 587)).toBe("unknown");
});

it.each([
  ["of a tracked connection", []],
  ["where a rule may end tracking", ["*raw", ":PREROUTING ACCEPT [0:0]", "-A PREROUTING -j CT --notrack", "COMMIT"]],
])("what stands behind a rule for all packets is a dead rule %s", async (_, raw) => {
  const filter = ["*filter", ":INPUT DROP [0:0]", "-A INPUT -j REJECT", `-A INPUT ${tcp} 587 -j ACCEPT`, "COMMIT"];
  const { facts } = await answersOf(tables([...raw, ...filter]));
  const dead = facts.filter(({ subject, name }) => name === "deadRule" && subject === "mx1:587");
  expect(dead.map(({ evidence }) => evidence[0]?.at.replace(/^.*\//, ""))).toEqual([
    `rules.v4:${raw.length + 4}`,
    `rules.v6:${raw.length + 4}`,
  ]);
});

it("knows nothing of IPv6 from iptables-save alone", async () => {
  const files = { "rules.v4": input(`-A INPUT ${tcp} 587 -j ACCEPT`)["rules.v4"] ?? "" };
  const answers = await answersOf(files);
  expect([answers.reaches(anyone, 587), answers.reaches("2001:db8::7", 587)]).toEqual([true, "unknown"]);
  expect(answers.missing(587)).toEqual(["ip6tables-save of this host"]);
});

it("calls the host by its comment, else by the directory", async () => {
  const [file = ""] = Object.values(input());
  const named = await hostOf({ "rules.v4": `# host: mail.example\n${file}` });
  const unnamed = await hostOf({ "rules.v4": file });
  expect([named, unnamed].map(({ interfaces }) => interfaces[0]?.name)).toEqual(["mail.example", "mx1"]);
});

const filter = "*filter\n:INPUT DROP [0:0]\n";
it.each([
  ["a port above 65535", `${filter}-A INPUT -p tcp --dport 65536 -j ACCEPT\nCOMMIT\n`, ":3", "65536"],
  ["a reversed range", `${filter}-A INPUT -p tcp --dport 600:500 -j ACCEPT\nCOMMIT\n`, ":3", "reversed"],
  ["a prefix that is too long", `${filter}-A INPUT -s 10.0.0.0/33 -j ACCEPT\nCOMMIT\n`, ":3", "32 bits"],
  ["an address of the other family", `${filter}-A INPUT -s 2001:db8::/32 -j ACCEPT\nCOMMIT\n`, ":3", "no ipv4 address"],
  ["a chain that is not declared", `${filter}-A mail -j ACCEPT\nCOMMIT\n`, ":3", "not declared"],
  ["a goto into nothing", `${filter}-A INPUT -g mail\nCOMMIT\n`, ":3", "no chain mail"],
  ["chains in a circle", `${filter}:a - [0:0]\n-A INPUT -j a\n-A a -j a\nCOMMIT\n`, ":3", "circle"],
  ["a table that was cut off", `${filter}-A INPUT -j ACCEPT\n`, "", "no COMMIT"],
  ["a line that is no rule", `${filter}allow 587\nCOMMIT\n`, ":3", "neither a chain nor a rule"],
  ["a policy that is none", "*filter\n:INPUT REJECT [0:0]\nCOMMIT\n", ":2", "policy"],
  ["no TCP flag", `${filter}-A INPUT -p tcp --tcp-flags SYN,FOO SYN -j ACCEPT\nCOMMIT\n`, ":3", "FOO"],
  ["a file with a zero byte", `${filter}\0COMMIT\n`, "", "binary"],
])("%s is an error with its place", async (_, text, place, problem) => {
  const error = await hostOf({ "rules.v4": text }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).where).toMatch(new RegExp(`rules\\.v4${place}$`));
  expect((error as InputError).problem).toContain(problem);
});

it("refuses chains that multiply beyond bound", async () => {
  const names = Array.from({ length: 40 }, (_, i) => `c${i}`);
  const jumps = names.flatMap((name, i) => Array(2).fill(`-A ${name} -j ${names[i + 1] ?? "last"}`) as string[]);
  const lines = [
    "*filter",
    ...[...names, "last"].map((name) => `:${name} - [0:0]`),
    ":INPUT DROP [0:0]",
    "-A INPUT -j c0",
  ];
  const text = [...lines, ...jumps, "-A last -s 192.0.2.1 -j ACCEPT", "COMMIT", ""].join("\n");
  const error = await hostOf({ "rules.v4": text }).catch((thrown: unknown) => thrown);
  expect((error as InputError).problem).toContain("unfold to more than");
});
