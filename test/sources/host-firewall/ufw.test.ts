import { join, relative } from "node:path";
import { InputError } from "../../../model/errors.js";
import { readHostFirewall, recognisesHostFirewall } from "../../../sources/host-firewall/index.js";
import { answersWith, within } from "./directories.js";

const before = (six = "") =>
  `*filter\n:ufw${six}-before-input - [0:0]\n:ufw${six}-before-output - [0:0]\n-A ufw${six}-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\nCOMMIT\n`;
const after = (six = "") => `*filter\n:ufw${six}-after-input - [0:0]\nCOMMIT\n`;
const rules = (six: string, ...lines: string[]) =>
  ["*filter", `:ufw${six}-user-input - [0:0]`, `:ufw${six}-user-output - [0:0]`, ...lines, "COMMIT", ""].join("\n");
const submission = (six = "") => `-A ufw${six}-user-input -p tcp --dport 587 -j ACCEPT`;
const defaults = (input: string) =>
  `IPV6=yes\nDEFAULT_INPUT_POLICY="${input}"\nDEFAULT_OUTPUT_POLICY="ACCEPT"\nDEFAULT_FORWARD_POLICY="DROP"\n`;

const whole = {
  "etc/default/ufw": defaults("DROP"),
  "etc/ufw/ufw.conf": "ENABLED=yes\nLOGLEVEL=low\n",
  "etc/ufw/before.rules": before(),
  "etc/ufw/before6.rules": before("6"),
  "etc/ufw/after.rules": after(),
  "etc/ufw/after6.rules": after("6"),
  "etc/ufw/user.rules": rules("", submission()),
  "etc/ufw/user6.rules": rules("6", submission("6")),
};

const anyone = "192.0.2.7";
const six = "2001:db8::7";

it.each([".", "etc", "etc/ufw"])("finds the rules from %s, and calls the host by the directory above", (part) =>
  within(whole, async (home) => {
    const place = join(home, part);
    for (const path of [place, `${place}/`, `${home}//${part}`, relative(".", place)])
      expect(await recognisesHostFirewall(path)).toBe(true);
    const { interfaces } = await readHostFirewall(join(home, part));
    expect(interfaces.map(({ name }) => name)).toEqual(["mx1"]);
  }),
);

it.each<[string, Record<string, string>, (boolean | "unknown")[]]>([
  ["the rules as they are", {}, [true, true, false]],
  ["a default policy that accepts", { "etc/default/ufw": defaults("ACCEPT") }, [true, true, true]],
  ["a default policy that rejects", { "etc/default/ufw": defaults("REJECT") }, [true, true, false]],
  ["IPv6 switched off", { "etc/default/ufw": defaults("DROP").replace("IPV6=yes", "IPV6=no") }, [true, false, false]],
  ["ufw switched off", { "etc/ufw/ufw.conf": "ENABLED=no\n" }, [true, true, true]],
  [
    "a rule in before.rules",
    { "etc/ufw/before.rules": before().replace("COMMIT", "-A ufw-before-input -p tcp --dport 587 -j DROP\nCOMMIT") },
    [false, true, false],
  ],
  [
    "a rule in after.rules",
    { "etc/ufw/after.rules": after().replace("COMMIT", "-A ufw-after-input -j ACCEPT\nCOMMIT") },
    [true, true, true],
  ],
  ["no user rules", { "etc/ufw/user.rules": rules("") }, [false, true, false]],
])("%s", async (_, files, expected) => {
  const answers = await answersWith({ ...whole, ...files });
  expect([answers.reaches(anyone, 587), answers.reaches(six, 587), answers.reaches(anyone, 25)]).toEqual(expected);
});

it.each([
  ["etc/default/ufw", 25, "the policy of chain INPUT"],
  ["etc/ufw/before.rules", 587, "before.rules, which was not given"],
  ["etc/ufw/user.rules", 587, "user.rules, which was not given"],
])("without %s it is unknown what that would decide", async (name, port, missing) => {
  const { [name as keyof typeof whole]: _, ...files } = whole;
  const answers = await answersWith(files);
  expect(answers.reaches(anyone, port)).toBe("unknown");
  expect(answers.missing(port).some((each) => each.endsWith(missing))).toBe(true);
});

it("names the line of the rule, and of the default policy", async () => {
  const { facts } = await answersWith(whole);
  const at = (subject: string, value: boolean) =>
    facts.find((fact) => fact.name === "reachable" && fact.subject === subject && fact.value === value)?.evidence[0]
      ?.at;
  expect(at("mx1:587", true)).toMatch(/user\.rules:4$/);
  expect(at("mx1:25", false)).toMatch(/default\/ufw:2$/);
});

it.each([
  ["etc/default/ufw", defaults("DENY"), "default/ufw:2"],
  ["etc/ufw/user.rules", rules("", "-A ufw-user-input -p tcp --dport 70000 -j ACCEPT"), "user.rules:4"],
  ["etc/ufw/user.rules", "*filter\n:ufw-user-input - [0:0]\n", "user.rules"],
])("an error in %s is told with its place", async (name, text, place) => {
  const error = await answersWith({ ...whole, [name]: text }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).where.endsWith(place)).toBe(true);
});
