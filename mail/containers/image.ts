import type { ContainerDefinition } from "../../model/container.js";
import type { Evidence } from "../../model/evidence.js";
import type { FactName, FactValues } from "../../model/fact.js";
import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";

/** What one port of a container does, by fact, with the variables that decide it. */
export type PortFacts = { readonly [N in FactName]?: { value: Maybe<FactValues[N]>; evidence: readonly Evidence[] } };

/** One kind of image: how its name is told, and what its ports do. */
export interface Image {
  readonly product: string;
  /** The repository's name without registry and tag. */
  readonly names: RegExp;
  /** It is what it is however it is started, and whatever is put into it. */
  readonly isUnchangeable?: true;
  /** By container port. */
  readonly ports: (container: ContainerDefinition) => ReadonlyMap<number, PortFacts>;
  /** What may make it listen on other ports than these, and why; absent: nothing. */
  readonly opened?: (container: ContainerDefinition) => Doubt | undefined;
}

/** What is missing to tell what an image does, and what says so. */
export interface Doubt {
  readonly missing: readonly string[];
  readonly evidence: Evidence;
}

/** A variable of the environment with its evidence; `undefined` where it is not set. */
export function variable(
  { environment, elsewhere, image, id }: ContainerDefinition,
  name: string,
): { readonly value: Maybe<string> | undefined; readonly evidence: Evidence } {
  const setting = environment.get(name);
  if (setting === undefined && elsewhere && elsewhere.length > 0) {
    const evidence = { kind: "code", at: image.at, says: `what is not at hand may set ${name} of ${id}` } as const;
    return { value: unknown(...elsewhere), evidence };
  }
  if (setting === undefined)
    return { value: undefined, evidence: { kind: "default", at: image.at, says: `${id} does not set ${name}` } };
  const value = isUnknown(setting.value) ? unknown(`${id}: ${name}`) : setting.value;
  return { value, evidence: { kind: "code", at: setting.at, says: `${name} decides it` } };
}

/**
 * Why what the image would do can be changed by files that are put into it; undefined where it cannot.
 * @param paths files, and directories with a `/` at their end, from which the image is started and set up.
 */
export function overriddenBy({ mounts }: ContainerDefinition, paths: readonly string[]): Doubt | undefined {
  const found = mounts.flatMap(({ target, files, at }) => {
    const hit = files
      ? files.map((file) => (file === "" ? target : `${target}/${file}`)).filter((file) => paths.some(isOf(file)))
      : paths.filter((path) => `${path}/`.startsWith(`${target}/`) || isOf(target)(path));
    return hit.length > 0 ? [{ hit, at, says: `${target} is mounted, and ${files ? "has" : "may have"}` }] : [];
  });
  const [first] = found;
  if (!first) return undefined;
  const all = [...new Set(found.flatMap(({ hit }) => hit))];
  const evidence = { kind: "code", at: first.at, says: `${first.says} ${all.join(", ")}` } as const;
  return { missing: all, evidence };
}

/** Whether a file is this one, or lies in this directory. */
function isOf(file: string): (path: string) => boolean {
  return (path) => file === path || (path.endsWith("/") && `${file}/`.startsWith(path));
}

/** The same facts with every value unknown, for the reason given. */
export function undecided(facts: PortFacts, missing: readonly string[], evidence: Evidence): PortFacts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [
      name,
      name === "listening" ? fact : { value: unknown(...missing), evidence: [...fact.evidence, evidence] },
    ]),
  );
}
