import { type Case, cases } from "../../bench/scanners/cases.js";
import { planOf } from "../../bench/scanners/plan.js";
import { AddressSet } from "../../model/addresses.js";
import { nothingDeclared } from "../../model/declaration.js";
import { Subjects } from "../../model/subjects.js";
import { explain } from "../../reach/explain.js";
import { read } from "../sources/terraform-plans.js";

/** The configurations of `npm run bench -- scanners`: what scanners get wrong is right here, from the same plans. */
async function verdict({ resources, from, to }: Case) {
  const { interfaces } = await read(planOf(resources));
  const subjects = new Subjects(nothingDeclared, interfaces);
  const named = (name: string) => interfaces.filter((nic) => subjects.isKnownAs(nic, name));
  const [out, into] = [named(from), named(to)];
  const [direction, machines, peers] = out.length > 0 ? (["out", out, to] as const) : (["in", into, from] as const);
  return machines.map((nic) => explain(nic, nic.name, direction, 587, AddressSet.of(peers)).verdict);
}

it.each(cases.map((each) => [each.name, each] as const))("%s", async (_, each) => {
  expect(await verdict(each)).toEqual([each.truth]);
});
