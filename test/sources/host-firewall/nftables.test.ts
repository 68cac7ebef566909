import { InputError } from "../../../model/errors.js";
import { answersOf, hostOf, nftInput } from "./hosts.js";

const anyone = "192.0.2.7";
const accept = { accept: null };
const match = (left: object, right: unknown, op = "==") => ({ match: { op, left, right } });
const payload = (protocol: string, field: string) => ({ payload: { protocol, field } });
const dport = payload("tcp", "dport");
const sport = payload("tcp", "sport");
const merged = "statement comparison of two ports at once, which nft 1.0.6 makes of `sport != … dport != …`";
const mail = (body: object) => ({
  set: { family: "inet", table: "filter", name: "mail", type: "inet_service", ...body },
});

it.each<[string, object[], object[], boolean | "unknown", string[]]>([
  ["nothing", [], [], false, []],
  ["the port", [match(dport, 587), accept], [], true, []],
  ["a set with an interval", [match(dport, { set: [25, { range: [465, 587] }] }), accept], [], true, []],
  ["all but the port", [match(dport, 587, "!="), accept], [], false, []],
  ["neither port, where one is it", [match(sport, 25, "!="), match(dport, 587, "!="), accept], [], "unknown", [merged]],
  ["neither port, where both differ", [match(sport, 25, "!="), match(dport, 465, "!="), accept], [], true, []],
  [
    "a set of one of them",
    [match(dport, { set: [587] }, "!="), match(sport, 25, "!="), accept],
    [],
    "unknown",
    [merged],
  ],
  ["a range of them", [match(sport, { range: [25, 26] }, "!="), match(dport, 587, "!="), accept], [], false, []],
  ["one of them, equal", [match(sport, 25), match(dport, 587, "!="), accept], [], false, []],
  ["a named set", [match(dport, "@mail"), accept], [mail({ elem: [25, 587] })], true, []],
  [
    "a named set that changes",
    [match(dport, "@mail"), accept],
    [mail({ elem: [587], flags: ["dynamic"] })],
    "unknown",
    ["set mail, which changes while it runs"],
  ],
  [
    "a set that is not there",
    [match(dport, "@mail"), accept],
    [],
    "unknown",
    ["set mail, which is not in the ruleset"],
  ],
  ["th dport", [match(payload("th", "dport"), 587), accept], [], true, []],
  ["a reject of no kind that there is", [match(dport, 587), { reject: { type: "__proto__" } }], [], false, []],
  ["UDP", [match(payload("udp", "dport"), 587), accept], [], false, []],
  ["a family", [match({ meta: { key: "nfproto" } }, "ipv6"), accept], [], false, []],
  [
    "peers by prefix",
    [match(payload("ip", "saddr"), { prefix: { addr: "192.0.2.0", len: 24 } }), accept],
    [],
    true,
    [],
  ],
  ["peers by range", [match(payload("ip", "saddr"), { range: ["192.0.2.0", "192.0.2.6"] }), accept], [], false, []],
  ["elements with comments", [match(dport, { set: [{ elem: { val: 587, comment: "mail" } }] }), accept], [], true, []],
  [
    "tuples",
    [match({ concat: [payload("ip", "saddr"), dport] }, { set: [{ concat: ["192.0.2.7", 587] }] }), accept],
    [],
    true,
    [],
  ],
  ["answers alone", [match({ ct: { key: "state" } }, ["established", "related"], "in"), accept], [], false, []],
  ["loopback alone", [match({ meta: { key: "iifname" } }, "lo"), accept], [], false, []],
  [
    "an interface",
    [match({ meta: { key: "iifname" } }, "eth0"), accept],
    [],
    "unknown",
    ["the interface of the client"],
  ],
  ["a limit", [{ limit: { rate: 5, per: "minute" } }, accept], [], "unknown", ["statement limit"]],
  ["a module of iptables", [{ xt: { type: "match", name: "recent" } }, accept], [], "unknown", ["xt match recent"]],
  ["a mark", [match({ meta: { key: "mark" } }, 1), accept], [], "unknown", ["match on meta mark"]],
  [
    "a verdict map",
    [
      {
        vmap: {
          key: dport,
          data: {
            set: [
              [25, { drop: null }],
              [{ range: [465, 587] }, accept],
            ],
          },
        },
      },
    ],
    [],
    true,
    [],
  ],
])("accepting %s", async (_, expr, more, expected, missing) => {
  const answers = await answersOf(nftInput([expr], more));
  expect(answers.reaches(anyone, 587)).toBe(expected);
  expect(answers.missing(587)).toEqual(missing);
});

