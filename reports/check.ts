import { factsNamed } from "../model/fact.js";
import type { Step } from "../model/observation.js";
import type { DomainReport, Probe, Report } from "../model/report.js";
import type { Style } from "./format.js";
import { groupBy, inOrder } from "./order.js";
import { type Pen, penFor } from "./pen.js";
import { profileBlocks } from "./profiles.js";
import { suiteLines } from "./suites.js";
import { count, oneLine } from "./text.js";

const marks = { ok: "✓", bad: "✗", unknown: "?" } as const satisfies Record<Step["outcome"], string>;

/**
 * `port587 check`: for each endpoint a line per step of the way to it, then the verdict in one sentence and what to
 * do about it.
 */
export function renderCheck(report: Report, style: Style): Iterable<string> {
  const pen = penFor(style);
  const sorted = inOrder(report);
  const { probes: endpoints, domains } = sorted;
  const suites = groupBy(factsNamed(report.facts, "cipherSuites"), ({ subject }) => subject);
  const probes = [
    ...endpoints.map((probe) => endpoint(probe, suiteLines(suites.get(probe.subject) ?? [], pen), pen)),
    ...domains.map((each) => mailDomain(each, pen)),
  ];
  const { exitCode, because } = report.summary;
  const end = pen.paragraph(
    exitCode === 0 ? pen.green : exitCode === 3 ? pen.yellow : pen.red,
    `exit ${exitCode}: ${because}`,
  );
  const last = pen.paragraph(pen.bold, inPassing(endpoints));
  const shown = probes.length > 0 ? probes : ["Nothing was probed."];
  const ending = [end, ...(last ? [last] : [])].join("\n");
  return [...shown, ...profileBlocks(sorted, pen), ending].map((block, i) => (i === 0 ? `${block}\n` : `\n${block}\n`));
}

/** What one would say to a colleague who asks: a sentence for each host. */
function inPassing(probes: readonly Probe[]): string {
  return [...groupBy(probes, ({ host }) => host)]
    .map(([host, all]) => {
      const own = all.sort((a, b) => rank(a) - rank(b) || b.port - a.port);
      const said = own.map((each, i) => {
        const { port, inShort } = each;
        if (i === 0) return `Port ${port} of ${host} ${inShort}`;
        return `port ${port} ${sameForAny(each) === sameForAny(own[i - 1]) ? "likewise" : inShort}`;
      });
      return `${said.join("; ")}.`;
    })
    .join("\n");
}

/** What is said of one port, whichever it is. */
function sameForAny(probe: Probe | undefined): string | undefined {
  return probe?.inShort.replaceAll(`port ${probe.port}`, "port");
}

/** What does not work comes first. */
function rank({ inShort }: Probe): number {
  return /^works(, after|$)/.test(inShort) ? 1 : 0;
}

function endpoint({ subject, connections, ...rest }: Probe, suites: readonly string[], pen: Pen): string {
  return told(`${pen.bold(oneLine(subject))}  ${pen.dim(count(connections, "connection"))}`, rest, pen, suites);
}

function mailDomain({ domain, ...rest }: DomainReport, pen: Pen): string {
  return told(`${pen.bold(oneLine(domain))}  ${pen.dim("mail domain")}`, rest, pen);
}

function told(
  head: string,
  { steps, conclusion, advice }: Omit<DomainReport, "domain">,
  pen: Pen,
  more: readonly string[] = [],
): string {
  const addressWidth = Math.max(0, ...steps.map(({ address = "" }) => oneLine(address).length));
  return [
    head,
    ...steps.map((step) => line(step, addressWidth, pen)),
    ...more,
    pen.paragraph(verdictInk(steps, pen), `→ ${conclusion}`, 2, 2),
    ...advice.map((each) => pen.paragraph(pen.plain, `- ${each}`, 4, 2)),
  ].join("\n");
}

const nameWidth = "certificate".length;
const timeWidth = "00000 ms".length;

function line({ name, outcome, address = "", says, ms }: Step, addressWidth: number, pen: Pen): string {
  const ink = stepInk(outcome, pen);
  const columns = [`${ink(marks[outcome])} ${name.padEnd(nameWidth)}`, pen.dim(`${ms} ms`.padStart(timeWidth))];
  if (addressWidth > 0) columns.push(oneLine(address).padEnd(addressWidth));
  const indent = 2 + 2 + nameWidth + 2 + timeWidth + 2 + (addressWidth > 0 ? addressWidth + 2 : 0);
  const [first = "", ...more] = pen.paragraph(outcome === "ok" ? pen.plain : ink, says, indent).split("\n");
  return [`  ${columns.join("  ")}  ${first.slice(indent)}`, ...more].join("\n");
}

function stepInk(outcome: Step["outcome"], pen: Pen): (text: string) => string {
  return { ok: pen.green, bad: pen.red, unknown: pen.yellow }[outcome];
}

function verdictInk(steps: readonly Step[], pen: Pen): (text: string) => string {
  const has = (outcome: Step["outcome"]) => steps.some((step) => step.outcome === outcome);
  return has("bad") ? pen.red : has("unknown") ? pen.yellow : pen.green;
}
