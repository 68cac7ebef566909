import { InputError } from "../../model/errors.js";
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

/** What the Pulumi engine writes in place of values that are computed during deployment, one constant a type. */
const unknownMarks: ReadonlySet<unknown> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** The key that marks special values in serialised properties, and the value that says "secret". */
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** `preview --json` and `policy analyze` print this in place of a secret. */
const blinded = "[secret]";

const deepest = 64;

/** True for the constant that stands for a value the engine does not know yet. */
export function isUnknownMark(raw: unknown): boolean {
  return unknownMarks.has(raw);
}

/**
 * Reads the properties of a resource once, at the border: every unknown leaf becomes `unknown("URN#path")`, nulls are
 * left out. It reads through property descriptors, which never run the SDK's proxy that throws on unknown leaves.
 * @throws InputError when a value nests deeper than any resource does.
 */
export function readProperties(raw: unknown, urn: string): Properties {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) ? readBag(raw, urn, 0) : {};
}

function readTree(raw: unknown, at: string, depth: number): Tree | undefined {
  if (depth > deepest)
    throw new InputError(at, `nested deeper than ${deepest} levels`, "No resource input is so deep.");
  if (isUnknownMark(raw) || raw === blinded) return unknown(at);
  if (typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean") return raw;
  if (typeof raw !== "object" || raw === null) return undefined;
  if (Array.isArray(raw)) {
    const elements = Array.from({ length: raw.length }, (_, i) => readTree(own(raw, `${i}`), `${at}[${i}]`, depth + 1));
    return elements.filter((element) => element !== undefined);
  }
  return own(raw, signature) === secretSignature ? readSecret(raw, at, depth) : readBag(raw, at, depth);
}

function readBag(raw: object, at: string, depth: number): Properties {
  const bag: Record<string, Tree> = {};
  for (const name of Object.keys(raw)) {
    if (name === "__defaults") continue;
    const value = readTree(own(raw, name), memberPath(at, name), depth + 1);
    if (value !== undefined) put(bag, name, value);
  }
  return bag;
}

/** Sets a property under whatever name: an assignment to `__proto__` would set no property. */
export function put(bag: Record<string, Tree>, name: string, value: Tree): void {
  if (name !== "__proto__") bag[name] = value;
  else Object.defineProperty(bag, name, { value, enumerable: true, configurable: true, writable: true });
}

function readSecret(raw: object, at: string, depth: number): Tree {
  const plain = own(raw, "plaintext");
  const content = typeof plain === "string" ? parsed(plain) : own(raw, "value");
  const tree = readTree(content, at, depth + 1);
  return tree === undefined || isUnknown(tree) ? unknown(at) : new Secret(tree);
}

/** `stack export --show-secrets` writes the plain text as JSON; anything else stays unread. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function own(holder: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(holder, name)?.value;
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

/** One input of a resource with its path: read by type, three-valued. The schema has checked the types before. */
export class Input {
  /** @param where the path, or what puts it together: most inputs are read and never told of. */
  constructor(
    private readonly tree: Tree | undefined,
    private where: string | (() => string),
    private readonly spelling: Spelling = (name) => name,
    private readonly place: Place = (path) => path,
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

  /** Written as a text, where a number is possible too. */
  get isText(): boolean {
    return typeof this.tree === "string";
  }

  member(name: string): Input {
    const path = () => memberPath(this.path, this.spelling(name));
    if (this.tree === undefined) return this.within(undefined, path);
    const known = this.known();
    if (isUnknown(known)) return this.within(known, path);
    return this.within(Object.hasOwn(known as object, name) ? (known as Properties)[name] : undefined, path);
  }

  names(): readonly string[] {
    const known = this.known();
    return typeof known !== "object" || Array.isArray(known) || isUnknown(known) ? [] : Object.keys(known);
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

  /** A part of a text that is a list. */
  reading(part: string): Input {
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
