import { AddressSet } from "../../model/addresses.js";
import type { NetworkInterface } from "../../model/network.js";
import { type ProviderId, providerBlocks, providerLayer, sentenceOf, smtpPorts } from "../../model/provider-blocks.js";
import { explain } from "../../reach/explain.js";

const ids = [...new Set(providerBlocks.map(({ id }) => id))];

function answers(id: ProviderId, peer: string) {
  const nic: NetworkInterface = {
    id,
    name: id,
    kind: "instance",
    origin: "planned",
    evidence: { kind: "code", at: id, says: id },
    ingress: [],
    egress: [providerLayer(id)],
  };
  return smtpPorts.map((port) => explain(nic, id, "out", port, AddressSet.of(peer)));
}

describe("the layer of a provider, by port: 25, 465, 587, 2525", () => {
  const cases: [id: ProviderId, verdicts: string[]][] = [
    ["gcp", ["closed", "open", "open", "open"]],
    ["digitalocean", ["closed", "closed", "closed", "open"]],
    ["hetzner", ["closed", "closed", "open", "open"]],
    ["linode", ["closed", "closed", "closed", "open"]],
    ["vultr", ["closed", "open", "open", "open"]],
    ["scaleway", ["closed", "closed", "closed", "open"]],
    ["cloudzy", ["closed", "closed", "closed", "closed"]],
    ["aws", ["unknown", "open", "open", "open"]],
    ["azure", ["unknown", "open", "open", "open"]],
    ["ovh", ["unknown", "open", "open", "open"]],
    ["oci", ["unknown", "open", "open", "open"]],
    ["fly", ["unknown", "open", "open", "open"]],
    ["contabo", ["unknown", "open", "open", "open"]],
    ["render", ["unknown", "unknown", "unknown", "open"]],
    ["railway", ["unknown", "unknown", "unknown", "unknown"]],
  ];
  it.each(cases)("%s", (id, verdicts) => {
    for (const peer of ["8.8.8.8", "2001:4860:4860::8888"])
      expect(answers(id, peer).map(({ verdict }) => verdict)).toEqual(verdicts);
  });

  it.each(ids)("%s lets private addresses pass", (id) => {
    for (const peer of ["10.1.2.3", "fd00::5"])
      expect(answers(id, peer).map(({ verdict }) => verdict)).toEqual(smtpPorts.map(() => "open"));
  });

  it("names the condition that is missing", () => {
    expect(answers("azure", "8.8.8.8")[0]?.missing).toEqual(["the type of the Azure subscription"]);
    expect(answers("fly", "8.8.8.8")[0]?.missing).toEqual(["whether Fly.io blocks this port"]);
  });

  it("names the page that says so", () => {
    const [closed] = answers("linode", "8.8.8.8");
    expect(closed?.blockers[0]?.decidedBy[0]).toMatchObject({
      kind: "default",
      at: "linode.com/blog/linode/a-new-policy-to-help-fight-spam",
      layer: { name: "provider", decision: "deny" },
    });
  });
});

describe("the table of providers", () => {
  it.each(providerBlocks.map((row) => [sentenceOf(row), row] as const))("%s", (_, row) => {
    expect(row.certainty).toBeGreaterThan(0);
    expect(row.certainty).toBeLessThanOrEqual(1);
    if (row.seenOn === undefined) expect(row.certainty).toBeLessThan(0.8);
    else expect(new Date(row.seenOn).toISOString().slice(0, 10)).toBe(row.seenOn);
  });

  it.each([
    ["digitalocean", "DigitalOcean blocks 25, 465 and 587 outbound; 2525 is open"],
    ["vultr", "Vultr blocks 25 outbound; 465, 587 and 2525 are open"],
    ["contabo", "Contabo throttles 25 outbound; 465, 587 and 2525 are open"],
    ["heroku", "Heroku is not known to block SMTP outbound; of 25 nothing certain is known"],
  ])("says of %s: %s", (id, sentence) => {
    expect(providerBlocks.filter((row) => row.id === id).map(sentenceOf)).toEqual([sentence]);
  });
});
