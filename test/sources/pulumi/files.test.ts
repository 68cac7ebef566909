import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "../../../model/errors.js";
import { readPulumi, recognisesPulumi } from "../../../sources/pulumi/index.js";
import { fromState, read, readText, secretText, types, unknownText, urnOf, type Written } from "./programs.js";

const urn = urnOf({ type: "group", name: "g" });
const resource = { urn, type: types.group, inputs: {} };

async function failure(work: Promise<unknown>): Promise<InputError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof InputError)) throw new Error(`expected an InputError, got ${String(error)}`);
  return error;
}

describe("files that cannot be read are refused with place, expectation and mend", () => {
  const malformed: [string, string, RegExp, RegExp][] = [
    ["a missing comma", '{\n  "version": 3\n  "deployment": {}\n}', /pulumi\.json:3:3$/, /malformed JSON/],
    ["a trailing comma", '{"version": 3,\n}', /pulumi\.json:2:1$/, /malformed JSON/],
    ["an early end", '{"version": 3, "deployment": {', /pulumi\.json:1:\d+$/, /malformed JSON/],
    ["a comment", '{\n// none\n"version": 3}', /pulumi\.json:2:1$/, /malformed JSON/],
    ["an empty file", "", /pulumi\.json:1:1$/, /malformed JSON/],
    ["a list", "[]", /pulumi\.json$/, /neither a stack export/],
    ["another document", '{"kind": "Deployment"}', /pulumi\.json$/, /neither a stack export/],
    ["version 1", '{"version": 1, "deployment": {}}', /pulumi\.json$/, /version 1; versions 3 and 4/],
    ["version 5", '{"version": 5, "deployment": {}}', /pulumi\.json$/, /version 5; versions 3 and 4/],
    ["a version that is no number", '{"version": {}, "deployment": {}}', /pulumi\.json$/, /versions 3 and 4/],
    [
      "resources that are no list",
      '{"version": 3, "deployment": {"resources": {}}}',
      /pulumi\.json$/,
      /list of resources/,
    ],
    [
      "a resource without URN",
      '{"version": 3, "deployment": {"resources": [{}]}}',
      /resources\[0\]$/,
      /`urn` and `type`/,
    ],
    [
      "a resource that is none",
      '{"version": 3, "deployment": {"resources": [7]}}',
      /resources\[0\]$/,
      /`urn` and `type`/,
    ],
    ["steps that are no list", '{"steps": 7}', /pulumi\.json$/, /`steps` is not a list/],
    [
      "a step without URN",
      '{"steps": [{"op": "create", "newState": {}}]}',
      /steps\[0\]\.newState$/,
      /`urn` and `type`/,
    ],
  ];

  it.each(malformed)("%s", async (_, text, where, problem) => {
    const error = await failure(readText(text));
    expect(error.where).toMatch(where);
    expect(error.problem).toMatch(problem);
    expect(error.mend).not.toBe("");
  });

  it("a file that is not there", async () => {
    expect((await failure(readPulumi("/nonexistent/state.json"))).problem).toMatch(/ENOENT/);
  });

  it("a broken file is never quoted: it may hold secrets", async () => {
    const error = await failure(readText('{"version": 3, "password": hunter2}'));
    expect(error.message).not.toContain("hunter2");
  });

  it("a preview that leaves unchanged resources out", async () => {
    const error = await failure(
      read({ steps: [{ op: "create", newState: resource }], changeSummary: { create: 1, same: 3 } }),
    );
    expect(error.problem).toMatch(/3 unchanged resources are left out/);
    expect(error.mend).toMatch(/--show-sames/);
  });

  it("nesting without end", async () => {
    const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
    const text = `{"version": 3, "deployment": {"resources": [{"urn": "u", "type": "aws:ec2/securityGroup:SecurityGroup", "inputs": {"ingress": ${deep}}}]}}`;
    expect((await failure(readText(text))).problem).toMatch(/nested deeper/);
  });
});

