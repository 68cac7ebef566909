import { readAnsible } from "../../sources/ansible/index.js";
import { treeOnDisk } from "../../sources/mail/tree.js";
import { answer, factsOf, missingAt } from "../sources/pulumi/programs.js";

/** As the example's README tells it. */
it("examples/ansible shows a port for monitoring alone, a relay for our networks, and a host that waits for a variable", async () => {
  const facts = factsOf({
    interfaces: (await readAnsible("examples/ansible/site.yml", treeOnDisk("examples/ansible/site.yml"))).interfaces,
    definitions: [],
  });
  const reaches = (subject: string, peer: string) => answer(facts, "reachable", subject, peer);
  expect(["submission:587", "submission:465"].map((each) => reaches(each, "8.8.8.8"))).toEqual([true, false]);
  expect(reaches("submission:465", "198.51.100.5")).toBe(true);
  expect(["8.8.8.8", "10.1.2.3", "2001:db8:1::5"].map((peer) => reaches("relays:587", peer))).toEqual([
    false,
    true,
    true,
  ]);
  expect(answer(facts, "egressAllowed", "relays -> *:25", "8.8.8.8")).toBe(false);
  expect([...new Set(missingAt(facts, "reachable", "legacy:587"))]).toEqual(["examples/ansible/site.yml:18"]);
});
