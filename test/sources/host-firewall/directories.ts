import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Answers, answersIn } from "./hosts.js";

/** Uses a directory of a host called mx1 with these files; it is gone afterwards. */
export async function within<T>(
  files: Readonly<Record<string, string>>,
  use: (home: string) => Promise<T>,
): Promise<T> {
  const home = join(mkdtempSync(join(tmpdir(), "port587-host-")), "mx1");
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(home, name)), { recursive: true });
      writeFileSync(join(home, name), text);
    }
    return await use(home);
  } finally {
    rmSync(dirname(home), { recursive: true });
  }
}

export function answersWith(files: Readonly<Record<string, string>>): Promise<Answers> {
  return within(files, answersIn);
}

/** What two sources of the same rules must agree about; other facts name the rules, which each source calls its own way. */
export function told({ facts }: Answers) {
  return facts
    .filter(({ name }) => ["reachable", "egressAllowed", "returnPath"].includes(name))
    .map(({ subject, name, from, value }) => [subject, name, from.toCidrs(), value]);
}