describe("inputs that do not fit their schema are refused with URN and path", () => {
  const rule = { protocol: "tcp", fromPort: 587, toPort: 587 };
  const misfits: [string, Written, string][] = [
    ["ingress as a text", { type: "group", name: "g", inputs: { ingress: "all" } }, `${urn}#ingress`],
    ["a rule as a number", { type: "group", name: "g", inputs: { ingress: [7] } }, `${urn}#ingress[0]`],
    [
      "no protocol",
      { type: "group", name: "g", inputs: { ingress: [{ fromPort: 1, toPort: 1 }] } },
      `${urn}#ingress[0]`,
    ],
    [
      "blocks as one text",
      { type: "group", name: "g", inputs: { egress: [{ ...rule, cidrBlocks: "10.0.0.0/8" }] } },
      `${urn}#egress[0].cidrBlocks`,
    ],
    [
      "a port as a word",
      { type: "group", name: "g", inputs: { ingress: [{ ...rule, fromPort: "smtp" }] } },
      `${urn}#ingress[0].fromPort`,
    ],
    [
      "a port out of range",
      { type: "group", name: "g", inputs: { ingress: [{ ...rule, toPort: 70000, cidrBlocks: ["10.0.0.0/8"] }] } },
      `${urn}#ingress[0].toPort`,
    ],
    [
      "a reversed range",
      { type: "group", name: "g", inputs: { ingress: [{ ...rule, fromPort: 600, cidrBlocks: ["10.0.0.0/8"] }] } },
      `${urn}#ingress[0].fromPort`,
    ],
    [
      "a block that is none",
      { type: "group", name: "g", inputs: { ingress: [{ ...rule, cidrBlocks: ["10.0.0.0/8", "any"] }] } },
      `${urn}#ingress[0].cidrBlocks[1]`,
    ],
    [
      "a direction that is none",
      { type: "rule", name: "r", inputs: { ...rule, type: "inbound", securityGroupId: "sg-1" } },
      `${urnOf({ type: "rule", name: "r" })}#type`,
    ],
    [
      "groups as one text",
      { type: "instance", name: "i", inputs: { vpcSecurityGroupIds: "sg-1" } },
      `${urnOf({ type: "instance", name: "i" })}#vpcSecurityGroupIds`,
    ],
  ];

  it.each(misfits)("%s", async (_, written, where) => {
    const error = await failure(fromState([written]));
    expect(error.where).toBe(where);
    expect(error.mend).not.toBe("");
  });

  it("an unknown or a secret fits anywhere", async () => {
    const inputs = {
      ingress: [{ protocol: unknownText, fromPort: secretText, toPort: unknownText, cidrBlocks: secretText }],
    };
    await expect(fromState([{ type: "group", name: "g", inputs }])).resolves.toBeDefined();
  });

  it("a resource of a type that is none of our business is left alone", async () => {
    const bucket = { urn: "urn:pulumi:dev::acme::aws:s3/bucket:Bucket::b", type: "aws:s3/bucket:Bucket", inputs: 7 };
    await expect(read({ version: 3, deployment: { resources: [bucket] } })).resolves.toEqual({
      interfaces: [],
      definitions: [],
      containers: [],
      clients: [],
    });
  });
});

describe("what counts as there", () => {
  const interfaces = async (document: unknown) => (await read(document)).interfaces.map((each) => each.name);

  it.each([
    ["a stack export of version 4", { version: 4, deployment: { resources: [resource] } }, ["g"]],
    ["a checkpoint file", { version: 3, checkpoint: { stack: "dev", latest: { resources: [resource] } } }, ["g"]],
    ["a stack that was never deployed", { version: 3, deployment: {} }, []],
    ["a checkpoint that was never deployed", { version: 3, checkpoint: { latest: null } }, []],
    [
      "a resource that waits for its deletion",
      { version: 3, deployment: { resources: [{ ...resource, delete: true }] } },
      [],
    ],
    ["a step that deletes", { steps: [{ op: "delete", oldState: resource }] }, []],
    [
      "steps that replace",
      { steps: ["create-replacement", "replace"].map((op) => ({ op, newState: resource })) },
      ["g"],
    ],
  ])("%s", async (_, document, expected) => {
    expect(await interfaces(document)).toEqual(expected);
  });

  it("a resource that is only looked up has its properties among the outputs", async () => {
    const open = { ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }] };
    const looked = { ...resource, external: true, id: "sg-1", outputs: open };
    const [group] = (await read({ version: 3, deployment: { resources: [looked] } })).interfaces;
    expect(group?.ingress[0]?.rules.map((rule) => rule.peers.missing)).toEqual([[]]);
  });
});

describe("files are recognised by content", () => {
  it.each([
    ["a stack export", '{"version": 3, "deployment": {}}', "pulumi-state"],
    ["a preview", '{"steps": []}', "pulumi-preview"],
    ["a broken stack export", '{"version": 3, "deployment": {', "pulumi-state"],
    ["a broken preview", '{"steps": [', "pulumi-preview"],
    ["other JSON", '{"name": "port587"}', undefined],
    ["a list", "[]", undefined],
    ["main.cf", "myhostname = mail.example.com\n", undefined],
    ["nothing", "", undefined],
  ])("%s", async (_, text, kind) => {
    const directory = mkdtempSync(join(tmpdir(), "port587-recognise-"));
    try {
      writeFileSync(join(directory, "file"), text);
      expect(await recognisesPulumi(join(directory, "file"))).toBe(kind);
      expect(await recognisesPulumi(directory)).toBeUndefined();
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
