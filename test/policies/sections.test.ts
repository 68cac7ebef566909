import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rules } from "../../policies/index.js";
import { profiles } from "../../policies/profiles/index.js";
import { headings } from "./headings.js";

const rooms = [
  "cli",
  "confirm",
  "mail",
  "model",
  "policies",
  "probes",
  "reach",
  "reports",
  "schemas",
  "sources",
  "docs",
];
const number = String.raw`(?:[A-Z]\.)?\d+(?:\.\d+)*`;
/** "RFC 8314, 4 and 4.1", "RFC 5321 section 3.1", "RFC 5246 appendix E.1", and a row of a table. */
const citation = new RegExp(
  String.raw`RFC (\d+)(?:,| sections?| appendix| \|) (${number}(?:(?:, | and )${number}(?![\d.]* \())*)`,
  "g",
);

/** Each RFC and section that a text cites. */
function citedIn(text: string): [rfc: number, section: string][] {
  return [...text.matchAll(citation)].flatMap(([, rfc, sections = ""]) =>
    sections
      .split(/, | and /)
      // Of "RFC 6409, 8314, 8997" the further numbers are of RFCs.
      .filter((section) => !/^\d{4}$/.test(section))
      .map((section): [number, string] => [Number(rfc), section]),
  );
}

const unread = (cited: readonly (readonly [number, string])[]) =>
  cited.filter(([rfc, section]) => headings[rfc]?.[section] === undefined);

it.each(rules.map((rule) => [rule.id, rule.standards] as const))("%s cites sections that exist", (_, standards) => {
  const cited = standards.flatMap(({ source, section, asks }) => [
    ...citedIn(asks),
    ...(source.startsWith("RFC ") ? [[Number(source.slice(4)), section] as const] : []),
  ]);
  expect(unread(cited)).toEqual([]);
});

it.each(profiles.map((profile) => [profile.name, profile] as const))(
  "%s cites sections that exist",
  (name, profile) => {
    const cited = profile.requirements.flatMap(({ section, asks }) => citedIn(`${section} ${asks}`));
    expect(unread(cited)).toEqual([]);
    if (name === "rfc") expect(cited.length).toBeGreaterThanOrEqual(profile.requirements.length);
  },
);

it("cites sections that exist in comments, schemas and documentation", () => {
  const files = rooms.flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|json|md)$/.test(name))
      .map((name) => join(room, name)),
  );
  const wrong = files.flatMap((file) =>
    unread(citedIn(readFileSync(file, "utf8"))).map(([rfc, section]) => `${file}: RFC ${rfc}, ${section}`),
  );
  expect(files.length).toBeGreaterThan(500);
  expect(wrong).toEqual([]);
});
