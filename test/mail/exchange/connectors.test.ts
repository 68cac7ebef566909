import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { AddressSet } from "../../../model/addresses.js";
import { nothingDeclared } from "../../../model/declaration.js";
import type { Fact, FactName } from "../../../model/fact.js";
import type { MailDefinition } from "../../../model/mail.js";
import { Subjects } from "../../../model/subjects.js";
import { readMail, recognisesMail } from "../../../sources/mail/index.js";
import { drawn } from "../../lab/drawn.js";
import { mailFacts } from "../facts.js";

type Properties = Readonly<Record<string, unknown>>;

const everyone = ["::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "0.0.0.0-255.255.255.255"];

/** "Client Frontend" as setup makes it: Microsoft Learn, "Receive connectors", default connectors. */
const clientFrontend: Properties = {
  Identity: "EX01\\Client Frontend EX01",
  Server: "EX01",
  TransportRole: "FrontendTransport",
  Enabled: true,
  Bindings: ["[::]:587", "0.0.0.0:587"],
  RemoteIPRanges: everyone,
  AuthMechanism: "Tls, Integrated, BasicAuth, BasicAuthRequireTLS",
  PermissionGroups: "ExchangeUsers",
  RequireTLS: false,
  EnableAuthGSSAPI: true,
  Fqdn: "ex01.example.com",
  Banner: null,
};

async function factsOf(files: Readonly<Record<string, string>>, hosts: readonly string[] = []): Promise<Fact[]> {
  const texts = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, { at: path, text }]));
  const definition: MailDefinition = { id: "ex", product: "exchange", origin: "planned", files: texts, missing: [] };
  const endpoints = hosts.map((host) => ({
    ...{ host, port: 587, role: "submission", exposure: AddressSet.everything, config: "ex" },
  })) as ConstructorParameters<typeof Subjects>[0]["endpoints"];
  return mailFacts([definition], new Subjects({ ...nothingDeclared, endpoints }));
}

const json = (...connectors: Properties[]) => ({ "receive-connectors.json": JSON.stringify(connectors) });

/** What is said of one client; a fact that is unknown as what it misses. */
function seenBy(facts: readonly Fact[], client: string, port = 587): Record<string, unknown> {
  const [here] = [AddressSet.of(client)];
  return Object.fromEntries(
    facts
      .filter(({ subject, from }) => subject.endsWith(`:${port}`) && from.contains(here as AddressSet))
      .map(({ name, value }) => [name, value]),
  );
}

async function said(change: Properties, name: FactName): Promise<unknown> {
  return seenBy(await factsOf(json({ ...clientFrontend, ...change })), "192.0.2.1")[name];
}

const rights = { unknown: ["the rights of ANONYMOUS LOGON on the connector (Get-ADPermission)"] };
const windows = (...mechanisms: string[]) => ({ offered: mechanisms, accepted: mechanisms });

describe("what a property decides", () => {
  it.each<[string, Properties, FactName, unknown]>([
    ["the port listens", {}, "listening", true],
    ["a disabled connector is none", { Enabled: false }, "listening", undefined],
    ["465 is not implicit TLS either", {}, "implicitTls", false],
    ["Tls advertises STARTTLS", {}, "starttlsOffered", "offered"],
    ["None advertises nothing", { AuthMechanism: "None" }, "starttlsOffered", "absent"],
    ["RequireTLS", { RequireTLS: true }, "tlsGate", "mail"],
    ["RequireTLS is false", {}, "tlsGate", "none"],
    ["Integrated stands in clear, LOGIN does not", {}, "authBeforeTls", windows("GSSAPI", "NTLM")],
    ["without Kerberos", { EnableAuthGSSAPI: false }, "authBeforeTls", windows("NTLM")],
    ["BasicAuth alone is in clear", { AuthMechanism: "Tls, BasicAuth" }, "authBeforeTls", windows("LOGIN")],
    ["BasicAuthRequireTLS", { AuthMechanism: "Tls, BasicAuth, BasicAuthRequireTLS" }, "authBeforeTls", windows()],
    ["inside TLS", {}, "authMechanisms", ["GSSAPI", "LOGIN", "NTLM"]],
    ["ExchangeServer is no mechanism of AUTH", { AuthMechanism: "Tls, ExchangeServer" }, "authMechanisms", []],
    ["users alone: MAIL fails", {}, "authGate", "mail"],
    ["users alone do not relay unknown clients", {}, "relay", "closed"],
    ["anonymous users", { PermissionGroups: "AnonymousUsers, ExchangeUsers" }, "relay", rights],
    ["anonymous users at the gate", { PermissionGroups: "AnonymousUsers" }, "authGate", rights],
    ["custom permissions", { PermissionGroups: "ExchangeUsers, Custom" }, "relay", rights],
    [
      "externally secured clients relay",
      { AuthMechanism: "Tls, ExternalAuthoritative", PermissionGroups: "ExchangeServers" },
      "relay",
      "open",
    ],
    ["bare line feeds", { BareLinefeedRejectionEnabled: true }, "bareNewline", "rejected"],
    ["the default banner", {}, "bannerVersion", false],
    ["a banner of one's own is not judged", { Banner: "220 hi" }, "bannerVersion", undefined],
    ["versions of TLS", {}, "tlsVersions", { unknown: ["the SCHANNEL settings in the registry of the server"] }],
  ])("%s", async (_, change, name, expected) => {
    expect(await said(change, name)).toEqual(expected);
  });

  it.each(["Enabled", "AuthMechanism", "PermissionGroups", "RequireTLS", "EnableAuthGSSAPI"])(
    "%s that was not exported is named",
    async (name) => {
      const { [name]: _, ...rest } = clientFrontend;
      const claims = seenBy(await factsOf(json(rest)), "192.0.2.1");
      expect(JSON.stringify(claims)).toContain(`${name} of the connector in receive-connectors.json:1`);
    },
  );
});

