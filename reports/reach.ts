import { AddressSet, internet, outside } from "../model/addresses.js";
import type { Style } from "./format.js";
import { jsonPieces } from "./json-pieces.js";
import { penFor } from "./pen.js";
import { count } from "./text.js";
import { place } from "./words.js";

/** Blocks of addresses, as few as there can be. */
interface Peers {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

/** One explained way, as `port587 reach` prints it. */
export interface Way {
  readonly subject: string;
  readonly port: number;
  readonly protocol: "tcp";
  readonly verdict: "open" | "closed" | "partial" | "unknown";
  /** Which of the two the verdict and the layers are about: who gets to the machine, or where it gets to. */
  readonly direction: "in" | "out";
  readonly sources: Peers;
  readonly destinations: Peers;
  readonly layers: readonly {
    readonly layer: string;
    readonly verdict: Way["verdict"];
    readonly decidedBy: readonly { readonly rule: string; readonly evidence: string }[];
  }[];
  readonly blockers: readonly string[];
  readonly minimalChange: readonly string[];
  readonly missing: readonly string[];
}

export const marks: Record<Way["verdict"], string> = { open: "✓", closed: "✗", partial: "✗", unknown: "?" };
export const said: Record<Way["verdict"], string> = {
  open: "open",
  closed: "closed",
  partial: "open in part",
  unknown: "undecided",
};

/** Who is let in, or what is let out to, as blocks. */
export function peersOf({ direction, sources, destinations }: Way): string[] {
  const { ipv4, ipv6 } = direction === "in" ? sources : destinations;
  return [...ipv4, ...ipv6];
}

/** The ways as layers with a tick, a cross or a question mark, the deciding rule of each, and the smallest change. */
export function* renderReach(ways: readonly Way[], asked: AddressSet, style: Style): Generator<string> {
  const pen = penFor(style);
  const ink = { open: pen.green, closed: pen.red, partial: pen.red, unknown: pen.yellow };
  if (ways.length === 0) yield "No machine in the sources matches.\n";
  for (const [i, way] of ways.entries()) {
    const { subject, verdict, layers, minimalChange, missing } = way;
    const peers = peersOf(way);
    const list = peers.length === 0 ? "nobody" : peers.length > 6 ? inShort(AddressSet.ofAll(peers)) : peers.join(", ");
    const lines = [
      `${pen.bold(subject)}  ${ink[verdict](`${said[verdict]}${familyOf(way, asked)}`)} for ${nameOf(asked)}`,
      pen.paragraph(pen.dim, `${way.direction === "in" ? "let in" : "let out to"}: ${list}`, 2, 2),
      ...layers.flatMap((layer) => {
        const deciding = [...new Set(layer.decidedBy.map(({ rule, evidence }) => `${place(rule)}  ${evidence}`))];
        return [
          pen.paragraph(ink[layer.verdict], `${marks[layer.verdict]} ${layer.layer}: ${said[layer.verdict]}`, 2, 2),
          ...deciding.slice(0, 4).map((each) => pen.paragraph(pen.plain, each, 6, 2)),
          ...(deciding.length > 4 ? [pen.paragraph(pen.dim, `and ${count(deciding.length - 4, "more rule")}`, 6)] : []),
        ];
      }),
      ...missing.map((input) => pen.paragraph(pen.yellow, `needs ${input}`, 4, 2)),
      ...minimalChange.map((change) =>
        pen.paragraph(pen.plain, `→ to ${verdict === "open" ? "close" : "open"} it: ${change}`, 2, 4),
      ),
    ];
    yield `${i > 0 ? "\n" : ""}${lines.join("\n")}\n`;
  }
}

/** What `schemas/reach.schema.json` describes, machine by machine: the subject tells the direction. */
export function* reachJson(ways: readonly Way[]): Generator<string> {
  const documents = ways.map(({ direction: _, ...way }) => ({ ...way, layers: way.layers.map(layerJson) }));
  yield* jsonPieces(documents, 1);
  yield "\n";
}

function layerJson({ layer, verdict, decidedBy: [decidedBy, ...alsoDecidedBy] }: Way["layers"][number]) {
  return { layer, verdict, decidedBy, alsoDecidedBy };
}

/** The peers in question, as the answers name them. */
export function nameOf(asked: AddressSet): string {
  return asked.equals(internet) ? "the internet" : asked.toString();
}

/** One family alone is the commonest reason for a part, where both were asked for. */
function familyOf({ verdict, direction, sources, destinations }: Way, asked: AddressSet): string {
  const { ipv4, ipv6 } = direction === "in" ? sources : destinations;
  if (verdict !== "partial" || asked.toCidrs("ipv4").length * asked.toCidrs("ipv6").length === 0) return "";
  if ((ipv4.length === 0) === (ipv6.length === 0)) return "";
  return ipv6.length === 0 ? " (IPv4 alone)" : " (IPv6 alone)";
}

function inShort(set: AddressSet): string {
  return [internet, outside].some((each) => set.equals(each.complement()))
    ? "private and reserved addresses"
    : set.toString();
}
