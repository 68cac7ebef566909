import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "../../model/errors.js";
import { readMail, recognisesMail } from "../../sources/mail/index.js";

const home = mkdtempSync(join(tmpdir(), "port587-postfix-files-"));
const at = (...parts: string[]) => join(home, ...parts);

beforeAll(() => {
  for (const directory of ["both", "main", "empty", "binary", "long", "named/main.cf"])
    mkdirSync(at(directory), { recursive: true });
  for (const directory of ["both", "main"]) writeFileSync(at(directory, "main.cf"), "myhostname = a.example\n");
  writeFileSync(at("both", "master.cf"), "submission inet n - n - - smtpd\n");
  writeFileSync(at("both", "other.cf"), "x = y\n");
  writeFileSync(at("binary", "main.cf"), Buffer.from([0x61, 0, 0x62]));
  writeFileSync(at("long", "main.cf"), "#".repeat(10_000_001));
});

afterAll(() => rmSync(home, { recursive: true }));

it.each([
  ["a directory with both files", ["both"], true],
  ["a directory with main.cf alone", ["main"], true],
  ["main.cf itself", ["both", "main.cf"], true],
  ["master.cf itself", ["both", "master.cf"], true],
  ["another file", ["both", "other.cf"], false],
  ["an empty directory", ["empty"], false],
  ["a directory called main.cf, which reading refuses", ["named"], true],
])("%s is recognised: %s", async (_, path, expected) => {
  expect(await recognisesMail(at(...path))).toBe(expected ? "postfix" : undefined);
});

it("reads both files of a directory; the id is the path without its last slash", async () => {
  const definitions = await readMail(`${at("both")}/`);
  expect(definitions).toEqual([
    {
      id: at("both"),
      product: "postfix",
      origin: "planned",
      files: {
        "main.cf": { at: at("both", "main.cf"), text: "myhostname = a.example\n" },
        "master.cf": { at: at("both", "master.cf"), text: "submission inet n - n - - smtpd\n" },
      },
      missing: [],
    },
  ]);
});

it("reads one file alone when it is named", async () => {
  const definitions = await readMail(at("both", "master.cf"));
  expect(definitions.map(({ files }) => Object.keys(files))).toEqual([["master.cf"]]);
});

it.each([
  ["no such directory", ["absent"]],
  ["a binary file", ["binary"]],
  ["a file of more than 10 MB", ["long"]],
])("%s is an error that names it", async (_, path) => {
  const error = await readMail(at(...path)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).where).toContain(at(...path));
});
