import { posix } from "node:path";
import { execForm, type Instruction, withoutFlags } from "./dockerfile-lines.js";

/** What one instruction does to an image's files. */
export type Step = Run | Copy;

/** A command that runs while the image is built: a text for the shell, or a program with its arguments. */
export interface Run {
  readonly run: string | readonly string[];
  /** The directory that it runs in. */
  readonly directory: string;
  /** Everything that is written of it. */
  readonly text: string;
  /** It writes into the image itself, and by a shell that is read. */
  readonly isPlain: boolean;
  readonly at: string;
}

/** Files that are put into the image. */
export interface Copy {
  readonly sources: readonly string[];
  readonly target: string;
  /** From another image, from a here-document. */
  readonly isElsewhere: boolean;
  /** What was done in the stage that it copies from. */
  readonly stage?: readonly Step[];
  readonly at: string;
}

/** Where commands run, and by which shell. */
export interface Standing {
  readonly directory: string;
  readonly shell: readonly string[];
}

export const atFirst: Standing = { directory: "/", shell: ["/bin/sh", "-c"] };

/** What holds after `WORKDIR` or `SHELL`. */
export function standingAfter({ instruction, rest }: Instruction, before: Standing): Standing {
  if (instruction === "WORKDIR") return { ...before, directory: posix.resolve(before.directory, unquoted(rest)) };
  if (instruction === "SHELL") return { ...before, shell: execForm(rest) ?? [] };
  return before;
}

/** `RUN` in its shell and exec form, and with a here-document that is the script (Dockerfile reference, RUN). */
export function runOf({ instruction, rest, bodies, at }: Instruction, { directory, shell }: Standing): Run {
  const { flags, plain } = withoutFlags(rest);
  const [body] = bodies;
  const isScript = body !== undefined && /^\d*<<-?["']?\w+["']?$/.test(plain);
  const words = execForm(plain);
  const isShell = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da|a)?sh$/.test(shell[0] ?? "");
  const isOther = isScript && body.startsWith("#!") && !/^#!\s*(?:\/usr)?\/bin\/(?:env\s+)?(?:ba|da)?sh\b/.test(body);
  // A mount hides what lies there while the command runs, and is not kept.
  const isMounted = /--mount=\S*(?:target|dst|destination)=["']?\/(?:etc)?(?:[/,"'\s]|$)/.test(flags);
  return {
    run: isScript ? body : (words ?? plain),
    ...{ directory, at },
    text: [rest, ...bodies].join("\n"),
    isPlain:
      instruction === "RUN" &&
      !isMounted &&
      !isOther &&
      (isScript || bodies.length === 0) &&
      (words !== undefined || isShell),
  };
}

/** `COPY` and `ADD`; archives and addresses are not looked into. */
export function copyOf({ rest, bodies, at }: Instruction, { directory }: Standing): Copy {
  const { flags, plain } = withoutFlags(rest);
  const words = execForm(plain) ?? plain.split(/\s+/).map(unquoted);
  const target = words.at(-1) ?? "";
  const into = posix.resolve(directory, target);
  const sources = words.slice(0, -1);
  const isFetched = sources.some((source) => /:\/\/|\.git$|\.(?:tar|tgz|tbz2?|txz)(?:\.\w+)?$/.test(source));
  return {
    sources,
    target: /(?:^|\/)\.{0,2}$/.test(target) || sources.length > 1 ? `${into.replace(/\/$/, "")}/` : into,
    isElsewhere: /--from=/.test(flags) || bodies.length > 0 || isFetched,
    at,
  };
}

function unquoted(word: string): string {
  return /^(["'])(.*)\1$/s.exec(word)?.[2] ?? word;
}

/** More are not tried: each one multiplies the ways in which a path may fit. */
const mostStars = 4;

/**
 * Where a copy puts a file of the tree; undefined where it does not, `""` where a variable decides it.
 * @param context the directory of the tree from which it copies.
 */
export function placeOf(path: string, { sources, target, isElsewhere }: Copy, context: string): string | undefined {
  if (isElsewhere) return undefined;
  for (const source of sources) {
    if (`${source}${target}`.includes("$") || source.split("*").length > mostStars) return "";
    const from = posix.join("/", context, source).replace(/\/$/, "");
    const [whole] = globOf(from).exec(`/${path}`) ?? [];
    if (whole === undefined) continue;
    const below = `/${path}`.slice(whole.length).replace(/^\//, "");
    if (below !== "") return posix.join(target, below);
    return target.endsWith("/") ? target + posix.basename(path) : target;
  }
  return undefined;
}

/** A file or directory by the patterns of COPY (Go's filepath.Match), with nothing or something below it. */
function globOf(pattern: string): RegExp {
  const parts = pattern.replace(/\[[^\]]*\]|[\\^$+.()|{}*?[\]]/g, (each) =>
    each === "*" ? "[^/]*" : each === "?" || each.length > 1 ? "[^/]" : `\\${each}`,
  );
  return new RegExp(`^${parts}(?=/|$)`);
}
