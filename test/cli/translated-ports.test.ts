import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Report } from "../../model/report.js";
import { mainCf, masterCf } from "./fronts.js";

const service = (target: number) => `apiVersion: v1
kind: Service
metadata: { name: mail, namespace: mail }
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  selector: { app: mail }
  ports: [{ port: 587, targetPort: ${target} }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: mail, namespace: mail }
spec:
  selector: { matchLabels: { app: mail } }
  template:
    metadata: { labels: { app: mail } }
    spec: { containers: [{ name: postfix, image: registry.example/postfix, ports: [{ containerPort: ${target} }] }] }
`;
const compose = (ports: string) => `services:
  mail:
    image: registry.example/postfix
    ports: ["${ports}"]
    volumes: ["./postfix:/etc/postfix:ro"]
`;
const declared = (more: string, sources: string) => `sources: [${sources}]
endpoints:
  - { host: mail.example.com, ports: [587], exposure: internet, config: postfix, version: "3.9"${more} }
`;

type Case = readonly [name: string, port: number, files: Readonly<Record<string, string>>, listens: boolean];

const cases: readonly Case[] = [
  [
    "a Service leads 587 to the port of the server",
    2587,
    { "mail.yaml": service(2587), "port587.yaml": declared(", resource: mail", "mail.yaml, postfix") },
    true,
  ],
  [
    "a Service leads 587 to another port",
    2587,
    { "mail.yaml": service(3587), "port587.yaml": declared(", resource: mail", "mail.yaml, postfix") },
    false,
  ],
  [
    "Compose publishes the port of the server as 587",
    2587,
    { "compose.yaml": compose("587:2587"), "port587.yaml": declared("", "compose.yaml, postfix") },
    true,
  ],
  [
    "Compose publishes 587 of a server that listens on 2587",
    2587,
    { "compose.yaml": compose("587:587"), "port587.yaml": declared("", "compose.yaml, postfix") },
    false,
  ],
  ["nothing translates, and the server listens on 2587", 2587, { "port587.yaml": declared("", "postfix") }, false],
  ["nothing translates, and the server listens on 587", 587, { "port587.yaml": declared("", "postfix") }, true],
];

describe("a port that something in front of the server translates", () => {
  const made: string[] = [];
  afterAll(() => {
    for (const directory of made) rmSync(directory, { recursive: true, force: true });
  });

  it.each(cases)("%s", (_, port, files, listens) => {
    const directory = mkdtempSync(join(tmpdir(), "port587-translated-"));
    made.push(directory);
    const all = { "postfix/main.cf": mainCf, "postfix/master.cf": masterCf(port), ...files };
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    const args = ["dist/cli/main.js", "audit", directory, "--format", "json"];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 60_000 });
    expect(stderr).toBe("");
    const { findings, facts } = JSON.parse(stdout) as Report;
    const found = findings.find(({ rule }) => rule === "submission-without-server");
    expect([found?.subject, found?.status]).toEqual(["mail.example.com:587", listens ? "pass" : "fail"]);
    const gates = facts.filter(({ name, subject }) => name === "tlsGate" && subject === "mail.example.com:587");
    expect(gates.map(({ value }) => value)).toEqual(listens ? ["mail"] : []);
  });
});
