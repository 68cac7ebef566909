import type { Fact } from "../model/fact.js";
import type { MailDefinition } from "../model/mail.js";
import { pathsIn } from "../model/paths.js";

/**
 * A certificate that is named by its path is there or missing, where the definition was read on the machine that it is for:
 * by the paths in the line that decided.
 */
export function withCertificates(facts: readonly Fact[], { files, onMachine }: MailDefinition): readonly Fact[] {
  if (!onMachine) return facts;
  const lineAt = (at: string) => {
    const [, file, line] = /^(.*):(\d+)$/.exec(at) ?? [];
    const found = Object.values(files).find((each) => each.at === file);
    return found?.text.split("\n")[Number(line) - 1] ?? "";
  };
  return facts.map((fact) => {
    if (fact.name !== "certificateFile" || fact.value !== "elsewhere") return fact;
    const paths = fact.evidence.flatMap(({ at }) => pathsIn(lineAt(at)));
    const missing = paths.find((path) => onMachine[path] === false);
    const isThere = paths.length > 0 && paths.every((path) => onMachine[path] === true);
    if (missing === undefined && !isThere) return fact;
    const [first, ...others] = fact.evidence;
    const says = missing === undefined ? "what it names is there" : `${missing} is no file here`;
    const evidence = first ? [{ ...first, says: `${first.says}; ${says}` }, ...others] : [];
    return { ...fact, value: missing === undefined ? "present" : "missing", evidence };
  });
}
