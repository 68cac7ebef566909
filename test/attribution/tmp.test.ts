import { tryAll } from "./labs.js";
import { situations } from "./situations.js";
it("x", async () => {
  const wanted = new RegExp(process.env.WANTED ?? ".");
  const all = await tryAll(situations.filter(({ name }) => wanted.test(name)).map((s) => process.env.JSON ? { ...s, args: `${s.args} --json` } : s));
  for (const each of all.values()) {
    if (process.env.JSON) { const r = JSON.parse(each.out); process.stdout.write(`=== ${each.name}\n${JSON.stringify(r.facts.find((f: {name:string}) => f.name === "pathTrials").value, null, 0)}\n`); continue; }
    process.stdout.write(`=== ${each.name}\n${process.env.FULL ? each.out : each.out.slice(each.out.indexOf("  →"))}${each.err}\n`);
  }
}, 500000);
