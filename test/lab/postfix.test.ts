import { mailFacts } from "../../mail/index.js";
import { nothingDeclared } from "../../model/declaration.js";
import type { Fact } from "../../model/fact.js";
import { Subjects } from "../../model/subjects.js";
import { postfixUnavailable, postfixVersion, type Result, runPostfix } from "../setup/postfix.js";
import { describeWith } from "../setup/real-part.js";
import { compare } from "./postfix-agreement.js";
import { cases } from "./postfix-cases.js";
import { place } from "./postfix-lab.js";

function derive({ main, master }: Result, version: string): Fact[] {
  const files = { "main.cf": { at: "lab/main.cf", text: main }, "master.cf": { at: "lab/master.cf", text: master } };
  const definition = { id: "lab", product: "postfix", origin: "planned", files, missing: [], version } as const;
  return mailFacts([definition], new Subjects(nothingDeclared));
}

describeWith(postfixUnavailable())("what the files say and what the real Postfix does", () => {
  const { instances, placed } = place(cases);
  let results: Result[];
  let version: string;

  beforeAll(() => {
    version = postfixVersion();
    results = runPostfix(instances);
  }, 600_000);

  it.each(placed.map((each) => [each.case.name, each] as const))("%s", (_, { case: one, instance, ports }) => {
    const result = results[instance] as Result;
    const facts = derive(result, version);
    const looks = instances[instance]?.looks ?? [];
    const visits = looks
      .map((look, index) => ({ look, seen: result.seen[index] }))
      .filter(({ look }) => ports.includes(look.port));
    const disagreements: string[] = [];
    const open = new Set<string>();
    for (const { look, seen } of visits) {
      if (!seen) throw new Error("the observer saw nothing");
      const agreement = compare(facts, look, seen);
      disagreements.push(...agreement.disagreements.map((each) => `${look.from} -> ${look.to}:${look.port} ${each}`));
      for (const name of agreement.open) if (name !== "authMechanisms") open.add(name);
    }
    expect(disagreements).toEqual([]);
    expect([...open].sort()).toEqual([...(one.open ?? [])].sort());
  });
});
