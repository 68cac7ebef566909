import { dirname, join, relative } from "node:path";
import { InputError } from "../../model/errors.js";
import type { Files } from "./files.js";
import { type Token, type Tokens, tokensOf } from "./nftables-tokens.js";

/** MAX_INCLUDE_DEPTH of nft. */
const deepest = 16;
const mostIncludes = 1_000;

/** The files that a file includes, looked for beside it: `/etc/` stands for its directory. */
export class Includes {
  /** What was not given, and what else is not understood, with its place. */
  readonly absent: string[] = [];
  private includes = 0;

  constructor(
    private readonly home: string,
    private readonly files: Files,
  ) {}

  /** @throws InputError for an include without a file, too deep or too many. */
  async included(path: Token | undefined, { at }: Token, depth: number): Promise<Tokens[]> {
    if (!path?.quoted) throw new InputError(at, "an include without a file", 'Expected `include "FILE"`.');
    if (depth >= deepest) throw new InputError(at, `includes deeper than ${deepest}`, "nft refuses these, too.");
    const beside = path.text.replace(/^\/etc\//, "").replace(/^\.\//, "");
    const whole = join(this.home, beside);
    const outside = beside.startsWith("/") || relative(this.home, whole).startsWith("..");
    const pattern = whole.slice(whole.lastIndexOf("/") + 1);
    const candidates = outside ? [] : await this.files.filesIn(dirname(whole));
    const files = candidates.filter((file) => matches(pattern, file.slice(file.lastIndexOf("/") + 1)));
    if (files.length === 0 && (outside || !/[*?[]/.test(pattern))) {
      this.absent.push(`${at}: ${path.text}, which was not given`);
    }
    this.includes += files.length;
    if (this.includes > mostIncludes)
      throw new InputError(at, `more than ${mostIncludes} included files`, "Include each once.");
    return Promise.all(files.map(async (file) => tokensOf(await this.files.readText(file), file)));
  }
}

/** A file name against one with `*` and `?`, as glob(7) has it but for brackets; time grows with the lengths' product. */
function matches(pattern: string, name: string): boolean {
  let ends = new Set([0]);
  for (const sign of pattern) {
    const next = new Set<number>();
    for (const end of ends) {
      if (sign === "*") for (let to = end; to <= name.length; to++) next.add(to);
      else if (end < name.length && (sign === "?" || sign === name[end])) next.add(end + 1);
    }
    ends = next;
  }
  return ends.has(name.length) && !(name.startsWith(".") && !pattern.startsWith("."));
}
