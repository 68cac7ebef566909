import { AddressSet } from "../../model/addresses.js";
import { type Declaration, nothingDeclared } from "../../model/declaration.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import type { NetworkInterface } from "../../model/network.js";
import { isCalled, Subjects } from "../../model/subjects.js";

function nic(origin: NetworkInterface["origin"], id: string, name: string, cloudId?: string): NetworkInterface {
  const evidence = { kind: origin === "planned" ? "code" : "cloud", at: id, says: "" } as const;
  return { origin, id, name, evidence, kind: "instance", ingress: [], egress: [], ...(cloudId ? { cloudId } : {}) };
}

const planned = nic("planned", "urn:pulumi:prod::acme::aws:ec2/instance:Instance::mail", "mail", "i-1");
const deployed = nic("deployed", "arn:aws:ec2:eu-west-1:1:instance/i-1", "Mail server", "i-1");

const declared: Declaration = {
  ...nothingDeclared,
  endpoints: [
    { host: "mail.example.com", port: 587, role: "submission", exposure: AddressSet.everything, resource: "mail" },
  ],
};

describe("the subject of an interface", () => {
  const table: [string, readonly NetworkInterface[], NetworkInterface, string][] = [
    ["alone: its name", [planned], planned, "mail:25"],
    ["deployed alone: its own name", [deployed], deployed, "Mail server:25"],
    ["deployed, planned with the same cloud id: the planned name", [planned, deployed], deployed, "mail:25"],
    ["whatever the order of the two", [deployed, planned], deployed, "mail:25"],
    ["planned, deployed too: the planned name", [planned, deployed], planned, "mail:25"],
    [
      "deployed with another cloud id: its own name",
      [planned, nic("deployed", "arn:2", "other", "i-2")],
      nic("deployed", "arn:2", "other", "i-2"),
      "other:25",
    ],
    [
      "planned before it exists has no cloud id and meets nothing",
      [nic("planned", "urn:new", "new"), deployed],
      deployed,
      "Mail server:25",
    ],
    [
      "two of one name: the full id, and the deployed one still meets the planned one",
      [planned, deployed, nic("deployed", "arn:2", "mail", "i-2")],
      deployed,
      `${planned.id}:25`,
    ],
  ];
  it.each(table)("%s", (_case, interfaces, asked, subject) => {
    expect(new Subjects(nothingDeclared, interfaces).ofInterface(asked, 25)).toBe(subject);
  });

  it("is the declared endpoint when the declaration knows it by its planned name", () => {
    const subjects = new Subjects(declared, [planned, deployed]);
    expect([planned, deployed].map((each) => subjects.ofInterface(each, 587))).toEqual([
      "mail.example.com:587",
      "mail.example.com:587",
    ]);
    expect(isCalled(deployed, "mail")).toBe(false);
  });

  it("of egress is the planned name too", () => {
    expect(new Subjects(nothingDeclared, [planned, deployed]).ofEgress(deployed, "smtp.example.net", 587)).toBe(
      "mail -> smtp.example.net:587",
    );
  });

  it.each(["mail", "urn:mail", "i-0mail"])("machines written as %s have the name that subjects have", (written) => {
    const nic = { ...planned, id: "urn:mail", name: "mail", cloudId: "i-0mail" };
    const { declaration } = new Subjects(
      { ...nothingDeclared, relays: [{ host: "smtp.example.net", port: 587, clients: [written] }] },
      [nic],
    );
    expect(declaration.relays[0]?.clients).toEqual(["mail"]);
  });

  it.each([
    ["by its path", { id: "postfix/" }, "3.7"],
    ["by the machine that carries it", { id: "urn:mail#userData", hostedBy: "urn:mail" }, "3.7"],
    ["its own first", { id: "postfix/", version: "3.9" }, "3.9"],
    ["not at all", { id: "other/" }, undefined],
  ])("the version of a mail server is known %s", (_, given, version) => {
    const nic = { ...planned, id: "urn:mail", name: "mail" };
    const endpoint = {
      host: "mail.example.com",
      port: 587,
      role: "submission",
      exposure: AddressSet.everything,
    } as const;
    const endpoints = [{ ...endpoint, resource: "mail", config: "postfix/", version: "3.7" }];
    const definition = { product: "postfix", origin: "planned", files: {}, missing: [], ...given } as const;
    expect(new Subjects({ ...nothingDeclared, endpoints }, [nic]).versionOf(definition)).toBe(version);
  });
});

describe("the port behind a declared endpoint", () => {
  const otherwise = { action: "deny", evidence: { kind: "code", at: "", says: "" } } as const;
  const balancer = (...targets: Maybe<number>[]): NetworkInterface => ({
    ...nic("planned", "urn:lb", "lb"),
    ingress: targets.map((target) => ({
      ...{ name: "listener", combine: "union", rules: [], otherwise, incomplete: [] },
      translation: [
        { listen: 587, target },
        { listen: 465, target: 465 },
      ],
    })),
  });
  const open = unknown("urn#targetPort");

  it.each<[string, NetworkInterface, number | "unknown"]>([
    ["the same where nothing translates", nic("planned", "urn:lb", "lb"), 587],
    ["the target of the listener", balancer(2587), 2587],
    ["told alike by two layers", balancer(2587, 2587), 2587],
    ["told apart by two layers", balancer(2587, 3587), "unknown"],
    ["a target that is not known yet", balancer(open), "unknown"],
  ])("%s", (_, behind, expected) => {
    const endpoint = {
      host: "mail.example.com",
      port: 587,
      role: "submission",
      resource: "lb",
      config: "etc",
    } as const;
    const endpoints = [{ ...endpoint, exposure: AddressSet.everything }];
    const subjects = new Subjects({ ...nothingDeclared, endpoints }, [behind]);
    const port = subjects.portBehind(endpoints[0] as (typeof endpoints)[number]);
    expect(typeof port === "number" ? port : "unknown").toBe(expected);
    if (typeof port === "number") expect(subjects.ofDefinition({ id: "etc" }, port)).toBe("mail.example.com:587");
  });
});
