import { type Look, runInLab, type Seen } from "./mail-lab.js";
import { unpacked } from "./unpacked.js";

/** A server that needs one file, `@LAB@` in it stands for the instance's directory, and who looks at it. */
export interface Instance {
  readonly text: string;
  readonly looks: readonly Look[];
}

export interface Result {
  readonly text: string;
  readonly seen: readonly Seen[];
  readonly log: string;
}

/**
 * Starts every instance in namespaces of its own, has the observer look at it, and ends it.
 * @param name of the file
 * @param start as mail-lab.ts has it
 */
export function runOneFile(name: string, start: string, instances: readonly Instance[]): Promise<Result[]> {
  const software = { root: unpacked("iproute", ["iproute2", "openssl"]), users: [] };
  const placed = instances.map(({ text, looks }) => ({ files: { [name]: text }, start, looks }));
  return runInLab(software, placed, ({ files, seen, log }) => ({ text: files[name] ?? "", seen, log }));
}
