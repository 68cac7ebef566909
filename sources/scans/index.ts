import { readFile, stat } from "node:fs/promises";
import { InputError } from "../../model/errors.js";
import type { Estate } from "../../model/network.js";
import { type StartOf, startOf } from "../disk.js";
import { parseJson } from "../pulumi/json.js";
import { factsOf, isPlace, type Scans } from "./scan.js";
import { readSslyze, recognisesSslyze } from "./sslyze.js";
import { readTestssl, recognisesTestssl } from "./testssl.js";
import { readZgrab2, recognisesZgrab2 } from "./zgrab2.js";

const longest = 64_000_000;
const mend = "Let the scanner write its file anew, and run to its end.";

/** The output of another scanner: JSON of sslyze or testssl.sh, lines of JSON of `zgrab2 smtp`. */
export async function recognisesScan(path: string, start: StartOf = startOf): Promise<boolean> {
  return readerOf(start(path)) !== undefined;
}

/**
 * What another scanner saw, as observed facts whose evidence names the file, the scanner and the date. Only what it tested is
 * told; what it began and did not end is unknown.
 * @throws InputError with `file:line:column` where it is malformed or cut off.
 */
export async function readScan(path: string): Promise<Estate> {
  const read = readerOf(startOf(path));
  if (!read) throw new InputError(path, "is no output of sslyze, testssl.sh or zgrab2", mend);
  if ((await stat(path)).size > longest)
    throw new InputError(path, "is longer than 64 MB", "Give only the lines of the hosts that are audited.");
  const text = await readFile(path, "utf8");
  const { scans, notices } = read(text, path);
  const placed = scans.filter(isPlace);
  const says = `${scans.length - placed.length} results are of no host and port`;
  return {
    interfaces: [],
    definitions: [],
    seen: placed.flatMap((scan) => factsOf(scan, path)),
    notices: [...notices, ...(placed.length < scans.length ? [{ at: path, says }] : [])],
  };
}

function readerOf(start: string): ((text: string, path: string) => Scans) | undefined {
  if (recognisesSslyze(start)) return (text, path) => readSslyze(parseJson(text, path, mend), path);
  if (recognisesTestssl(start)) return (text, path) => readTestssl(parseJson(text, path, mend), path);
  if (recognisesZgrab2(start)) return (text, path) => readZgrab2(linesOf(text, path), path);
  return undefined;
}

function linesOf(text: string, path: string): unknown[] {
  return text
    .split("\n")
    .flatMap((line, at) => (line.trim() === "" ? [] : [parseJson(line, `${path}:${at + 1}`, mend)]));
}
