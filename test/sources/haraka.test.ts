import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readMail, recognisesMail } from "../../sources/mail/index.js";

const home = mkdtempSync(join(tmpdir(), "port587-haraka-files-"));
const at = (...parts: string[]) => join(home, ...parts);

beforeAll(() => {
  for (const directory of ["whole/config", "whole/plugins/auth", "other/plugins", "list"])
    mkdirSync(at(directory), { recursive: true });
  for (const name of ["plugins", "smtp.ini", "tls_key.pem", "host_list", "mail_from.access.blacklist_regex"])
    writeFileSync(at("whole/config", name), "x\n");
  writeFileSync(at("whole/plugins/own.js"), "exports.register = () => {};\n");
  writeFileSync(at("other/plugins/smtp.js"), "");
  writeFileSync(at("list/plugins"), "a list of another program\n");
});

afterAll(() => rmSync(home, { recursive: true }));

it.each([
  ["a Haraka directory", "whole", "haraka"],
  ["its config directory", "whole/config", "haraka"],
  ["a directory called plugins", "other", undefined],
  ["a file called plugins of another program", "list", undefined],
])("%s is recognised: %s", async (_, path, product) => {
  expect(await recognisesMail(at(path))).toBe(product);
});

it("reads the settings and the names of own plugins, never a key", async () => {
  const [whole] = await readMail(at("whole"));
  expect(Object.keys(whole?.files ?? {})).toEqual([
    "config/host_list",
    "config/mail_from.access.blacklist_regex",
    "config/plugins",
    "config/smtp.ini",
    "plugins/own.js",
  ]);
});
