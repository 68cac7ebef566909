import type { FactValues, TlsVersion } from "../../model/fact.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import { type Node, Stops } from "./nodes.js";

/** The last directive of this name. */
export function last(nodes: readonly Node[], name: string): Node | undefined {
  return nodes.findLast((each) => each.name === name);
}

/** Names the variables of the environment that decide a word. */
export function environment(words: readonly string[]): string[] {
  return words.flatMap((word) =>
    [...word.matchAll(/\{env:([^$}]+)\}/g)].map(([, name]) => `the environment variable ${name}`),
  );
}

/** @throws Stops for a word that is no boolean. */
export function boolean(nodes: readonly Node[], name: string, otherwise: boolean): Maybe<boolean> {
  const node = last(nodes, name);
  if (!node) return otherwise;
  const open = environment(node.args);
  if (open.length > 0) return unknown(...open);
  const [word = "yes", more] = node.args;
  if (more === undefined && /^(?:1|true|on|yes)$/i.test(word)) return true;
  if (more === undefined && /^(?:0|false|off|no)$/i.test(word)) return false;
  throw new Stops(node.at, `${name} is neither yes nor no`);
}

/** TLS of one endpoint. */
export interface Tls {
  readonly at: string;
  readonly on: Maybe<boolean>;
  readonly versions: Maybe<FactValues["tlsVersions"]>;
  readonly certificate: "generated" | "elsewhere" | undefined;
}

const versions: readonly TlsVersion[] = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
const old: readonly TlsVersion[] = ["TLSv1", "TLSv1.1"];
const names = ["", "tls1.0", "tls1.1", "tls1.2", "tls1.3"];

/**
 * The `tls` directive of an endpoint, or the global one.
 * @param since08 whether the release is 0.8 or later; undefined where that is open.
 * @throws Stops where there is none, and for versions that maddy does not know.
 */
export function tlsOf(node: Node, globals: readonly Node[], since08: boolean | undefined): Tls {
  const own = last(node.children ?? [], "tls") ?? last(globals, "tls");
  if (!own) throw new Stops(node.at, "the endpoint has no tls directive");
  const open = environment(own.args.slice(0, 1));
  if (open.length > 0) return { at: own.at, on: unknown(...open), versions: unknown(...open), certificate: undefined };
  const block = own.children ?? [];
  const loader = last(block, "loader")?.args[0] ?? own.args[0];
  if (own.args[0] === "off") return { at: own.at, on: false, versions: from(5), certificate: undefined };
  const certificate =
    loader === "self_signed" ? "generated" : loader === "file" || own.args.length > 1 ? "elsewhere" : undefined;
  if (loader === undefined) return { at: own.at, on: true, versions: from(5), certificate };
  return { at: own.at, on: true, versions: protocols(last(block, "protocols"), since08), certificate };
}

function protocols(node: Node | undefined, since08: boolean | undefined): Maybe<FactValues["tlsVersions"]> {
  // Before 0.8 Go's own bound held, TLS 1.0 or 1.2, as the Go that maddy was built with has it: neither is said.
  if (!node) return since08 ? from(1) : { accepted: versions.slice(3), refused: ["SSLv3"] };
  const open = environment(node.args);
  if (open.length > 0) return unknown(...open);
  const [low = "", high = low, more] = node.args;
  const [first, end] = [names.indexOf(low), names.indexOf(high)];
  if (node.args.length === 0 || more !== undefined || first < 0 || end < 0)
    throw new Stops(node.at, "protocols takes one or two of tls1.0 to tls1.3");
  // An empty word is Go's own bound: of the Go that builds 0.8, TLS 1.2 at the bottom.
  const accepted = from(first === 0 ? 3 : first, end === 0 ? undefined : end + 1);
  return first === 0 && !since08
    ? { ...accepted, refused: accepted.refused.filter((each) => !old.includes(each)) }
    : accepted;
}

/** The versions from one index to before another, and the others as refused. */
function from(start: number, end?: number): FactValues["tlsVersions"] {
  const accepted = versions.slice(start, end);
  return { accepted, refused: versions.filter((each) => !accepted.includes(each)) };
}