describe("the forms of an export", () => {
  const csv = (connector: Properties, delimiter = ",") => {
    const text = (value: unknown) => `"${String(Array.isArray(value) ? value.join(",") : (value ?? ""))}"`;
    const names = Object.keys(connector).map((name) => `"${name}"`);
    return `${names.join(delimiter)}\r\n${Object.values(connector).map(text).join(delimiter)}\r\n`;
  };
  const numbers = { AuthMechanism: 15, PermissionGroups: 2 };
  it.each<[string, string, string]>([
    ["one object", "Receive-Connector.json", JSON.stringify(clientFrontend)],
    ["numbers", "receiveconnectors.json", JSON.stringify([{ ...clientFrontend, ...numbers }])],
    [
      "deserialised enumerations",
      "ReceiveConnectors.json",
      JSON.stringify([{ ...clientFrontend, AuthMechanism: 0, PermissionGroups: 0 }])
        .replace(
          '"AuthMechanism":0',
          '"AuthMechanism":{"value":15,"Value":"Tls, Integrated, BasicAuth, BasicAuthRequireTLS"}',
        )
        .replace('"PermissionGroups":0', '"PermissionGroups":{"value":2,"Value":"ExchangeUsers"}'),
    ],
    [
      "bindings and ranges as objects",
      "receive-connectors.json",
      JSON.stringify({
        ...clientFrontend,
        Bindings: [
          { AddressFamily: 23, Address: "::", Port: 587 },
          { Address: "0.0.0.0", Port: 587 },
        ],
        RemoteIPRanges: [{ LowerBound: "::", UpperBound: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" }, "0.0.0.0/0"],
      }),
    ],
    [
      "lists as one text",
      "receive-connectors.json",
      JSON.stringify({ ...clientFrontend, Bindings: "{[::]:587, 0.0.0.0:587}", RemoteIPRanges: everyone.join(" ") }),
    ],
    ["CSV", "receive-connectors.csv", csv(clientFrontend)],
    ["CSV with its type", "receive-connectors.csv", `#TYPE Microsoft.Exchange.X\r\n${csv(clientFrontend)}`],
    ["CSV with semicolons", "receive-connectors.csv", csv(clientFrontend, ";")],
    ["a BOM", "receive-connectors.csv", `\uFEFF${csv(clientFrontend)}`],
  ])("%s says the same", async (_, path, text) => {
    const strip = (facts: readonly Fact[]) => facts.map(({ evidence, ...rest }) => ({ ...rest, at: evidence.length }));
    expect(strip(await factsOf({ [path]: text }))).toEqual(strip(await factsOf(json(clientFrontend))));
  });

  it("a file in UTF-16, as Windows PowerShell writes it, is read", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "exchange-")), "receive-connectors.json");
    writeFileSync(path, `\uFEFF${JSON.stringify(clientFrontend)}`, "utf16le");
    expect(await recognisesMail(path)).toBe("exchange");
    const facts = await mailFacts(await readMail(path), new Subjects(nothingDeclared));
    expect(seenBy(facts, "192.0.2.1").authGate).toBe("mail");
  });

  it("evidence names the line", async () => {
    const text = JSON.stringify([clientFrontend], null, 2);
    const line = text.split("\n").findIndex((each) => each.includes('"RequireTLS"')) + 1;
    const facts = await factsOf({ "receive-connectors.json": text });
    const gate = facts.find(({ name }) => name === "tlsGate");
    expect(gate?.evidence.map(({ at }) => at)).toEqual([`receive-connectors.json:${line}`]);
  });

  it("cells of CSV hold quotes, delimiters and ends of lines, and evidence names the line that a connector begins on", async () => {
    const row = (server: string, comment: string) =>
      `"0.0.0.0:587","0.0.0.0-255.255.255.255",Tls,ExchangeUsers,"${comment}",${server}\r\n`;
    const header = '"Bindings",RemoteIPRanges,AuthMechanism,PermissionGroups,"Comment",Server\r\n';
    const text = `${header}\r\n${row("EX1", 'of ""Jane"", who left\r\n\r\nin May')}${row("EX2", "")}`;
    const facts = await factsOf({ "receive-connectors.csv": text });
    expect(
      facts
        .filter(({ name }) => name === "authGate")
        .map(({ subject, value, evidence }) => [subject, value, evidence[0]?.at]),
    ).toEqual([
      ["EX1:587", "mail", "receive-connectors.csv:3"],
      ["EX2:587", "mail", "receive-connectors.csv:6"],
    ]);
  });

  it.each<[string, string, RegExp]>([
    ["text that is neither", "hello", /holds no receive connector/],
    ["half of JSON", '[{"Bindings": [', /receive-connectors.json:1.*malformed JSON/],
    ["a list of numbers", "[1]", /is no object/],
    ["no bindings", "{}", /Bindings is missing or cannot be read/],
    [
      "a type's name",
      '{"Bindings": "System.Collections.ArrayList"}',
      /Bindings is missing or cannot be read[\s\S]*-join/,
    ],
    ["CSV with too many cells", '"Bindings","Enabled"\n"a","b","c"\n', /json:2.*malformed CSV/],
    ["a quote that is not closed", '"Bindings"\n\n"0.0.0.0:587\n', /json:3.*malformed CSV/],
    ["a quote in the middle of a cell", 'Bindings\n0.0.0.0"587"\n', /json:2: Bindings is missing or cannot be read/],
    ["text behind a quoted cell", '#TYPE x\n"Bindings"\n"a"b\n', /json:3.*malformed CSV/],
    ...(
      [
        ["AuthMechanism", "Tls, Magic", /AuthMechanism has a member that is not known/],
        ["AuthMechanism", 64, /AuthMechanism has a member that is not known/],
        ["AuthMechanism", "BasicAuth, BasicAuthRequireTLS", /without BasicAuth and Tls/],
        ["AuthMechanism", "Tls, BasicAuth, ExternalAuthoritative", /beside another mechanism/],
        ["AuthMechanism", "ExternalAuthoritative", /needs the group ExchangeServers/],
        ["Enabled", "perhaps", /Enabled is neither true nor false/],
        ["RemoteIPRanges", ["10.0.0.9-10.0.0.1"], /RemoteIPRanges is missing or cannot be read/],
        ["Bindings", ["0.0.0.0:99999"], /Bindings is missing or cannot be read/],
      ] as const
    ).map(([name, value, message]): [string, string, RegExp] => [
      `${name} ${JSON.stringify(value)}`,
      JSON.stringify({ ...clientFrontend, [name]: value }),
      message,
    ]),
    [
      "TLS required and not advertised",
      JSON.stringify({ ...clientFrontend, AuthMechanism: "None", RequireTLS: true }),
      /RequireTLS is true and AuthMechanism lacks Tls/,
    ],
  ])("%s is refused", async (_, text, message) => {
    await expect(factsOf({ "receive-connectors.json": text })).rejects.toThrow(message);
  });
});

