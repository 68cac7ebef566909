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

/** The path of what is reached from a resource by names and indices; an undefined step stays in place. */
export function pathOf(root: string, steps: readonly (string | number | undefined)[]): string {
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

/** Turns the path of an input into the place that people look at, where it is not the path itself: `file:line`. */
export type Place = (path: string) => string;

const asIs = (text: string) => text;

/** One input of a resource with its path: read by type, three-valued. The schema has checked the types before. */
export class Input {
  /** @param where the path, or what puts it together: most inputs are read and never told of. */
  constructor(
    private readonly tree: Tree | undefined,
    private where: string | (() => string),
    private readonly spelling: Spelling = asIs,
    private readonly place: Place = asIs,
  ) {}

  /** `URN#spec.ports[0]`: unique, the same from run to run. */
  get path(): string {
    if (typeof this.where !== "string") this.where = this.where();
    return this.where;
  }

  /** Where people find it: the path, or `file:line`. */
  get at(): string {
    return this.place(this.path);
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
    const path = () => memberPath(this.path, this.spelling(name));
    if (this.tree === undefined) return this.within(undefined, path);
    const known = this.known();
    if (isUnknown(known)) return this.within(known, path);
    return this.within(Object.hasOwn(known as object, name) ? (known as Properties)[name] : undefined, path);
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
    return (known as readonly Tree[]).map((element, i) => this.within(element, () => `${this.path}[${i}]`));
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
    return this.tree instanceof Secret ? this.within(this.tree.content, this.where).revealed() : this;
  }

  /** A part of a text that is a list, or what a text of JSON says. */
  reading(part: Tree): Input {
    return this.within(part, this.where);
  }

  private within(tree: Tree | undefined, where: string | (() => string)): Input {
    return new Input(tree, where, this.spelling, this.place);
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
