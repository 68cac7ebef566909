import { posix } from "node:path";
import type { Setting } from "../../model/client.js";
import type { Mount } from "../../model/container.js";
import { templated } from "../clients/formats/lines.js";
import { directoryOf, type FileTree } from "../mail/tree.js";
import { instructionsIn, withoutFlags } from "./dockerfile-lines.js";
import { Copied } from "./dockerfile-scripts.js";
import { atFirst, type Copy, copyOf, runOf, type Standing, type Step, standingAfter } from "./dockerfile-steps.js";
import { changesImage, touchesImage } from "./image-files.js";

/** What a Dockerfile makes: the image that it begins with, its variables, and the files of the tree that it puts in. */
export interface Built {
  readonly image: Setting;
  readonly environment: ReadonlyMap<string, Setting>;
  readonly mounts: readonly Mount[];
  /** Where something stands that may change what a known mail image does: a command, another program to start. */
  readonly changedBy: readonly string[];
  /** What is done to the image's files, in its order. */
  readonly steps: readonly Step[];
}

interface Stage {
  readonly image: Setting;
  readonly environment: Map<string, Setting>;
  readonly mounts: Mount[];
  readonly steps: Step[];
  standing: Standing;
  /** Where `ENTRYPOINT` or `CMD` stands. */
  readonly starts: string[];
}

export const isDockerfile = (path: string) =>
  /(^|\/)((Docker|Container)file(\.[\w-]+)?|[\w-]+\.dockerfile)$/.test(path);

/**
 * The last stage of a Dockerfile, on top of those that it begins with (Dockerfile reference: FROM, ARG, ENV, COPY,
 * ADD, RUN). What a stage did whose files are copied is taken along, and not worked out.
 * @param context the directory from which it copies.
 * @param target the stage that is built, where it is not the last one.
 */
export function readDockerfile(
  tree: FileTree,
  path: string,
  context: string,
  idOf: (path: string) => string,
  target?: string,
): Built | undefined {
  const stages = new Map<string, Stage>();
  const args = new Map<string, string>();
  let number = 0;
  let last: Stage | undefined;
  for (const each of instructionsIn(tree.text(path) ?? "", tree.at(path))) {
    const { instruction, rest, at } = each;
    if (instruction === "ARG") {
      const [, name = "", value] = /^([A-Za-z_]\w*)=(.*)$/.exec(rest) ?? [];
      if (value !== undefined) args.set(name, unquoted(value));
    } else if (instruction === "FROM") {
      const [, from = "", name] = /^(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(rest) ?? [];
      last = stageFrom(
        filledIn(from, (name) => args.get(name)),
        stages,
        at,
      );
      stages.set(String(number++), last);
      if (name !== undefined) stages.set(name.toLowerCase(), last);
    } else if (last && instruction === "ENV") {
      for (const [name, value] of pairsIn(rest)) {
        const filled = filledIn(value, (name) => args.get(name));
        last.environment.set(name, { value: templated(filled, name), at });
      }
    } else if (last && (instruction === "COPY" || instruction === "ADD")) {
      const filled = filledIn(rest, known(args, last));
      const [, from = ""] = /--from=(\S+)/.exec(withoutFlags(filled).flags) ?? [];
      const stage = stages.get(from.toLowerCase())?.steps.map(notWorkedOut) ?? [];
      const copy = copyOf({ ...each, rest: filled }, last.standing);
      last.mounts.push(...copied(copy, { tree, context, idOf }));
      last.steps.push(...stage, { ...copy, stage });
    } else if (last && (instruction === "RUN" || instruction === "ONBUILD")) {
      last.steps.push(runOf(each, last.standing));
    } else if (last && (instruction === "ENTRYPOINT" || instruction === "CMD")) {
      last.starts.push(at);
    } else if (last) {
      const filled = filledIn(rest, known(args, last));
      last.standing = standingAfter({ ...each, rest: filled }, last.standing);
    }
  }
  const built = target === undefined ? last : stages.get(target.toLowerCase());
  if (!built) return undefined;
  const before = new Copied(context, tree);
  const places: string[] = [];
  for (const step of built.steps) {
    if (!("run" in step)) before.add(step);
    else if (changesImage(step) || before.isCalledBy(step, touchesImage)) places.push(step.at);
  }
  return { ...built, changedBy: [...new Set([...places, ...built.starts])] };
}

function stageFrom(from: string, stages: ReadonlyMap<string, Stage>, at: string): Stage {
  const base = stages.get(from.toLowerCase());
  if (base)
    return {
      ...base,
      environment: new Map(base.environment),
      mounts: [...base.mounts],
      steps: [...base.steps],
      starts: [...base.starts],
    };
  const value = from.includes("$") ? { unknown: [`FROM (${at})`] } : from;
  return { image: { value, at }, environment: new Map(), mounts: [], steps: [], starts: [], standing: atFirst };
}

/** Arguments, and variables of the stage, that have a value. */
function known(args: ReadonlyMap<string, string>, { environment }: Stage): (name: string) => string | undefined {
  return (name) => {
    const value = args.get(name) ?? environment.get(name)?.value;
    return typeof value === "string" ? value : undefined;
  };
}

function notWorkedOut(step: Step): Step {
  return "run" in step ? { ...step, isPlain: false } : step;
}

/** `${NAME}`, `$NAME` and `${NAME:-default}` of what has a value. */
function filledIn(text: string, valueOfName: (name: string) => string | undefined): string {
  return text.replace(
    /\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g,
    (written, braced?: string, otherwise?: string, plain?: string) =>
      valueOfName(braced ?? plain ?? "") ?? otherwise ?? written,
  );
}

/** `NAME=value OTHER="v w"`, or the old `NAME value`. */
function pairsIn(rest: string): [string, string][] {
  const found = [...rest.matchAll(/([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g)];
  if (/^[A-Za-z_]\w*=/.test(rest)) return found.map(([, name = "", value = ""]) => [name, unquoted(value)]);
  const [, name, value] = /^(\S+)\s+(.*)$/s.exec(rest) ?? [];
  return name === undefined || value === undefined ? [] : [[name, unquoted(value)]];
}

function unquoted(value: string): string {
  return /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value;
}

/** What is copied from another stage or fetched is not at hand; what a variable puts somewhere may lie anywhere. */
function copied(
  { sources, target, isElsewhere, at }: Copy,
  { tree, context, idOf }: { tree: FileTree; context: string; idOf: (path: string) => string },
): Mount[] {
  const isAnywhere = target.includes("$");
  const into = isAnywhere ? "" : target.replace(/\/+$/, "");
  return sources.map((source): Mount => {
    const path = posix.join(context, source).replace(/\/+$/, "");
    const isHere = !isElsewhere && !isAnywhere;
    if (isHere && tree.has(path)) {
      const name = posix.basename(path);
      // A directory of the image may have that name, too.
      const files = target.endsWith("/") ? [name] : ["", name];
      return { target: into, source: idOf(directoryOf(path)), files, at };
    }
    const below = isHere ? tree.below(path) : [];
    return {
      target: into,
      source: below.length > 0 ? idOf(path) : undefined,
      files: below.length > 0 ? below : undefined,
      at,
    };
  });
}