describe("which connector takes a client", () => {
  const relay = { ...clientFrontend, Identity: "EX01\\Relay", PermissionGroups: "AnonymousUsers" };

  it("the example of Microsoft Learn: the closest remote range", async () => {
    const facts = await factsOf(
      json(
        { ...clientFrontend, Bindings: "0.0.0.0:25", RemoteIPRanges: "0.0.0.0-255.255.255.255", RequireTLS: true },
        { ...relay, Bindings: "0.0.0.0:25", RemoteIPRanges: "192.168.1.0-192.168.1.255", EnableAuthGSSAPI: false },
        { ...relay, Bindings: "0.0.0.0:25", RemoteIPRanges: "192.168.1.75", AuthMechanism: "None" },
      ),
    );
    expect(seenBy(facts, "192.168.1.75", 25)).toMatchObject({ starttlsOffered: "absent", tlsGate: "none" });
    expect(seenBy(facts, "192.168.1.100", 25)).toMatchObject({ authBeforeTls: windows("NTLM"), tlsGate: "none" });
    expect(seenBy(facts, "192.0.2.1", 25)).toMatchObject({ authGate: "mail", tlsGate: "mail" });
    expect(seenBy(facts, "2001:db8::1", 25)).toEqual({ listening: false });
  });

  it("clients of no range are not served", async () => {
    const facts = await factsOf(json({ ...relay, RemoteIPRanges: ["10.0.0.0/8", "10.1.0.0(255.255.0.0)"] }));
    expect(seenBy(facts, "10.1.2.3")).toMatchObject({ listening: true });
    expect(seenBy(facts, "192.0.2.1")).toEqual({ listening: false });
  });

  it("two services on one port: only one gets it, so what differs is unknown", async () => {
    const facts = await factsOf(
      json(clientFrontend, { ...clientFrontend, TransportRole: "HubTransport", RequireTLS: true }),
    );
    expect(seenBy(facts, "192.0.2.1")).toMatchObject({ listening: true, tlsGate: { unknown: [expect.any(String)] } });
  });

  it("servers of one export are subjects of their own, the declared one by its name", async () => {
    const other = { ...clientFrontend, Identity: "EX02\\C", Server: "EX02", Fqdn: "ex02.example.com" };
    const facts = await factsOf(json(clientFrontend, other), ["EX02.example.com"]);
    expect([...new Set(facts.map(({ subject }) => subject))]).toEqual(["EX02.example.com:587", "ex01.example.com:587"]);
    const [alone] = await factsOf(json(clientFrontend), ["mail.example.com"]);
    expect(alone?.subject).toBe("mail.example.com:587");
  });

  it("a declared port without a connector does not listen", async () => {
    const facts = await factsOf(json({ ...clientFrontend, Bindings: "0.0.0.0:25" }), ["mail.example.com"]);
    expect(seenBy(facts, "192.0.2.1")).toEqual({ listening: false });
  });

  it("more connectors than a call takes arguments", async () => {
    const named = (i: number) => ({ ...clientFrontend, Server: `EX${i}`, Fqdn: `ex${i}.example.com` });
    const connectors = Array.from({ length: 12_500 }, (_, i) => named(i));
    const subjects = new Set((await factsOf(json(...connectors))).map(({ subject }) => subject));
    expect(subjects.size).toBe(12_500);
  }, 120_000);

  it("random nested ranges: the smallest that holds the client", async () => {
    const { seed, count } = drawn("nested ranges of receive connectors", 60);
    const lengths = fc.uniqueArray(fc.integer({ min: 0, max: 32 }), { minLength: 1, maxLength: 6 });
    const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    const dotted = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
    await fc.assert(
      fc.asyncProperty(lengths, address, address, fc.nat(32), async (prefixes, base, noise, near) => {
        // A client that shares its first bits with the blocks.
        const mask = near === 0 ? 0 : (0xffffffff << (32 - near)) >>> 0;
        const client = ((base & mask) | (noise & ~mask)) >>> 0;
        const connectors = prefixes.map((prefix) => ({
          ...clientFrontend,
          Bindings: "0.0.0.0:587",
          RemoteIPRanges: `${dotted(base)}/${prefix}`,
          RequireTLS: prefix % 2 === 0,
        }));
        const holds = (prefix: number) => prefix === 0 || base >>> (32 - prefix) === client >>> (32 - prefix);
        const closest = Math.max(...prefixes.filter(holds), -1);
        const said = seenBy(await factsOf(json(...connectors)), dotted(client));
        expect(said).toMatchObject(
          closest === -1 ? { listening: false } : { listening: true, tlsGate: closest % 2 === 0 ? "mail" : "none" },
        );
      }),
      { seed, numRuns: count },
    );
  });
});
