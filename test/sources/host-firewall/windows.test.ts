import { InputError } from "../../../model/errors.js";
import { answersWith } from "./directories.js";

const profile = (Name: string, more: object = {}) => ({
  Name,
  Enabled: "True",
  DefaultInboundAction: "NotConfigured",
  DefaultOutboundAction: "NotConfigured",
  ...more,
});
const profiles = ["Domain", "Private", "Public"].map((name) => profile(name));
const rule = (more: object = {}) => ({
  ...{ Name: "mail", DisplayName: "Mail", Enabled: "True", Direction: "Inbound", Action: "Allow", Profile: "Any" },
  ...{ Protocol: "TCP", LocalPort: "587", RemotePort: "Any", LocalAddress: "Any", RemoteAddress: "Any" },
  ...{ Program: "Any", Service: "Any", InterfaceType: "Any", ...more },
});
const host = (rules: unknown, more: object = { profiles }) =>
  answersWith({ "windows.json": JSON.stringify({ ...more, rules }) });
const anyone = "192.0.2.7";

it.each<[string, object[], boolean | "unknown", string]>([
  ["a rule", [rule()], true, ""],
  ["a rule that is off", [rule({ Enabled: "False" })], false, ""],
  ["a list of ports", [rule({ LocalPort: ["25", "500-600"] })], true, ""],
  ["another port", [rule({ LocalPort: 25 })], false, ""],
  ["UDP", [rule({ Protocol: "UDP" })], false, ""],
  ["a protocol number", [rule({ Protocol: 6 })], true, ""],
  ["any protocol", [rule({ Protocol: "Any", LocalPort: "Any" })], true, ""],
  ["outbound", [rule({ Direction: "Outbound" })], false, ""],
  [
    "a block beside, whatever the order",
    [rule(), rule({ Action: "Block", RemoteAddress: "192.0.2.0/255.255.255.0" })],
    false,
    "",
  ],
  ["a block of others", [rule(), rule({ Action: "Block", RemoteAddress: "10.0.0.0-10.255.255.255" })], true, ""],
  ["some addresses", [rule({ RemoteAddress: ["192.0.2.7", "2001:db8::/32"] })], true, ""],
  ["the local subnet", [rule({ RemoteAddress: "LocalSubnet" })], "unknown", "the addresses LocalSubnet"],
  ["a program", [rule({ Program: "C:\\mail\\server.exe" })], "unknown", "the Program of the connection"],
  ["one profile of three", [rule({ Profile: "Domain, Private" })], "unknown", "the network profile"],
  ["all profiles by name", [rule({ Profile: "Domain, Private, Public" })], true, ""],
  ["RPC's ports", [rule({ LocalPort: "RPC" })], "unknown", "the ports RPC"],
  ["a rule for the authenticated", [rule({ Action: "AllowBypass" })], "unknown", "who is authenticated"],
])("%s", async (_, rules, expected, missing) => {
  const answers = await host(rules);
  expect(answers.reaches(anyone, 587)).toBe(expected);
  expect(answers.missing(587).join()).toBe(missing);
});

it("a rule of 150,000 addresses", async () => {
  const listed = Array.from({ length: 150_000 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  const answers = await host([rule({ RemoteAddress: [...listed, anyone] })]);
  expect([answers.reaches(anyone, 587), answers.reaches("192.0.2.8", 587)]).toEqual([true, false]);
});

it.each<[string, object[], (boolean | "unknown")[]]>([
  ["that are not exported", [], [false, true]],
  [
    "with actions of their own",
    ["Domain", "Private", "Public"].map((name) =>
      profile(name, { DefaultInboundAction: "Allow", DefaultOutboundAction: "Block" }),
    ),
    [true, false],
  ],
  [
    "that differ",
    [profile("Domain", { DefaultInboundAction: "Allow" }), profile("Private"), profile("Public")],
    ["unknown", true],
  ],
  ["that are off", ["Domain", "Private", "Public"].map((name) => profile(name, { Enabled: "False" })), [true, true]],
  [
    "of which one is off",
    [profile("Domain", { Enabled: "False" }), profile("Private"), profile("Public")],
    ["unknown", true],
  ],
])("profiles %s", async (_, given, [inbound, outbound]) => {
  const answers = await host([rule({ Enabled: "False" })], given.length > 0 ? { profiles: given } : {});
  expect(answers.reaches(anyone, 587)).toBe(inbound);
  expect(answers.facts.find(({ name }) => name === "egressAllowed")?.value).toEqual(outbound);
});

it("reads the rules alone, as UTF-16 too, and names the rule", async () => {
  const text = JSON.stringify([
    rule(),
    rule({ DisplayName: "No office", Action: "Block", RemoteAddress: "10.0.0.0/8" }),
  ]);
  const { facts, reaches } = await answersWith({ "windows.json": text });
  expect([reaches(anyone, 587), reaches("10.1.1.1", 587)]).toEqual([true, false]);
  const open = facts.find((fact) => fact.name === "reachable" && fact.subject === "mx1:587" && fact.value === true);
  expect(open?.evidence[0]?.at).toMatch(/windows\.json#rules\[0\] \(Mail\)$/);
});

it.each([
  ["a missing field", [{ ...rule(), Program: undefined }], "#rules[0]", "Program"],
  ["a port above 65535", [rule({ LocalPort: "70000" })], "#rules[0].LocalPort", "70000"],
  ["a reversed range", [rule({ LocalPort: "600-500" })], "#rules[0].LocalPort", "reversed"],
  ["a mask with holes", [rule({ RemoteAddress: "10.0.0.0/255.0.255.0" })], "#rules[0].RemoteAddress", "holes"],
  ["numbers for words", [rule({ Action: 2 })], "#rules[0].Action", "no word"],
  ["no object", [7, rule()], "#rules[0]", "no object"],
])("%s is an error with its place", async (_, rules, place, problem) => {
  const error = await host(rules).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).where.endsWith(place)).toBe(true);
  expect((error as InputError).problem).toContain(problem);
});
