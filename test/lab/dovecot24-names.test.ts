import { elsewhere24, type Kind, settings24 } from "../../mail/dovecot/setting-names-24.js";
import { doveconf24 } from "../setup/dovecot.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";

/** What doveconf says of `NAME = zz`, by what the name takes; nothing it says of kinds that are not here. */
const refusals: Partial<Record<Kind, RegExp>> = {
  boolean: /Invalid boolean value: zz/,
  number: /Invalid number zz/,
  time: /Invalid time interval: zz/,
  size: /Invalid size: zz/,
  port: /Invalid port number zz|Panic/,
  word: /Invalid value: zz/,
  map: /Setting is a string list/,
  block: /Setting is a named filter/,
  blocks: /Setting is a named list filter/,
};
const isRefusal = new RegExp(
  Object.values(refusals)
    .flatMap((each) => each.source)
    .join("|"),
);

describeWith(namespacesUnavailable())("the names of Dovecot 2.4, asked of its own doveconf", () => {
  let said: ReadonlyMap<string, string>;
  let own: readonly string[];

  beforeAll(async () => {
    ({ said, own } = await doveconf24([...settings24.keys(), ...elsewhere24], [...settings24].flatMap(listed)));
  }, 600_000);

  it("takes every name, as what it takes", () => {
    const wrong = [...settings24].filter(([name, kind]) => {
      const says = said.get(name) ?? "nothing was asked";
      const refusal = refusals[kind];
      return says.includes("Unknown setting") || !(refusal ? refusal.test(says) : !isRefusal.test(says));
    });
    expect(wrong.map(([name, kind]) => `${name}: ${kind}, ${said.get(name)}`)).toEqual([]);
  });

  it("takes lists as blocks of booleans", () => {
    const wrong = [...settings24]
      .flatMap(listed)
      .filter((name) => !said.get(`${name} {`)?.includes("Invalid boolean value"));
    expect(wrong).toEqual([]);
  });

  it("does not know the others of the documentation", () => {
    expect([...elsewhere24].filter((name) => !said.get(name)?.includes("Unknown setting"))).toEqual([]);
  });

  it("prints no setting of its own that is not among them", () => {
    expect(own.length).toBeGreaterThan(500);
    expect(own.filter((name) => !settings24.has(name) && name !== "dovecot_config_version")).toEqual([]);
  });
});

function listed([name, kind]: readonly [string, Kind]): string[] {
  return kind === "list" ? [name] : [];
}
