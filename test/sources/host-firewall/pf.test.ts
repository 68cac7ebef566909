import { InputError } from "../../../model/errors.js";
import { recognisesPf } from "../../../sources/host-firewall/pf.js";
import { answersWith } from "./directories.js";

const anyone = "192.0.2.7";
const inside = "10.1.2.3";
const six = "2001:db8::7";
const host = (...lines: string[]) => answersWith({ "pf.conf": `${lines.join("\n")}\n` });

/** Lines after `block in all`; whether 587 is open to `anyone`, `inside` and `six`. */
it.each<[string, string[], boolean[]]>([
  ["nothing", [], [false, false, false]],
  ["a port", ["pass in proto tcp to any port 587"], [true, true, true]],
  ["a service name", ["pass in proto tcp to port submission"], [true, true, true]],
  ["the last match", ["pass in proto tcp to port 587", "block in from 10.0.0.0/8"], [true, false, true]],
  ["quick", ["pass in quick proto tcp to port 587", "block in from 10.0.0.0/8"], [true, true, true]],
  [
    "quick before quick",
    ["block in quick from 10.0.0.0/8", "pass in quick proto tcp to port 587"],
    [true, false, true],
  ],
  ["a macro", ['mail = "{ 25, 465:587 }"', "pass in proto tcp to port $mail"], [true, true, true]],
  ["a macro of macros", ["p = 587", 'mail = "{" $p 25 "}"', "pass in proto tcp to port $mail"], [true, true, true]],
  [
    "a table",
    ["table <office> const { 10.0.0.0/8, !10.1.2.0/24 }", "pass in proto tcp from <office> to port 587"],
    [false, false, false],
  ],
  ["all but some, of that family", ["pass in proto tcp from ! 10.0.0.0/8 to port 587"], [true, false, false]],
  ["a list of hosts", ["pass in proto tcp from { 10.0.0.0/8, 2001:db8::/32 } to port 587"], [false, true, true]],
  ["a family", ["pass in inet proto tcp to port 587"], [true, true, false]],
  ["to ourselves", ["pass in proto tcp to self port 587"], [true, true, true]],
  ["out alone", ["pass out proto tcp to port 587"], [false, false, false]],
  ["both ways", ["pass proto tcp to port 587"], [true, true, true]],
  ["UDP", ["pass in proto udp to port 587"], [false, false, false]],
  ["a list of protocols", ["pass in proto { tcp, udp } to port 587"], [true, true, true]],
  ["between", ["pass in proto tcp to port 500 >< 600"], [true, true, true]],
  ["outside", ["pass in proto tcp to port 500 <> 600"], [false, false, false]],
  ["at least", ["pass in proto tcp to port >= 587"], [true, true, true]],
  ["all but a port", ["pass in proto tcp to port != 587"], [false, false, false]],
  [
    "states and flags",
    ['pass in log quick on any inet proto tcp from any to any port = 587 flags S/SA keep state (max 100) label "mail"'],
    [true, true, false],
  ],
  ["flags of no first packet", ["pass in proto tcp to port 587 flags A/A"], [false, false, false]],
  ["a line that goes on", ["pass in proto tcp \\", "to port 587"], [true, true, true]],
  ["a list over lines", ["pass in proto tcp to port {", "25", "587 # mail", "}"], [true, true, true]],
  ["what is set", ["set skip on lo0", "set block-policy return", "pass in proto tcp to port 587"], [true, true, true]],
])("%s", async (_, lines, open) => {
  const answers = await host("block in all", ...lines);
  expect([anyone, inside, six].map((peer) => answers.reaches(peer, 587))).toEqual(open);
});

it.each<[string, string[], string]>([
  ["an interface", ["pass in on em0 proto tcp to port 587"], "the interface of the client"],
  ["the interface's address", ["pass in proto tcp to (em0) port 587"], "the addresses of (em0)"],
  [
    "a table that is filled elsewhere",
    ['table <bad> persist file "/etc/bad"', "pass in proto tcp to port 587", "block in quick from <bad>"],
    "the addresses of <bad>",
  ],
  ["an anchor", ["pass in proto tcp to port 587", 'anchor "relayd/*"'], "anchor, which is not read"],
  ["a redirection", ["pass in proto tcp to port 587 rdr-to 127.0.0.1 port 2525"], "rdr-to"],
  ["a user", ["pass in proto tcp to port 587 user 1000"], "user"],
  ["another interface that is skipped", ["set skip on { lo0 em1 }"], "the interface of the connection"],
  ["no state", ["pass in proto tcp to port 587 no state"], "no state"],
  ["what nobody knows", ["pass in proto tcp to port 587 tardis"], '"tardis", which is not read'],
])("%s is unknown", async (_, lines, missing) => {
  const answers = await host("block in all", ...lines);
  expect(answers.reaches(anyone, 587)).toBe("unknown");
  expect(answers.missing(587).join()).toContain(missing);
});

it("does not take for open what passes without a state when answers may be stopped", async () => {
  const { facts } = await host("block in all");
  const out = facts.find(({ name }) => name === "egressAllowed");
  expect(JSON.stringify(out?.value)).toContain("keeps no state");
  const open = await host("block in all", "pass out all");
  expect(open.facts.find(({ name }) => name === "egressAllowed")?.value).toBe(true);
});

it("names the line, and says when the sender sees a refusal", async () => {
  const { facts } = await host("# mail", "block return in all");
  const evidence = facts.find(({ name }) => name === "reachable")?.evidence[0];
  expect(evidence).toMatchObject({
    at: expect.stringMatching(/pf\.conf:2$/),
    says: expect.stringContaining("refusal"),
  });
});

it.each([
  ["a macro that is not defined", "pass in to port $mail", "not defined"],
  ["a port above 65535", "pass in proto tcp to port 70000", "70000"],
  ["a port above 65535 after a sign", "pass in proto tcp to port 587 >< 587590", "587590"],
  ["a reversed range", "pass in proto tcp to port 600:500", "reversed"],
  ["a prefix that is too long", "pass in from 10.0.0.0/33", "32 bits"],
  ["a brace that is not closed", "pass in to port { 25", "not closed"],
  ["no line of pf", "permit ip any any", "no line"],
  [
    "macros without end",
    `${Array.from({ length: 30 }, (_, i) => `m${i + 1} = "$m${i} $m${i}"`)
      .join("\n")
      .replace(/^/, "m0 = 12345678\n")}`,
    "unfold",
  ],
])("%s is an error with its place", async (_, line, problem) => {
  const error = await host("block in all", line).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).where).toMatch(/pf\.conf:\d+$/);
  expect((error as InputError).problem).toContain(problem);
});

it.each<[string, string, boolean]>([
  ["rules", "block all\n", true],
  ["options, then rules", "# mail\n\nset skip on lo\nblock return\npass\n", true],
  ["macros and tables, then rules", 'ext = "egress"\ntable <t> { 10.0.0.0/8 }\npass in from <t>\n', true],
  ["a program", "class Refused(Exception):\n    pass\n\n\nx = 1\n", false],
  ["prose", "What the options do:\npass in the name of the file, and\nblock all others.\n", false],
  ["blank lines without end", "\n".repeat(65_536), false],
])("%s: is it pf.conf?", (_, text, expected) => {
  expect(recognisesPf(text)).toBe(expected);
});
