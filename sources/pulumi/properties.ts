import { types } from "node:util";
import { InputError } from "../../model/errors.js";
import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import { type Properties, pathOf, put, Secret, type Tree } from "./input.js";
import { idOf } from "./resource.js";

/** What the Pulumi engine writes in place of values that are computed during deployment, one constant a type. */
const unknownMarks: ReadonlySet<string> = new Set([
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
function isUnknownMark(raw: unknown): boolean {
  // All are so long; most texts are not, and need not be looked up.
  return typeof raw === "string" && raw.length === 36 && unknownMarks.has(raw);
}

/**
 * Reads the properties of a resource once, at the border: every unknown leaf becomes `unknown("URN#path")`, nulls are
 * left out. It reads through property descriptors, which never run the SDK's proxy that throws on unknown leaves.
 * @throws InputError when a value nests deeper than any resource does.
 */
export function readProperties(raw: unknown, urn: string): Properties {
  return isBag(raw) ? new Reader(urn).bag(raw) : {};
}

/** The same, read when first asked for: of most resources nobody asks for what the provider reported. */
export function propertiesWhenAsked(raw: () => unknown, urn: string): () => Properties {
  let read: Properties | undefined;
  return () => {
    read ??= readProperties(raw(), urn);
    return read;
  };
}

/** The cloud's id among what a provider reported; unknown before the resource is created. */
export function reportedId(raw: unknown, urn: string): Maybe<string> {
  if (typeof raw === "object") return idOf(readProperties({ id: raw }, urn).id, urn);
  return idOf(isUnknownMark(raw) || raw === blinded ? undefined : raw, urn);
}

function isBag(raw: unknown): raw is object {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}

/** Reads one value. Paths are put together only where one is told: most leaves are known. */
class Reader {
  private readonly steps: (string | number | undefined)[] = [];

  constructor(private readonly urn: string) {}

  /** What holds nothing that is read otherwise than it stands is not copied. */
  bag(raw: object): Properties {
    const isProxy = types.isProxy(raw);
    let isRead = !isProxy;
    const names = Object.keys(raw);
    const values = names.map((name) => {
      const given = isProxy ? own(raw, name) : (raw as Record<string, unknown>)[name];
      const value = name === "__defaults" ? undefined : this.within(name, given);
      isRead &&= value !== undefined && value === given;
      return value;
    });
    if (isRead) return raw as Properties;
    const bag: Record<string, Tree> = {};
    for (const [i, name] of names.entries()) {
      const value = values[i];
      if (value !== undefined) put(bag, name, value);
    }
    return bag;
  }

  private within(step: string | number | undefined, raw: unknown): Tree | undefined {
    this.steps.push(step);
    const tree = this.tree(raw);
    this.steps.pop();
    return tree;
  }

  private tree(raw: unknown): Tree | undefined {
    if (this.steps.length > deepest)
      throw new InputError(this.at(), `nested deeper than ${deepest} levels`, "No resource input is so deep.");
    if (isUnknownMark(raw) || raw === blinded) return unknown(this.at());
    if (typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean") return raw;
    if (typeof raw !== "object" || raw === null) return undefined;
    if (Array.isArray(raw)) {
      const elements = Array.from({ length: raw.length }, (_, i) => this.within(i, own(raw, i)));
      if (!types.isProxy(raw) && elements.every((each, i) => each !== undefined && each === raw[i])) return raw;
      return elements.filter((element) => element !== undefined);
    }
    return own(raw, signature) === secretSignature ? this.secret(raw) : this.bag(raw);
  }

  private secret(raw: object): Tree {
    const plain = own(raw, "plaintext");
    // The content stands where the secret stands.
    const tree = this.within(undefined, typeof plain === "string" ? parsed(plain) : own(raw, "value"));
    return tree === undefined || isUnknown(tree) ? unknown(this.at()) : new Secret(tree);
  }

  private at(): string {
    return pathOf(this.urn, this.steps);
  }
}

/** `stack export --show-secrets` writes the plain text as JSON; anything else stays unread. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function own(holder: object, name: string | number): unknown {
  if (types.isProxy(holder)) return Object.getOwnPropertyDescriptor(holder, name)?.value;
  return Object.hasOwn(holder, name) ? (holder as Record<string | number, unknown>)[name] : undefined;
}
