import { InputError } from "../../../model/errors.js";
import { forms, fromState, secretText, unknownText, urnOf, type Written } from "./programs.js";

const main = "smtpd_tls_security_level = encrypt\n";
const userData = `#cloud-config\nwrite_files:\n- path: /etc/postfix/main.cf\n  content: |\n    ${main}`;
const base64 = (text: string) => Buffer.from(text).toString("base64");
const map = (inputs: Record<string, unknown>): Written => ({ type: "configMap", name: "postfix", inputs });
const urn = urnOf({ type: "configMap", name: "postfix" });
const shownSecret = (text: string) => ({ ...secretText, ciphertext: undefined, plaintext: JSON.stringify(text) });

describe.each(Object.entries(forms))("mail definitions of a program, from %s", (_, form) => {
  const instance = urnOf({ type: "instance", name: "mail" });
  const template = urnOf({ type: "template", name: "lt" });
  const carriers: [string, Written, { id: string; at: string; hostedBy?: string }][] = [
    [
      "an instance's user data",
      { type: "instance", name: "mail", inputs: { userData } },
      { id: `${instance}#userData:/etc/postfix`, at: `${instance}#userData:/etc/postfix/main.cf`, hostedBy: instance },
    ],
    [
      "an instance's user data in base64",
      { type: "instance", name: "mail", inputs: { userDataBase64: base64(userData) } },
      {
        id: `${instance}#userDataBase64:/etc/postfix`,
        at: `${instance}#userDataBase64:/etc/postfix/main.cf`,
        hostedBy: instance,
      },
    ],
    [
      "a launch template's user data",
      { type: "template", name: "lt", inputs: { userData: base64(userData) } },
      { id: `${template}#userData:/etc/postfix`, at: `${template}#userData:/etc/postfix/main.cf` },
    ],
    [
      "a ConfigMap",
      map({ data: { "main.cf": main, aliases: "" } }),
      { id: `${urn}#data`, at: `${urn}#data["main.cf"]` },
    ],
    [
      "a ConfigMap's binary data",
      map({ binaryData: { "main.cf": base64(main) } }),
      { id: `${urn}#data`, at: `${urn}#binaryData["main.cf"]` },
    ],
  ];

  it.each(carriers)("%s", async (_carrier, written, { id, at, ...host }) => {
    expect((await form([written])).definitions).toEqual([
      { id, product: "postfix", origin: "planned", ...host, files: { "main.cf": { at, text: main } }, missing: [] },
    ]);
  });

  it.each([
    ["user data that is not known yet", { type: "instance", name: "mail", inputs: { userData: unknownText } }],
    ["an instance without user data", { type: "instance", name: "mail", inputs: {} }],
    ["a ConfigMap about something else", map({ data: { "nginx.conf": "" } })],
    ["a ConfigMap that is not known yet", map({ data: unknownText })],
    ["an empty ConfigMap", map({})],
  ] as [string, Written][])("%s gives none", async (_carrier, written) => {
    expect((await form([written])).definitions).toEqual([]);
  });

  it("a file that is not known yet is listed as missing", async () => {
    const [definition] = (await form([map({ data: { "main.cf": main, "master.cf": unknownText } })])).definitions;
    expect(definition?.missing).toEqual([`${urn}#data["master.cf"]`]);
    expect(Object.keys(definition?.files ?? {})).toEqual(["main.cf"]);
  });
});

describe("secrets", () => {
  it("that are opened in an export serve the analysis", async () => {
    const { definitions } = await fromState([
      { type: "instance", name: "mail", inputs: { userData: shownSecret(userData) } },
    ]);
    expect(definitions.map((each) => each.files["main.cf"]?.text)).toEqual([main]);
    const maps = await fromState([map({ data: { "main.cf": shownSecret(main) } })]);
    expect(maps.definitions.map((each) => each.files["main.cf"]?.text)).toEqual([main]);
    expect((await fromState([map({ data: shownSecret("x") })])).definitions).toEqual([]);
  });

  it("that stay closed are missing", async () => {
    const { definitions } = await fromState([map({ data: { "main.cf": secretText } })]);
    expect(definitions.map((each) => [each.files, each.missing])).toEqual([[{}, [`${urn}#data["main.cf"]`]]]);
  });
});

it("binary data that is no base64 is refused at its place", async () => {
  await expect(fromState([map({ binaryData: { "main.cf": "=" } })])).rejects.toThrow(InputError);
});