it("names the rule by its chain and handle", async () => {
  const { facts } = await answersOf(nftInput([[match(dport, 587), { reject: null }]]));
  const closed = facts.find(({ name, subject }) => name === "reachable" && subject === "mx1:587");
  expect(closed?.evidence[0]?.at).toMatch(/ruleset\.json#inet filter input handle 2$/);
  expect(closed?.evidence[0]?.says).toContain("rejects");
});

it.each([
  ["icmp", [false, true]],
  ["icmpv6", [true, false]],
  ["icmpx", [false, false]],
  ["tcp reset", [false, false]],
])("reject with %s stops the packets of its family", async (type, [ipv4, ipv6]) => {
  const answers = await answersOf(nftInput([[{ reject: { type, expr: "port-unreachable" } }], [accept]]));
  expect([answers.reaches(anyone, 587), answers.reaches("2001:db8::7", 587)]).toEqual([ipv4, ipv6]);
});

it("asks every base chain: an accept in one ends no other, a drop does", async () => {
  const other = { family: "inet", table: "other" };
  const chain = { ...other, name: "input", type: "filter", hook: "input", prio: 10, policy: "accept" };
  const rule = { ...other, chain: "input", expr: [match(dport, 587), { drop: null }] };
  const answers = await answersOf(nftInput([[accept]], [{ chain }, { rule }]));
  expect([answers.reaches(anyone, 587), answers.reaches(anyone, 25)]).toEqual([false, true]);
});

const chain = { chain: { family: "inet", table: "t", name: "c", type: "filter", hook: "input", prio: 0 } };
const rule = (expr: unknown) => ({ rule: { family: "inet", table: "t", chain: "c", expr } });
it.each([
  ["a port above 65535", [chain, rule([match(dport, 65536), accept])], "#nftables[1]", "65536"],
  ["a reversed range", [chain, rule([match(dport, { range: [600, 500] }), accept])], "#nftables[1]", "reversed"],
  ["no address", [chain, rule([match(payload("ip", "saddr"), "no"), accept])], "#nftables[1]", "neither"],
  ["a jump into nothing", [chain, rule([{ jump: { target: "x" } }])], "#nftables[1]", "no chain x"],
  ["chains in a circle", [chain, rule([{ jump: { target: "c" } }])], "#inet t c", "circle"],
  ["a rule without a chain", [rule([])], "#nftables[0]", "not declared"],
  ["no statements", [chain, rule(undefined)], "#nftables[1]", "expr"],
  ["no object", [1], "#nftables[0]", "no object"],
  ["a strange object", [{ wall: {} }], "#nftables[0]", "wall"],
])("%s is an error with its place", async (_, nftables, place, problem) => {
  const error = await hostOf({ "ruleset.json": JSON.stringify({ nftables }) }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).where.endsWith(place)).toBe(true);
  expect((error as InputError).problem).toContain(problem);
});

it("says where JSON is broken", async () => {
  const error = await hostOf({ "ruleset.json": '{"nftables":\n[{]}' }).catch((thrown: unknown) => thrown);
  expect((error as InputError).where).toMatch(/ruleset\.json:2:\d+$/);
});
