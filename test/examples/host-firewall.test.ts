import type { Estate } from "../../model/network.js";
import { readHostFirewall } from "../../sources/host-firewall/index.js";
import { answer, factsOf } from "../sources/pulumi/programs.js";

/** As the example's README tells it. */
it("examples/host-firewall shows a port for monitoring alone, one that IPv6 does not reach, and no way for 25", async () => {
  const [one, two] = await Promise.all(
    ["mx1/nftables.conf", "mx2"].map((path) => readHostFirewall(`examples/host-firewall/${path}`)),
  );
  const mx1 = factsOf(one as Estate);
  const mx2 = factsOf(two as Estate);
  const reachable = (facts: typeof mx1, subject: string, peer: string) => answer(facts, "reachable", subject, peer);
  expect([reachable(mx1, "mx1:587", "8.8.8.8"), reachable(mx1, "mx1:465", "8.8.8.8")]).toEqual([true, false]);
  expect(reachable(mx1, "mx1:465", "198.51.100.5")).toBe(true);
  expect(["8.8.8.8", "2001:db8::1"].map((peer) => reachable(mx2, "mx2:587", peer))).toEqual([true, false]);
  expect(answer(mx1, "egressAllowed", "mx1 -> *:25", "8.8.8.8")).toBe(false);
});
