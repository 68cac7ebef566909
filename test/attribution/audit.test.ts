import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Attribution, factsNamed } from "../../model/fact.js";
import type { Report } from "../../model/report.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";
import { type Told, tryAll } from "./labs.js";
import type { Situation } from "./situations.js";

interface Case {
  readonly name: string;
  /** Of the server, which is the one of examples/acme whose security group admits 587 and nothing else. */
  readonly port: number;
  readonly rules: Situation["rules"];
  readonly flags?: string;
  /** Of the endpoint, as it stands in the report. */
  readonly says: string;
  readonly confidence: Attribution["confidence"];
  /** Part of what led to it. */
  readonly because: string;
}

const cases: readonly Case[] = [
  {
    name: "the security group has no rule, and the hops agree",
    port: 465,
    rules: { firewall: ["forward: tcp dport 465 drop"] },
    says: "does not answer: the security group at urn:pulumi:prod::acme::aws:ec2/securityGroup:SecurityGroup::mail-pass-587-fail-465#ingress has no rule for port 465",
    confidence: "high",
    because: "the definitions admit nobody from here on this port",
  },
  {
    name: "the security group admits, and a router on the way drops",
    port: 587,
    rules: { router: ["forward: tcp dport 587 drop"] },
    says: "does not answer: your own router (192.168.1.1) or the internet provider's first router (198.51.100.1) drops port 587",
    confidence: "medium",
    because: "what is sent to port 587 is heard of up to hop 1, and no further",
  },
  {
    name: "the security group admits, and the provider resets, of a control too",
    port: 587,
    rules: { provider: ["forward: tcp dport 587 reject with tcp reset"] },
    flags: " --control control.example.test",
    says: "is refused: the internet provider's first router (198.51.100.1) rejects port 587",
    confidence: "high",
    because: "port 587 fails in the same way at control.example.test",
  },
  {
    name: "the security group admits, and the last device before the server drops",
    port: 587,
    rules: { firewall: ["forward: tcp dport 587 drop"] },
    says: "does not answer: something the definitions do not show: the host's own firewall, a network ACL, a route, or a device in front",
    confidence: "medium",
    because: "what is sent to port 587 is heard of up to hop 3, and no further",
  },
  {
    name: "the security group admits, and this machine's own rules do not let it out",
    port: 587,
    rules: { client: ["output: tcp dport 587 drop"] },
    says: "does not answer: this machine's own firewall: chain at_output drops this (nft -j list ruleset#inet lab at_output handle 2)",
    confidence: "high",
    because: "the rules in force on this machine let none out to it, or no answer back in",
  },
];

describeWith(namespacesUnavailable() ?? lacksNftables())("who blocks the port, by audit --live", () => {
  let all: Map<string, Told>;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "port587-audit-lab-"));
    const estate = (port: number) => {
      const file = join(directory, `${port}.yaml`);
      const endpoint = `{ host: mail.example.test, ports: [${port}], exposure: internet, resource: mail-server }`;
      writeFileSync(file, `sources: [${resolve("examples/acme/stack.json")}]\nendpoints:\n  - ${endpoint}\n`);
      return file;
    };
    const situations = cases.map(
      ({ name, rules, port, flags = "" }): Situation => ({
        name,
        ...(rules ? { rules } : {}),
        verb: "audit",
        args: `${estate(port)} --live --format json --timeout 1.2${flags}`,
        culprit: undefined,
      }),
    );
    all = await tryAll(situations);
  }, 120_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(cases)("$name", ({ name, says, confidence, because }) => {
    const { out, err } = all.get(name) as Told;
    expect(err).toBe("");
    const { probes, facts } = JSON.parse(out) as Report;
    expect(probes.map(({ inShort }) => inShort)).toEqual([says]);
    const [blame] = factsNamed(facts, "attributedBlock").map(({ value }) => value as Attribution);
    expect(blame).toMatchObject({ confidence, because: expect.arrayContaining([because]) });
  });
});
