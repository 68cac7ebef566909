import { readFile } from "node:fs/promises";
import { InputError } from "../../model/errors.js";
import type { Estate } from "../../model/network.js";
import { type StartOf, startOf } from "../disk.js";
import type { Beside } from "./carriers/carrier.js";
import { carriedIn } from "./carriers/index.js";
import { checkInputs } from "./check.js";
import { cloudsOf } from "./clouds.js";
import { mailDefinitionsOf } from "./definitions.js";
import { parseJson } from "./json.js";
import { deliveriesOf, ingressPointsOf, relaysOf } from "./mail-manager.js";
import { fromPreview, isPreview } from "./preview.js";
import type { Resource } from "./resource.js";
import { fromState, isState } from "./state.js";
import { twinsIn } from "./twins.js";
import { besideUnread, saysUnread, unreadIn } from "./unread/index.js";
import { behindHostFirewalls } from "./user-data.js";

export { fromPolicyResources, type PolicyResourceLike } from "./policy.js";
export type { Resource } from "./resource.js";

/** What `readPulumi` can read: a stack export, or the output of `pulumi preview --json`. */
export type PulumiFile = "pulumi-state" | "pulumi-preview";

/**
 * Which kind of Pulumi file it is, told by its content; `undefined` when it is none. Malformed JSON is told by its
 * first lines, so that reading it gives the error that names the place.
 */
export async function recognisesPulumi(path: string, given: StartOf = startOf): Promise<PulumiFile | undefined> {
  // As the CLI writes it, its keys stand first: the text is not parsed for this.
  const start = given(path);
  if (/^\s*\{\s*"version"\s*:\s*\d+\s*,\s*"(?:deployment|checkpoint)"\s*:/.test(start)) return "pulumi-state";
  if (start === "" || /^\s*[^\s{]/.test(start)) return undefined;
  const text = await readFile(path, "utf8").catch(() => "");
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return kindOf(JSON.parse(text));
  } catch {
    if (/"(deployment|checkpoint)"\s*:/.test(text)) return "pulumi-state";
    return /"steps"\s*:/.test(text) ? "pulumi-preview" : undefined;
  }
}

/**
 * Reads a stack export (versions 3 and 4) or the JSON output of a preview.
 * @throws InputError with place, expectation and mend when it is malformed, of another version or neither of the two.
 */
export async function readPulumi(path: string): Promise<Estate> {
  return estateOf(resourcesOf(parseJson(await text(path), path), path));
}

/**
 * The networks, mail definitions, containers and clients that resources describe; the same model whatever they were read from.
 * @param beside files that the program names by their paths.
 * @throws InputError when the inputs of a resource do not fit its schema; it names URN and path.
 */
export async function estateOf(resources: readonly Resource[], beside: Beside = () => undefined): Promise<Estate> {
  const clouds = await cloudsOf(resources);
  const schemas: Readonly<Record<string, string>> = Object.assign({}, ...clouds.map((cloud) => cloud.schemas));
  checkInputs(resources, schemas);
  const unread = unreadIn(resources, schemas);
  const interfaces = besideUnread(
    clouds.flatMap(({ networkOf }) => networkOf(resources)),
    unread,
    resources,
  );
  const notices = [...unread.map(saysUnread), ...twinsIn(resources, schemas)];
  const { containers, clients: programs, definitions } = await carriedIn(resources, beside);
  const clients = [...programs, ...relaysOf(resources), ...deliveriesOf(resources)];
  const all = [...mailDefinitionsOf(resources), ...definitions, ...ingressPointsOf(resources)];
  return {
    interfaces: await behindHostFirewalls(interfaces, resources),
    definitions: all.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)),
    containers,
    clients,
    ...(notices.length > 0 ? { notices } : {}),
  };
}

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw new InputError(path, `cannot be read (${code})`, "Check that the path is right and the file readable.");
  }
}

function resourcesOf(document: unknown, path: string): Resource[] {
  if (typeof document === "object" && document !== null) {
    if (isState(document)) return fromState(document, path);
    if (isPreview(document)) return fromPreview(document, path);
  }
  throw new InputError(
    path,
    "neither a stack export (`version`, `deployment`) nor a preview (`steps`)",
    "Make one with `pulumi stack export` or `pulumi preview --json --show-sames`.",
  );
}

function kindOf(document: unknown): PulumiFile | undefined {
  if (typeof document !== "object" || document === null) return undefined;
  return isState(document) ? "pulumi-state" : isPreview(document) ? "pulumi-preview" : undefined;
}
