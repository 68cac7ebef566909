import { nothingDeclared } from "../../../model/declaration.js";
import type { MailDefinition } from "../../../model/mail.js";
import { Subjects } from "../../../model/subjects.js";
import { mailFacts } from "../facts.js";

const texts = "[message]\nhelo=x\n[max]\nbytes=1\n[uuid]\nbanner_chars=6\n";
const connection = `${texts}[haproxy]\nhosts[] =\n`;
const usual = {
  "config/connection.ini": connection,
  "config/plugins": "tls\n",
  "config/smtp.ini": "listen=0.0.0.0:587\n",
};

async function factsOf(texts: Readonly<Record<string, string>>, missing: readonly string[] = [], version?: string) {
  const files = Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, { at: path, text }]));
  const definition: MailDefinition = {
    ...({ id: "haraka", product: "haraka", origin: "planned", files, missing } as const),
    ...(version === undefined ? {} : { version }),
  };
  return mailFacts([definition], new Subjects(nothingDeclared));
}

const valuesOf = (facts: Awaited<ReturnType<typeof factsOf>>, name: string) =>
  [...new Set(facts.filter((fact) => fact.name === name).map((fact) => JSON.stringify(fact.value)))].sort();

describe("files that are not at hand", () => {
  it.each([
    ["plugins", { ...usual, "config/plugins": undefined }, "relay", '{"unknown":["config/plugins"]}'],
    ["smtp.ini", { ...usual, "config/smtp.ini": undefined }, "listening", '{"unknown":["config/smtp.ini"]}'],
    [
      "connection.ini",
      { ...usual, "config/connection.ini": undefined },
      "relay",
      '{"unknown":["connection.ini with the sections message, max, uuid, or the Haraka version"]}',
    ],
    [
      "smtp.json, which replaces other files",
      { ...usual, "config/smtp.json": "{}" },
      "listening",
      '{"unknown":["smtp.json or smtp.yaml, which may replace other files"]}',
    ],
  ])("%s makes unknown what depends on it", async (_, files, name, value) => {
    const there = Object.fromEntries(Object.entries(files).filter(([, text]) => text !== undefined));
    expect(valuesOf(await factsOf(there as Record<string, string>), name)).toEqual([value]);
  });

  it("leaves the defaults of a file that something else may write open", async () => {
    const facts = await factsOf(usual, ["install.sh"]);
    expect(valuesOf(facts, "starttlsOffered")).toEqual(['{"unknown":["install.sh"]}']);
    expect(valuesOf(facts, "listening")).toContain("true");
  });

  it("reads the config directory alone as well as the directory around it", async () => {
    const inside = Object.fromEntries(Object.entries(usual).map(([path, text]) => [path.replace("config/", ""), text]));
    const [within, around] = [await factsOf(inside), await factsOf(usual)];
    expect(within.map(({ name, value }) => [name, value])).toEqual(around.map(({ name, value }) => [name, value]));
  });
});

// By the changelog of 3.3.4 (#3616); test/lab/haraka.test.ts has the real releases say so.
it.each([
  ["3.1.0", '"accepted"'],
  ["3.3.3", '"accepted"'],
  ["3.3", '{"unknown":["the Haraka version"]}'],
  [undefined, '{"unknown":["the Haraka version"]}'],
  ["3.3.4", '"rejected"'],
  ["3.4", '"rejected"'],
])("%s: what ends a message", async (version, value) => {
  expect(valuesOf(await factsOf(usual, [], version), "bareNewline")).toEqual([value]);
});

// By connection.js of 3.1.0 to 3.2.1 (`for (const ip of cfg.haproxy.hosts)`) and the endpoints of 3.3.1; so do the real ones.
const unproxied = { ...usual, "config/connection.ini": texts };
const twice = { ...usual, "config/smtp.ini": "listen=[::0]:587,0.0.0.0:587\n" };
it.each<[string | undefined, string, Readonly<Record<string, string>>, string, unknown]>([
  ["3.2.1", "no [haproxy]: it does not start", unproxied, "listening", ["false"]],
  ["3.3.1", "no [haproxy]", unproxied, "starttlsOffered", ['"offered"']],
  [undefined, "no [haproxy]", unproxied, "starttlsOffered", [expect.stringMatching(/the Haraka version/)]],
  ["3.2.1", "two addresses on one port", twice, "listening", [expect.stringMatching(/before 3\.3\.1/)]],
  ["3.3.1", "two addresses on one port: it does not start", twice, "listening", ["false"]],
])("%s: %s", async (version, _, files, name, values) => {
  expect(valuesOf(await factsOf(files, [], version), name)).toEqual(values);
});

describe("proxies and strange plugins", () => {
  it("say nothing of the clients of a proxy", async () => {
    const files = { ...usual, "config/connection.ini": `${connection}[haproxy]\nhosts[]=10.0.0.0/8\n` };
    const open = (await factsOf(files))
      .filter((fact) => fact.name === "relay")
      .map((fact) => fact.from.toCidrs("ipv4")[0]);
    expect(open).toContain("10.0.0.0/8");
  });

  it("name the plugin whose code is not known", async () => {
    const facts = await factsOf({ ...usual, "config/plugins": "tls\nmy_relay\n" });
    expect(valuesOf(facts, "relay")).toEqual(['{"unknown":["what the plugin my_relay does"]}']);
  });

  it("say nothing of a trusted network that a plugin may still refuse", async () => {
    const files = { ...usual, "config/plugins": "karma\nrelay\n", "config/relay_acl_allow": "10.0.0.0/8\n" };
    expect(valuesOf(await factsOf(files), "relay")).toEqual([
      '"closed"',
      '{"unknown":["whom the plugin karma refuses"]}',
    ]);
  });
});

it("reads long files in time that grows with their length", async () => {
  const long = "x".repeat(2_000_000);
  const started = performance.now();
  for (const name of ["smtp.ini", "tls.ini", "plugins", "relay_acl_allow", "host_list_regex"])
    await factsOf({ ...usual, [`config/${name}`]: `${long}\\\n${"a.\n".repeat(100_000)}` });
  expect(performance.now() - started).toBeLessThan(20_000);
});
