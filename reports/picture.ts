import type { Edge, Graph, Node } from "@viz-js/viz";
import type { Way } from "./reach.js";
import { marks, peersOf, said } from "./reach.js";
import { count, oneLine } from "./text.js";
import { place, readable } from "./words.js";

const widest = 60;
const mostPlaces = 3;

/** Colours of a light and of a dark page; contrast of text at least 4.5 to 1 on both (WCAG 2.2, 1.4.3). */
const sheet = `
  .port587 text { fill: #1f2328; font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: 13px; }
  .port587 .node polygon, .port587 .node path { fill: #f6f8fa; stroke: #59636e; }
  .port587 .edge path { fill: none; stroke: #59636e; }
  .port587 .edge polygon { fill: #59636e; stroke: #59636e; }
  .port587 .open path { fill: #dafbe1; stroke: #1a7f37; }
  .port587 .closed path, .port587 .partial path { fill: #ffebe9; stroke: #cf222e; }
  .port587 .unknown path { fill: #fff8c5; stroke: #9a6700; }
  .port587 .page { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    .port587 text { fill: #f0f6fc; }
    .port587 .node polygon, .port587 .node path { fill: #151b23; stroke: #9198a1; }
    .port587 .edge path { stroke: #9198a1; }
    .port587 .edge polygon { fill: #9198a1; stroke: #9198a1; }
    .port587 .open path { fill: #12351f; stroke: #3fb950; }
    .port587 .closed path, .port587 .partial path { fill: #3d1618; stroke: #f85149; }
    .port587 .unknown path { fill: #3a2d09; stroke: #d29922; }
    .port587 .page { fill: #0d1117; }
  }
`;

/**
 * Draws the ways as one SVG: peers, every layer with its mark and the rules that decide, the machine. Graphviz is loaded
 * only for this. Nothing in it runs or is fetched, whatever the names are.
 */
export async function drawReach(ways: readonly Way[], asked: string): Promise<string> {
  const { instance } = await import("@viz-js/viz");
  const svg = (await instance()).renderString(graphOf(ways, asked), { format: "svg", engine: "dot" });
  const title = ways.length === 1 && ways[0] ? sentence(ways[0], asked) : `${count(ways.length, "way")} for ${asked}`;
  return dressed(svg, title, ways.map((way) => described(way, asked)).join("\n"));
}

function graphOf(ways: readonly Way[], asked: string): Graph {
  const nodes: Node[] = [];
  const edges: Edge[] = [];
  for (const [i, way] of ways.entries()) {
    const ends = [`${asked} on TCP ${way.port}`, way.subject];
    const [from = "", to = ""] = way.direction === "in" ? ends : ends.reverse();
    const boxes = [
      { label: from, kind: "end" },
      ...way.layers.map((layer) => ({ label: layerText(layer), kind: layer.verdict })),
      { label: `${marks[way.verdict]} ${to}\n${said[way.verdict]}`, kind: way.verdict },
    ];
    for (const [k, { label, kind }] of boxes.entries()) {
      const shape = k === 0 || k === boxes.length - 1 ? "bold" : "solid";
      const attributes = { label: lines(label), class: kind, id: `way${i}-${k}`, penwidth: shape === "bold" ? 2 : 1 };
      nodes.push({ name: `${i}-${k}`, attributes });
      if (k > 0) edges.push({ tail: `${i}-${k - 1}`, head: `${i}-${k}` });
    }
  }
  return {
    graphAttributes: { rankdir: "TB", bgcolor: "transparent", nodesep: 0.4, ranksep: 0.3, pad: 0.2 },
    nodeAttributes: { shape: "box", style: "rounded,filled", fontname: "Courier", fontsize: 13, margin: "0.25,0.12" },
    edgeAttributes: { arrowsize: 0.7 },
    nodes,
    edges,
  };
}

function layerText({ layer, verdict, decidedBy }: Way["layers"][number]): string {
  const places = decidedBy.slice(0, mostPlaces).map(({ rule, evidence }) => `${place(rule)}: ${evidence}`);
  const more = decidedBy.length - mostPlaces;
  return [
    `${marks[verdict]} ${layer}: ${said[verdict]}`,
    ...places,
    ...(more > 0 ? [`and ${count(more, "more rule")}`] : []),
  ].join("\n");
}

/** To the left (`\\l`). Graphviz reads backslashes and entities in labels; a long line is broken at a space or where it is full. */
function lines(text: string): string {
  const full = new RegExp(`(.{1,${widest}})(?:\\s+|$)|(.{${widest}})`, "gu");
  return text
    .split("\n")
    .flatMap((line) => oneLine(readable(line)).match(full) ?? [""])
    .map((line) => line.trimEnd().replaceAll("\\", "\\\\").replaceAll("&", "&amp;"))
    .map((line) => `${line}\\l`)
    .join("");
}

function sentence(way: Way, asked: string): string {
  return `${way.subject} is ${said[way.verdict]} for ${asked}`;
}

function described(way: Way, asked: string): string {
  const peers = peersOf(way);
  return [
    `${sentence(way, asked)}.`,
    ...way.layers.map((layer) => `${layerText(layer).replaceAll("\n", "; ")}.`),
    `${way.direction === "in" ? "Let in" : "Let out to"}: ${peers.length > 0 ? peers.slice(0, 6).join(", ") : "nobody"}.`,
    ...way.minimalChange.map((change) => `To ${way.verdict === "open" ? "close" : "open"} it: ${change}.`),
  ].join(" ");
}

/** Graphviz's own titles, colours and doctype give way to one title, one description and a style for both schemes. */
function dressed(svg: string, title: string, description: string): string {
  const body = svg
    .slice(svg.indexOf("<svg"))
    .replace(/<title>[^<]*<\/title>\n?|<!--[\s\S]*?-->\n?/g, "")
    .replace(/<[^>]*>/g, (tag) => tag.replace(/ (?:fill|stroke|font-family|font-size)="[^"]*"/g, ""));
  const head = `<title id="title">${escaped(title)}</title>\n<desc id="desc">${escaped(description)}</desc>\n<style>${sheet}</style>\n<rect class="page" width="100%" height="100%"/>`;
  return body.replace(/<svg([^>]*)>/, (_, attributes: string) => {
    return `<svg class="port587" role="img" aria-labelledby="title desc"${attributes}>\n${head}`;
  });
}

function escaped(text: string): string {
  return readable(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
