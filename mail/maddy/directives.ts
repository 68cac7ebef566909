import { didYouMean } from "../../model/nearest.js";
import { isSince } from "../releases.js";
import { endpointNames, moduleNames, type Place, placesIn } from "./block-names.js";
import { type Node, Stops } from "./nodes.js";
import { environment } from "./settings.js";

/** Modules whose first argument, where they stand in a line of another block, is a table with its own block. */
const wrapsTable = new Set(["auth.pass_table", "modify.replace_rcpt", "modify.replace_sender"]);

/** `InstanceName` of these tables is the module's name, whatever the block is called. */
const nameless = new Set(
  ["regexp", "static", "identity", "email_localpart", "email_localpart_optional", "email_with_domain"].map(
    (each) => `table.${each}`,
  ),
);

/** Does this directive at the top of the file declare a module? */
export function isModule({ name }: Node): boolean {
  return moduleNames.includes(name);
}

/** The names behind `&` that mean this block: its arguments, or its module's name where it has none. */
export function namesOf({ name, args }: Node): readonly string[] {
  return args.length === 0 || nameless.has(name) ? [name] : args;
}

/**
 * The directives at the top of the file, of its endpoints and of the blocks of its modules.
 * @param version the declared release.
 * @throws Stops for a name that maddy does not know, and for a setting that is there twice.
 */
export function checkDirectives(nodes: readonly Node[], version: string | undefined): void {
  const named = nodes.filter(isModule);
  refuseSameNames(named);
  const names = named.flatMap(namesOf);
  new Names(version, environment(names).length > 0 ? undefined : new Set(names)).block("maddy.conf", nodes);
}

class Names {
  constructor(
    private readonly version: string | undefined,
    /** The blocks that `&name` can mean; undefined where the environment has a part in it. */
    private readonly declared: ReadonlySet<string> | undefined,
  ) {}

  block(kind: string, nodes: readonly Node[]): void {
    const places = placesIn(kind);
    const other = places.get("*");
    const seen = new Map<string, string>();
    for (const node of nodes) {
      const { name, at } = node;
      const place = places.get(name) ?? other;
      if (!place) throw new Stops(at, `it knows no directive ${name} here${didYouMean(name, places.keys())}`);
      if (place.since !== undefined && isSince(this.version, place.since) === false)
        throw new Stops(at, `it knows no directive ${name} here, which ${place.since} brought`);
      if (place.before !== undefined && isSince(this.version, place.before))
        throw new Stops(at, `it knows no directive ${name} here, which ${place.before} took away`);
      const before = seen.get(name);
      if (before !== undefined && !place.repeats) throw new Stops(at, `${name} is there twice, first in ${before}`);
      seen.set(name, at);
      this.inside(place, place === other ? { ...node, args: [name, ...node.args] } : node);
    }
  }

  /** What stands behind a directive: `args` begin with the module's name where it is one. */
  private inside({ kind, of }: Place, node: Node): void {
    const { args, at, children = [] } = node;
    if (kind === "plain" && children.length > 0) throw new Stops(at, `no block may stand behind ${node.name}`);
    if (kind === "declared") this.declaration(node);
    if (kind === "module") this.module(of, args, node);
    if (kind === "group") this.module("", args.length > 0 ? args : [of], node);
    if (kind !== "block") return;
    // What stands in the line of these has no block of its own, and maddy reads no block behind `tls off`.
    const alone = { ...node, children: [] };
    if (node.name.endsWith("_in")) this.module("table", args, alone);
    if (of === "tls" && (args[0] === "off" || environment(args).length > 0)) return;
    if (of === "tls") this.module("tls.loader", args, alone);
    this.block(of, children);
  }

  private declaration({ name, at, children = [] }: Node): void {
    const known = [...placesIn("maddy.conf").keys(), ...endpointNames, ...moduleNames];
    if (!known.includes(name)) throw new Stops(at, `it knows no directive ${name} here${didYouMean(name, known)}`);
    this.block(name, children);
  }

  private module(namespace: string, args: readonly string[], node: Node): void {
    const [word = "", ...rest] = args;
    const { at, children = [] } = node;
    if (word === "" || environment([word]).length > 0) return;
    if (word.startsWith("&")) {
      this.reference(word, node);
      return;
    }
    const whole = [`${namespace}.${word}`, word].find((each) => moduleNames.includes(each));
    if (whole === undefined) {
      const all = moduleNames
        .filter((each) => each.startsWith(`${namespace}.`))
        .map((each) => each.slice(namespace.length + 1));
      throw new Stops(at, `it knows no module ${word} here${didYouMean(word, namespace === "" ? moduleNames : all)}`);
    }
    if (wrapsTable.has(whole) && rest.length > 0) this.module("table", rest, node);
    else this.block(whole, children);
  }

  private reference(word: string, { at, children = [] }: Node): void {
    const name = word.slice(1);
    if (this.declared && !this.declared.has(name))
      throw new Stops(at, `there is no block of the name ${name}${didYouMean(name, this.declared)}`);
    if (children.length > 0) throw new Stops(at, `what stands behind ${word} is in its own block`);
  }
}

/** A block goes by its arguments, or by its module's name where it has none. */
function refuseSameNames(blocks: readonly Node[]): void {
  const seen = new Map<string, string>();
  for (const { name, args, at } of blocks)
    for (const each of args.length > 0 ? args : [name]) {
      const before = seen.get(each);
      if (before !== undefined) throw new Stops(at, `there is another block of the name ${each}, in ${before}`);
      seen.set(each, at);
    }
}
