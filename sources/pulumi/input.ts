import { isUnknown, type Maybe, type Unknown, unknown } from "../../model/maybe.js";

/** A resource property as we hold it: JSON in which unknown and secret values are marked. */
export type Tree = Maybe<string | number | boolean | Secret | readonly Tree[] | Properties>;

export interface Properties {
  readonly [name: string]: Tree;
}

/** A value that the program marked secret; its content serves the analysis of mail files and is never shown. */
export class Secret {
  constructor(readonly content: Tree) {}
}

/** A name or an index. */
export type Step = string | number;

/** The path of what is reached from a resource by names and indices; an undefined step stays in place. */
export function pathOf(root: string, steps: readonly (Step | undefined)[]): string {
  return steps.reduce<string>((at, step) => {
    if (step === undefined) return at;
    return typeof step === "number" ? `${at}[${step}]` : memberPath(at, step);
  }, root);
}

/** Sets a property under whatever name: an assignment to `__proto__` would set no property. */
export function put(bag: Record<string, Tree>, name: string, value: Tree): void {
  if (name !== "__proto__") bag[name] = value;
  else Object.defineProperty(bag, name, { value, enumerable: true, configurable: true, writable: true });
}

/** `URN#ingress`, `URN#ingress[0].cidrBlocks`, `URN#data["main.cf"]`. */
export function memberPath(at: string, name: string): string {
  const plain = /^[A-Za-z_$][\w$-]*$/.test(name);
  if (!at.includes("#")) return plain ? `${at}#${name}` : `${at}#[${JSON.stringify(name)}]`;
  return plain ? `${at}.${name}` : `${at}[${JSON.stringify(name)}]`;
}

/** Says how a name inside a resource's inputs is written in paths. */
export type Spelling = (name: string) => string;

/** Says where people find a part, by the names and indices that lead to it: `file:line`; undefined where it is its path. */
export type Place = (steps: readonly Step[]) => string | undefined;

/** What an input is a part of. */
interface Whole {
  readonly path: string;
  readonly spelling: Spelling | undefined;
  readonly place: Place | undefined;
}

/** One input of a resource with its path: read by type, three-valued. The schema has checked the types before. */
export class Input {
  /** Put together where it is told: most inputs are read and never told of. */
  private told: string | undefined;

  private constructor(
    private readonly tree: Tree | undefined,
    private readonly whole: Whole,
    private readonly around?: Input,
    private readonly step?: Step,
  ) {}

  /** @param path of the whole: `URN` */
  static of(tree: Tree | undefined, path: string, spelling?: Spelling, place?: Place): Input {
    return new Input(tree, { path, spelling, place });
  }

  /** `URN#spec.ports[0]`: unique, the same from run to run. */
  get path(): string {
    this.told ??= this.around === undefined ? this.whole.path : this.pathWithin(this.around);
    return this.told;
  }

  private pathWithin({ path }: Input): string {
    const { step, whole } = this;
    if (typeof step === "number") return `${path}[${step}]`;
    return memberPath(path, whole.spelling ? whole.spelling(step as string) : (step as string));
  }

  /** Where people find it: the path, or `file:line`. */
  get at(): string {
    return this.whole.place?.(this.steps()) ?? this.path;
  }

  private steps(): Step[] {
    const steps = this.around?.steps() ?? [];
    if (this.step !== undefined) steps.push(this.step);
    return steps;
  }

  get isAbsent(): boolean {
    return this.tree === undefined;
  }

  /** As it is held, with unknown and secret parts marked. */
  get content(): Tree | undefined {
    return this.tree;
  }

  /** Written as a text, where a number is possible too. */
  get isText(): boolean {
    return typeof this.tree === "string";
  }

  /** The program marked it secret. */
  get isSecret(): boolean {
    return this.tree instanceof Secret;
  }

  /** What an unknown leaf waits for; where it is known and does not help, itself. */
  lacks(): readonly string[] {
    const value = this.text();
    return isUnknown(value) ? value.unknown : [this.at];
  }

  member(name: string): Input {
    if (this.tree === undefined) return this.part(undefined, name);
    const known = this.known();
    if (isUnknown(known)) return this.part(known, name);
    return this.part(Object.hasOwn(known as object, name) ? (known as Properties)[name] : undefined, name);
  }

  names(): readonly string[] {
    if (this.tree === undefined) return [];
    const known = this.known();
    return typeof known !== "object" || Array.isArray(known) || isUnknown(known) ? [] : Object.keys(known);
  }

  /** Whether names may stand below a member of a map; asked of many, most of which are texts. */
  mayHaveNames(name: string): boolean {
    const part = this.tree === undefined ? undefined : (this.known() as Properties)[name];
    return typeof part === "object" && !Array.isArray(part);
  }

  /** The elements; `undefined` when absent. */
  items(): readonly Input[] | Unknown | undefined {
    if (this.tree === undefined) return undefined;
    const known = this.known();
    if (isUnknown(known)) return known;
    // Inputs are checked against a schema; what a provider reports is not.
    if (!Array.isArray(known)) return unknown(this.at);
    return (known as readonly Tree[]).map((element, i) => this.part(element, i));
  }

  text(): Maybe<string> | undefined {
    return this.leaf((value) => String(value));
  }

  number(): Maybe<number> | undefined {
    return this.leaf(Number);
  }

  boolean(): Maybe<boolean> | undefined {
    return this.leaf((value) => value === true);
  }

  /** The same input with its secret opened: for mail definitions alone, whose values are never shown. */
  revealed(): Input {
    return this.tree instanceof Secret ? this.reading(this.tree.content).revealed() : this;
  }

  /** A part of a text that is a list, or what a text of JSON says. */
  reading(part: Tree): Input {
    return new Input(part, this.whole, this.around, this.step);
  }

  private part(tree: Tree | undefined, step: Step): Input {
    return new Input(tree, this.whole, this, step);
  }

  private leaf<T>(convert: (value: unknown) => T): Maybe<T> | undefined {
    if (this.tree === undefined) return undefined;
    const known = this.known();
    return isUnknown(known) ? known : convert(known);
  }

  /** In the analysis of networks a secret counts as unknown, because the result would show it. */
  private known(): Tree {
    return this.tree instanceof Secret || this.tree === undefined ? unknown(this.at) : this.tree;
  }
}
