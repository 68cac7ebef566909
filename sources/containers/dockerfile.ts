import { posix } from "node:path";
import type { Setting } from "../../model/client.js";
import type { Mount } from "../../model/container.js";
import { templated } from "../clients/formats/lines.js";
import { directoryOf, type FileTree } from "../mail/tree.js";

/** What a Dockerfile makes: the image that it begins with, its variables, and the files of the tree that it puts in. */
export interface Built {
  readonly image: Setting;
  readonly environment: ReadonlyMap<string, Setting>;
  readonly mounts: readonly Mount[];
}

interface Stage {
  image: Setting;
  readonly environment: Map<string, Setting>;
  readonly mounts: Mount[];
}

export const isDockerfile = (path: string) =>
  /(^|\/)((Docker|Container)file(\.[\w-]+)?|[\w-]+\.dockerfile)$/.test(path);

/**
 * The last stage of a Dockerfile, on top of those that it begins with (Dockerfile reference: FROM, ARG, ENV, COPY, ADD).
 * What RUN does to files is not seen.
 * @param context the directory from which it copies.
 */
export function readDockerfile(
  tree: FileTree,
  path: string,
  context: string,
  idOf: (path: string) => string,
): Built | undefined {
  const stages = new Map<string, Stage>();
  const args = new Map<string, string>();
  let last: Stage | undefined;
  for (const { instruction, rest, at } of instructionsIn(tree.text(path) ?? "", tree.at(path))) {
    if (instruction === "ARG") {
      const [, name = "", value] = /^([A-Za-z_]\w*)=(.*)$/.exec(rest) ?? [];
      if (value !== undefined) args.set(name, unquoted(value));
    } else if (instruction === "FROM") {
      const [, from = "", name] = /^(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(rest) ?? [];
      last = stageFrom(filledIn(from, args), stages, at);
      stages.set((name ?? String(stages.size)).toLowerCase(), last);
    } else if (last && instruction === "ENV") {
      for (const [name, value] of pairsIn(rest)) {
        const filled = filledIn(value, args);
        last.environment.set(name, { value: templated(filled, name), at });
      }
    } else if (last && (instruction === "COPY" || instruction === "ADD")) {
      last.mounts.push(...copied(rest, at, { tree, context, idOf }));
    }
  }
  return last;
}

function stageFrom(from: string, stages: ReadonlyMap<string, Stage>, at: string): Stage {
  const base = stages.get(from.toLowerCase());
  if (base) return { image: base.image, environment: new Map(base.environment), mounts: [...base.mounts] };
  const value = from.includes("$") ? { unknown: [`FROM (${at})`] } : from;
  return { image: { value, at }, environment: new Map(), mounts: [] };
}

/** `${NAME}`, `$NAME` and `${NAME:-default}` of arguments that have a default. */
function filledIn(text: string, args: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g,
    (written, braced?: string, otherwise?: string, plain?: string) =>
      args.get(braced ?? plain ?? "") ?? otherwise ?? written,
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

/** What is copied from another stage or fetched is not at hand. */
function copied(
  rest: string,
  at: string,
  { tree, context, idOf }: { tree: FileTree; context: string; idOf: (path: string) => string },
): Mount[] {
  const plain = rest.replace(/^(--\S+\s+)+/, "");
  const words = plain.startsWith("[")
    ? [...plain.matchAll(/"([^"]*)"/g)].map(([, word = ""]) => word)
    : plain.split(/\s+/);
  const target = words.at(-1) ?? "";
  const isElsewhere = /--from=/.test(rest);
  return words.slice(0, -1).map((source) => {
    const path = posix.join(context, source).replace(/\/+$/, "");
    const isFile = !isElsewhere && tree.has(path);
    const below = tree.below(path);
    const into = isFile && target.endsWith("/") ? target + posix.basename(path) : target;
    return {
      target: into.replace(/\/+$/, ""),
      source: isElsewhere || (!isFile && below.length === 0) ? undefined : idOf(isFile ? directoryOf(path) : path),
      files: isFile ? [""] : isElsewhere || below.length === 0 ? undefined : below,
      at,
    };
  });
}

/** Lines with a backslash at their end go on; comments and the bodies of here-documents are none. */
function instructionsIn(text: string, file: string): { instruction: string; rest: string; at: string }[] {
  const lines = text.split(/\r?\n/);
  const found: { instruction: string; rest: string; at: string }[] = [];
  for (let i = 0; i < lines.length; i++) {
    const at = `${file}:${i + 1}`;
    let part = (lines[i] ?? "").trim();
    if (part === "" || part.startsWith("#")) continue;
    const parts: string[] = [];
    while (part.endsWith("\\") && i + 1 < lines.length) {
      parts.push(part.slice(0, -1).trim());
      part = (lines[++i] ?? "").trim();
      // A comment between two lines is as if it were not there.
      while (part.startsWith("#") && i + 1 < lines.length) part = (lines[++i] ?? "").trim();
    }
    const line = [...parts, part.startsWith("#") ? "" : part].join(" ");
    for (const [, end = ""] of line.matchAll(/<<-?["']?(\w+)["']?/g)) {
      while (i + 1 < lines.length && (lines[++i] ?? "").trim() !== end);
    }
    const [, instruction = "", rest = ""] = /^([A-Za-z]+)\s+(.*)$/s.exec(line) ?? [];
    found.push({ instruction: instruction.toUpperCase(), rest: rest.trim(), at });
  }
  return found;
}
