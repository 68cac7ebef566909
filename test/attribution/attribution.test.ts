import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";
import { type Told, tryAll } from "./labs.js";
import { lastLines } from "./last-lines.js";
import { type Place, situations } from "./situations.js";

/** The words by which a sentence names a place, among others or alone. */
const words: Readonly<Record<Exclude<Place, "control">, RegExp>> = {
  client: /this machine|between here and/,
  router: /a way that loses|between here and|your own router|on this side|on the way|way back/,
  provider: /a way that loses|between here and|internet provider|on this side|on the way|way back/,
  firewall:
    /a limit on connections|a client may make few|between here and|last device before the server|of its network|in front of it|on the way|a device before|before the server that inspects|one before it/,
  host: /servers behind the address|between here and|the server itself|the server's own|the server refuses|the server, or|the server or|server's side|is down|or on it|no service listens|what listens there|server's TLS/,
};

describeWith(namespacesUnavailable() ?? lacksNftables())("who blocks the port", () => {
  let all: Map<string, Told>;
  beforeAll(async () => {
    all = await tryAll(situations);
  }, 300_000);

  it("is asked in at least 60 situations, and answered in each", () => {
    expect(situations.filter(({ culprit }) => culprit !== undefined).length).toBeGreaterThanOrEqual(60);
    expect([...all.keys()].sort()).toEqual(situations.map(({ name }) => name).sort());
    expect(Object.keys(lastLines).sort()).toEqual([...all.keys()].sort());
  });

  it.each(situations)("$name", ({ name, culprit }) => {
    const { out, err } = all.get(name) as Told;
    expect(err).toBe("");
    const last = lastLineOf(out);
    expect(last).toBe(lastLines[name]);
    if (culprit === undefined) expect(last).toMatch(/ works(,|\.)/);
    else expect(named(last)).toContain(culprit);
  });

  it("names the culprit alone, beside one neighbour, or among more, as often as docs/proof.md says", () => {
    const names = situations.filter(({ culprit }) => culprit).map(({ name }) => named(lastLines[name] ?? "").length);
    const often = (is: (places: number) => boolean) => names.filter(is).length;
    expect({ alone: often((n) => n === 1), beside: often((n) => n === 2), among: often((n) => n > 2) }).toEqual({
      alone: 52,
      beside: 42,
      among: 31,
    });
  });

  it("names nobody else with high confidence, but a neighbour that cannot be told apart, or the side as a whole", () => {
    for (const { name, culprit } of situations) {
      const { out } = all.get(name) as Told;
      if (!/\(confidence\s+high\)/.test(out) || culprit === undefined) continue;
      const last = lastLineOf(out);
      const others = named(last).filter((each) => each !== culprit);
      expect([name, others.length < 2 || / on this side\b/.test(last)]).toEqual([name, true]);
    }
  });
});

/** What stands below the exit code, on one line. */
function lastLineOf(out: string): string {
  return (/^exit \d: [^\n]*\n([\s\S]*)$/m.exec(out)?.[1] ?? "").trim().replace(/\s+/g, " ");
}

function named(line: string): Place[] {
  return (Object.keys(words) as (keyof typeof words)[]).filter((place) => words[place].test(line));
}
