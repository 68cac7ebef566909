import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientFacts } from "../../../mail/clients/index.js";
import { containerFacts } from "../../../mail/containers/index.js";
import { nothingDeclared } from "../../../model/declaration.js";
import { isUnknown } from "../../../model/maybe.js";
import { Subjects } from "../../../model/subjects.js";
import { estateOf, fromPolicyResources } from "../../../sources/pulumi/index.js";

const disk: Readonly<Record<string, string>> = {
  "manual.yaml": "deployment: {env: {SSL_TYPE: manual}}\nservice: {type: LoadBalancer}\n",
  "self.yaml": "deployment: {env: {TLS_LEVEL: modern}}\n",
  "app.yaml": "web: {env: {MAIL_HOST: smtp.example.net, MAIL_PORT: '587', MAIL_USERNAME: u}}\n",
  "broken.yaml": "deployment: {\n",
};
const file = (path: string) => ({ __pulumiAsset: true, path });
const none = { deployment: { env: { SSL_TYPE: "" } } };

async function factsOf(props: Record<string, unknown>) {
  const type = "kubernetes:helm.sh/v3:Release";
  const release = {
    urn: `urn:pulumi:dev::acme::${type}::mail`,
    type,
    name: "mail",
    props,
    id: undefined,
    dependencies: [],
    propertyDependencies: {},
  };
  const resources = fromPolicyResources([release]);
  const estate = await estateOf(resources, (path) => disk[path]);
  const subjects = new Subjects(nothingDeclared, estate.interfaces, estate.containers);
  return [...containerFacts(estate.containers ?? [], subjects), ...(await clientFacts(estate, subjects)).facts];
}

const server = "docker-mailserver";
/** By the provider's own tests of what it makes of files and values (helm_release_test.go, TestDecodeRelease). */
it.each([
  ["a file on the disk", { chart: server, valueYamlFiles: [file("manual.yaml")] }, "mail"],
  ["values win over it", { chart: server, valueYamlFiles: [file("manual.yaml")], values: none }, "none"],
  ["what values do not name stays", { chart: server, valueYamlFiles: [file("manual.yaml")], values: { a: 1 } }, "mail"],
  [
    "two files with one map",
    { chart: server, valueYamlFiles: [file("manual.yaml"), file("self.yaml")] },
    "lays the files",
  ],
  ["a file that is not there", { chart: server, valueYamlFiles: [file("no.yaml")] }, "no.yaml"],
  ["a file that is no YAML", { chart: server, valueYamlFiles: [file("broken.yaml")] }, "valueYamlFiles"],
  ["nulls", { chart: server, valueYamlFiles: [file("manual.yaml")], allowNullValues: true }, "allowNullValues"],
])("%s", async (_, props, says) => {
  const fact = (await factsOf(props)).find(({ name, subject }) => name === "tlsGate" && subject.endsWith(":587"));
  const value = fact?.value;
  if (value !== undefined && isUnknown(value)) expect(JSON.stringify(value)).toContain(says);
  else expect(value).toBe(says);
});

it("a client's settings of a file and of values are those of one client", async () => {
  const facts = await factsOf({
    chart: "app",
    valueYamlFiles: [file("app.yaml")],
    values: { web: { env: { MAIL_PORT: "465", MAIL_SCHEME: "smtps" } } },
  });
  expect([...new Set(facts.map(({ subject }) => subject.split(" ").at(-1)))]).toEqual(["smtp.example.net:465"]);
});

it.each([
  ["beside Pulumi.yaml", "name: acme\nruntime: nodejs\n", "a: 1\n"],
  ["not where main puts the program elsewhere", "name: acme\nmain: src\n", "nothing"],
])("files are looked for %s", (_, project, says) => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "port587-beside-")));
  try {
    mkdirSync(join(root, "below"));
    writeFileSync(join(root, "Pulumi.yaml"), project);
    writeFileSync(join(root, "values.yaml"), "a: 1\n");
    const module = join(process.cwd(), "dist/policies/pulumi/project.js");
    const script = `import(${JSON.stringify(module)}).then((m) => process.stdout.write(m.besideProgram("values.yaml") ?? "nothing"))`;
    // The engine, whose place the shell takes, stands in the project.
    const said = execFileSync("sh", ["-c", `cd '${root}/below' && "$0" -e "$1"; true`, process.execPath, script], {
      encoding: "utf8",
    });
    expect(said).toBe(says);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
