import { AddressSet } from "../../model/addresses.js";
import { type DeclaredRelay, nothingDeclared } from "../../model/declaration.js";
import type { Layer, NetworkInterface } from "../../model/network.js";
import { type ProviderId, providerLayer } from "../../model/provider-blocks.js";
import { Subjects } from "../../model/subjects.js";
import { judge, rules } from "../../policies/index.js";
import { reachFacts } from "../../reach/index.js";

const evidence = { kind: "code", at: "main.tf:1", says: "lets out everything" } as const;
const group = (action: "allow" | "deny"): Layer => ({
  ...{ name: "firewall", combine: "union", rules: [], incomplete: [] },
  otherwise: { action, evidence },
});
const machine = (provider: ProviderId, action: "allow" | "deny"): NetworkInterface => ({
  ...{ id: "urn:app", name: "app", kind: "instance", origin: "planned", evidence, ingress: [] },
  egress: [group(action), providerLayer(provider)],
});
const relay = (port: number, ...addresses: string[]): DeclaredRelay => ({
  ...{ host: "smtp.example.net", port, clients: ["app"] },
  ...(addresses.length > 0 ? { addresses: AddressSet.of(...addresses) } : {}),
});

function said(provider: ProviderId, action: "allow" | "deny", declared: DeclaredRelay): string[] {
  const interfaces = [machine(provider, action)];
  const subjects = new Subjects({ ...nothingDeclared, relays: [declared] }, interfaces);
  const facts = reachFacts({ interfaces, definitions: [] }, subjects);
  const asked = rules.filter(({ id }) => id === "provider-block" || id === "relay-unreachable");
  return judge(asked, facts, subjects.declaration, new Date("2026-06-01")).flatMap(({ rule, outcomes }) =>
    outcomes.map(({ status, message }) => `${rule.id} ${status}: ${message}`),
  );
}

describe("a relay behind a provider that blocks SMTP", () => {
  const blocked =
    /^provider-block fail: app -> smtp\.example\.net:587: DigitalOcean blocks 25, 465 and 587 outbound; 2525 is open/;

  it("says what the provider blocks and what it leaves open, and blames no rule", () => {
    expect(said("digitalocean", "allow", relay(587))).toEqual([expect.stringMatching(blocked)]);
    expect(said("digitalocean", "allow", relay(587, "8.8.8.0/24"))).toEqual([expect.stringMatching(blocked)]);
    expect(said("digitalocean", "allow", relay(587, "10.0.0.25", "8.8.8.0/24"))).toEqual([
      expect.stringMatching(blocked),
      expect.stringMatching(/^relay-unreachable pass: .*10\.0\.0\.25/),
    ]);
  });

  it("names the rules beside it where they close the port as well", () => {
    expect(said("digitalocean", "deny", relay(587))).toEqual([
      expect.stringMatching(blocked),
      expect.stringMatching(/^relay-unreachable fail: .*no egress rule/),
    ]);
  });

  it("has nothing against a port that it leaves open", () => {
    expect(said("digitalocean", "allow", relay(2525)).map((text) => text.split(":")[0])).toEqual([
      "provider-block pass",
      "relay-unreachable pass",
    ]);
  });

  it("has nothing to do with a relay inside", () => {
    expect(said("digitalocean", "allow", relay(587, "10.0.0.25")).map((text) => text.split(":")[0])).toEqual([
      "provider-block pass",
      "relay-unreachable pass",
    ]);
  });
});
