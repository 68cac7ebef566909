import { declared } from "../../cli/declared.js";
import { AddressSet } from "../../model/addresses.js";
import { Subjects } from "../../model/subjects.js";
import { judge, rules } from "../../policies/index.js";
import { explain } from "../../reach/explain.js";
import { reachFacts } from "../../reach/index.js";
import { readPulumi } from "../../sources/pulumi/index.js";

const world = "8.8.8.8";
const sixth = "2001:4860:4860::8888";

type Question = [machine: string, way: "in" | "out", port: number, peer: string, verdict: string, layers: string[]];

interface Example {
  readonly questions: readonly Question[];
  /** Rule and subject of every finding that is no pass. */
  readonly findings: readonly string[];
}

/** Per example: who gets through, which layers stop the others, and what the audit finds. */
const examples: Readonly<Record<string, Example>> = {
  aws: {
    questions: [
      ["mail-nlb", "in", 587, world, "partial", ["network ACL of its targets, answers"]],
      ["mail-nlb", "in", 587, sixth, "closed", ["public address", "route", "network ACL of its targets, answers"]],
      ["app-server", "in", 587, world, "closed", ["security group", "public address", "route"]],
      ["app-server", "out", 587, "198.51.100.25", "open", []],
      ["app-server", "out", 25, "198.51.100.25", "closed", ["security group"]],
    ],
    findings: ["return-path-partial mail.example.com:587"],
  },
  gcp: {
    questions: [
      ["mail-server", "in", 587, world, "open", []],
      ["mail-server", "in", 587, sixth, "closed", ["public address", "VPC firewall"]],
      ["legacy-server", "in", 587, world, "closed", ["VPC firewall"]],
      ["relay-server", "in", 587, world, "closed", ["public address", "VPC firewall"]],
      ["relay-server", "in", 587, "10.50.0.30", "open", []],
      ["relay-server", "in", 587, "10.51.0.30", "closed", ["VPC firewall"]],
      ["partner-server", "in", 587, "198.51.100.25", "open", []],
      ["partner-server", "in", 587, world, "closed", ["VPC firewall"]],
      ["untagged-server", "in", 587, "198.51.100.25", "closed", ["VPC firewall"]],
      ["app-server", "out", 587, "10.50.0.20", "open", []],
      ["app-server", "out", 25, "10.50.0.20", "closed", ["VPC firewall"]],
      ["app-server", "out", 25, world, "closed", ["VPC firewall", "public address", "provider"]],
    ],
    findings: ["submission-unreachable legacy.example.com:587", "dead-mail-rule legacy.example.com:587"],
  },
  digitalocean: {
    questions: [
      ["mail-server", "in", 587, world, "open", []],
      ["mail-server", "in", 587, sixth, "open", []],
      ["mail-server", "in", 465, world, "closed", ["firewall"]],
      ["mail-server", "out", 587, world, "closed", ["provider"]],
      ["mail-server", "out", 2525, world, "open", []],
      ["mail-server", "out", 25, world, "closed", ["firewall", "provider"]],
    ],
    findings: ["provider-block mail-server -> smtp.example.net:587"],
  },
  hetzner: {
    questions: [
      ["mail-server", "in", 587, world, "open", []],
      ["mail-server", "in", 465, sixth, "closed", ["firewall"]],
      ["mail-server", "out", 587, world, "open", []],
      ["mail-server", "out", 465, world, "closed", ["provider"]],
    ],
    findings: ["provider-block mail-server -> smtps.example.net:465"],
  },
  linode: {
    questions: [
      ["mail-server", "in", 587, world, "open", []],
      ["mail-server", "in", 465, world, "closed", ["firewall"]],
      ["mail-server", "out", 587, world, "closed", ["provider"]],
      ["mail-server", "out", 2525, world, "open", []],
    ],
    findings: ["provider-block mail-server -> smtp.example.net:587"],
  },
  vultr: {
    questions: [
      ["mail-server", "in", 587, world, "open", []],
      ["mail-server", "in", 587, sixth, "closed", ["firewall group"]],
      ["mail-server", "out", 587, world, "open", []],
      ["mail-server", "out", 25, world, "closed", ["provider"]],
    ],
    findings: ["provider-block mail-server -> mx.example.net:25"],
  },
  scaleway: {
    questions: [
      ["mail-server", "in", 587, world, "open", []],
      ["mail-server", "in", 587, sixth, "open", []],
      ["app-server", "in", 587, world, "closed", ["security group"]],
      ["mail-server", "out", 587, world, "open", []],
      ["app-server", "out", 587, world, "closed", ["provider"]],
    ],
    findings: ["provider-block app-server -> smtp.example.net:587"],
  },
};

const questions = Object.entries(examples).flatMap(([cloud, example]) =>
  example.questions.map((question) => [cloud, ...question] as const),
);

async function read(cloud: string) {
  const estate = await readPulumi(`examples/${cloud}/stack.json`);
  const { written } = await declared([`examples/${cloud}`]);
  return { estate, subjects: new Subjects(written, estate.interfaces) };
}

describe("examples of clouds", () => {
  it.each(questions)("%s: %s, %s, %i, %s is %s", async (cloud, name, way, port, peer, verdict, layers) => {
    const { estate } = await read(cloud);
    const nic = estate.interfaces.find((each) => each.name === name);
    if (!nic) throw new Error(`no ${name}`);
    const found = explain(nic, name, way, port, AddressSet.of(peer));
    expect([found.verdict, found.blockers.map(({ layer }) => layer)]).toEqual([verdict, layers]);
  });

  it.each(Object.entries(examples))("%s: the audit", async (cloud, { findings }) => {
    const { estate, subjects } = await read(cloud);
    const judged = judge(rules, reachFacts(estate, subjects), subjects.declaration, new Date("2026-11-24T00:00:00Z"));
    const found = judged.filter(({ outcomes }) => outcomes.some(({ status }) => status !== "pass"));
    expect(found.map(({ rule, subject }) => `${rule.id} ${subject}`).sort()).toEqual([...findings].sort());
  });
});
