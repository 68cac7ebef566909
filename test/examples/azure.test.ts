import { AddressSet } from "../../model/addresses.js";
import { nothingDeclared } from "../../model/declaration.js";
import { readPulumi } from "../../sources/pulumi/index.js";
import { answer, factsOf } from "../sources/pulumi/programs.js";

/** As the example's README tells it. */
describe("examples/azure", () => {
  it("shows an open server, one shut by the order of its rules, one open to Azure's own addresses, one behind a firewall's DNAT rule, and no way for 25", async () => {
    const estate = await readPulumi("examples/azure/stack.json");
    const relays = [{ host: "relay", port: 587, clients: ["app-server"], addresses: AddressSet.of("8.8.8.8") }];
    const facts = factsOf(estate, { ...nothingDeclared, relays });
    const reachable = (subject: string) => answer(facts, "reachable", subject, "8.8.8.8");
    expect(reachable("mail-server:587")).toBe(true);
    expect(reachable("legacy-server:587")).toBe(false);
    expect(reachable("partner-lb:587")).toBe("unknown");
    expect(reachable("mail-server:25")).toBe(false);
    expect(reachable("edge-firewall:587")).toBe(true);
    expect(reachable("edge-firewall:465")).toBe(false);
    expect(reachable("inner-server:587")).toBe(false);
    expect(answer(facts, "egressAllowed", "app-server -> relay:587", "8.8.8.8")).toBe(true);
    expect(answer(facts, "egressAllowed", "app-server -> *:25", "8.8.8.8")).toBe(false);
    expect(estate.definitions.map(({ hostedBy }) => hostedBy?.split("::").at(-1))).toEqual(["mail-server"]);
  });
});
