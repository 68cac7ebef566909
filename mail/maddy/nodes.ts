import { posix } from "node:path";
import type { MailDefinition } from "../../model/mail.js";
import { type Token, tokensOf } from "./tokens.js";

/** A directive, with the block behind it where it has one. */
export interface Node {
  readonly name: string;
  readonly args: readonly string[];
  readonly children: readonly Node[] | undefined;
  /** `file:line`. */
  readonly at: string;
}

/** maddy does not start with these files. */
export class Stops extends Error {
  constructor(
    readonly at: string,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** A file that is imported is not at hand. */
export class NotAtHand extends Error {
  constructor(readonly missing: readonly string[]) {
    super(missing.join(", "));
  }
}

const deepest = 200;
const most = 100_000;

/** The directives of maddy.conf: macros, snippets and imports expanded. @throws Stops, NotAtHand */
export function readMaddyConf(definition: MailDefinition, main: string): Node[] {
  return new Reader(definition).file(main);
}

class Reader {
  private readonly snippets = new Map<string, readonly Node[]>();
  private readonly macros = new Map<string, readonly string[]>();
  private tokens: readonly Token[] = [];
  private next = 0;
  private path = "";
  private copied = 0;
  private kept = 0;

  constructor(private readonly definition: MailDefinition) {}

  file(path: string, depth = 0): Node[] {
    const file = this.definition.files[path];
    if (!file) throw new NotAtHand(this.definition.missing.length > 0 ? this.definition.missing : [path]);
    if (depth > deepest) throw new Stops(file.at, "files import each other in a circle");
    const before = [this.tokens, this.next, this.path] as const;
    [this.tokens, this.next, this.path] = [tokensOf(file.text), 0, path];
    const nodes = this.block(0);
    const expanded = this.expanded(nodes, path, depth);
    [this.tokens, this.next, this.path] = before;
    return expanded;
  }

  private at(token: Token | undefined): string {
    return `${this.definition.files[this.path]?.at}:${token?.line ?? 0}`;
  }

  /** The directives up to the closing brace, or to the end of the file at depth 0. */
  private block(depth: number): Node[] {
    const nodes: Node[] = [];
    for (;;) {
      const first = this.tokens[this.next];
      if (!first) {
        if (depth > 0) throw new Stops(this.at(this.tokens.at(-1)), "a block is not closed");
        return nodes;
      }
      if (depth > deepest) throw new Stops(this.at(first), "blocks are nested too deep");
      this.next++;
      if (first.text === "}") {
        if (depth === 0) throw new Stops(this.at(first), "a brace closes nothing");
        return nodes;
      }
      if (first.text === "{") throw new Stops(this.at(first), "a block has no name");
      const { args, children, closes } = this.line(first, depth);
      this.keep(first, args, children, nodes, depth);
      if (closes) return nodes;
    }
  }

  /** The rest of a logical line: a backslash at its end goes on in the next, a brace opens a block. */
  private line(first: Token, depth: number) {
    const args: string[] = [];
    let line = first.line;
    for (let token = this.tokens[this.next]; token && token.line === line; token = this.tokens[this.next]) {
      this.next++;
      if (token.text === "{") {
        const children = this.block(depth + 1);
        const after = this.tokens[this.next];
        const closing = this.tokens[this.next - 1];
        if (after && after.line === closing?.line && after.text === "}" && depth > 0) {
          this.next++;
          return { args, children, closes: true };
        }
        if (after && after.line === closing?.line) throw new Stops(this.at(after), "text follows a closing brace");
        return { args, children, closes: false };
      }
      const follows = this.tokens[this.next];
      if (token.text.endsWith("\\") && follows?.line !== line) {
        if (token.text !== "\\") args.push(token.text.slice(0, -1));
        line = follows?.line ?? line;
      } else args.push(token.text);
    }
    const closes = args.at(-1) === "}" && depth > 0;
    return { args: closes ? args.slice(0, -1) : args, children: undefined, closes };
  }

  private keep(first: Token, args: readonly string[], children: Node[] | undefined, nodes: Node[], depth: number) {
    const at = this.at(first);
    if (++this.kept > most) throw new Stops(at, "there are more than 100,000 directives");
    const snippet = /^\((.*)\)$/.exec(first.text)?.[1];
    const macro = /^\$\((.*)\)$/.exec(first.text)?.[1];
    if ((snippet !== undefined || macro !== undefined) && depth > 0)
      throw new Stops(at, "macros and snippets are declared at the top alone");
    if (macro !== undefined) {
      if (args.length < 2 || args[0] !== "=") throw new Stops(at, "a macro is declared as $(name) = values");
      this.macros.set(macro, this.withMacros(args.slice(1), at));
    } else if (snippet !== undefined) {
      this.snippets.set(snippet, children ?? []);
    } else {
      if (!/^[\p{L}._-][\p{L}\p{Nd}._-]*$/u.test(first.text)) throw new Stops(at, "this is no name of a directive");
      nodes.push({ name: first.text, args: this.withMacros(args, at), children, at });
    }
  }

  /** A macro that stands alone becomes all its values, one inside a word its only value; one that is not declared, nothing. */
  private withMacros(args: readonly string[], at: string): string[] {
    return args.flatMap((arg) => {
      const alone = /^\$\((.*)\)$/.exec(arg)?.[1];
      if (alone !== undefined && this.macros.has(alone)) return [...(this.macros.get(alone) ?? [])];
      if (alone !== undefined && !alone.includes("$(")) return [];
      return [
        arg.replace(/\$\(([^$)]+)\)/g, (_, name: string) => {
          const values = this.macros.get(name) ?? [""];
          if (values.length > 1) throw new Stops(at, "a macro of several values stands inside a word");
          return values[0] as string;
        }),
      ];
    });
  }

  private expanded(nodes: readonly Node[], path: string, depth: number): Node[] {
    return nodes.flatMap((node): Node[] => {
      if (++this.copied > most) throw new Stops(node.at, "imports unfold to more than 100,000 directives");
      if (node.name !== "import") {
        return [node.children ? { ...node, children: this.expanded(node.children, path, depth) } : node];
      }
      const [name, more] = node.args;
      if (name === undefined || more !== undefined) throw new Stops(node.at, "import takes one name");
      if (depth > deepest) throw new Stops(node.at, "imports have no end");
      const snippet = this.snippets.get(name);
      if (snippet) return this.expanded(snippet, path, depth + 1);
      const file = name.startsWith("/") ? name.replace(/^\/etc\/maddy\//, "") : posix.join(posix.dirname(path), name);
      return this.file(
        this.definition.files[file] || !this.definition.files[`${file}.conf`] ? file : `${file}.conf`,
        depth + 1,
      );
    });
  }
}
