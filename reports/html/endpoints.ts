import type { Finding } from "../../model/finding.js";
import type { Step } from "../../model/observation.js";
import type { Probe, Report } from "../../model/report.js";
import { groupBy } from "../order.js";
import { count } from "../text.js";
import { blocked, openQuestions, readable } from "../words.js";
import type { Conversations } from "./conversations.js";
import { findingCard, passTable, questionCard } from "./findings.js";
import { html, type Markup } from "./markup.js";

/** Subjects with findings, worst first, then those that were only probed; their places are the anchors of the page. */
export function endpointsOf(report: Report): string[] {
  return [...groupBy([...report.findings, ...report.probes], ({ subject }) => subject).keys()];
}

export function* endpointSections(report: Report, conversations: Conversations): Generator<Markup> {
  const findings = groupBy(report.findings, ({ subject }) => subject);
  const probes = groupBy(report.probes, ({ subject }) => subject);
  for (const [index, subject] of endpointsOf(report).entries()) {
    const own = findings.get(subject) ?? [];
    const cards = (status: Finding["status"]) =>
      own.filter((finding) => finding.status === status).map((finding) => findingCard(finding, conversations));
    const questions = openQuestions(own).map((findings) => questionCard(findings, conversations));
    yield html`
<section aria-labelledby="endpoint-${index}"><h2 id="endpoint-${index}">${subject}</h2>
${own.length === 0 ? html`<p>No rule had anything to say about this endpoint.</p>` : undefined}${cards("fail")}${questions}${cards("exempt")}
${passTable(
  own.filter(({ status }) => status === "pass"),
  conversations,
)}
${probes.get(subject)?.map(probeCard)}
</section>`;
  }
}

export function blockedSection(report: Report): Markup | undefined {
  const blocks = blocked(report);
  if (blocks.length === 0) return undefined;
  const items = (texts: readonly string[]) => html`<ul>${texts.map((text) => html`<li>${readable(text)}</li>`)}</ul>`;
  return html`
<section aria-labelledby="blocked"><h2 id="blocked">Blocked endpoints</h2>${blocks.map(
    ({ subject, by }) => html`
<article class="card finding edge-fail"><p class="badges"><span class="badge fail">✗ blocked</span> <span class="badge static">${by.layer}</span> <span class="badge static">${by.confidence} confidence</span></p>
<h3>${subject}</h3><p class="message">${readable(by.culprit)}</p>
<div class="sides"><div class="side"><h4>Because</h4>${items(by.because)}</div><div class="side"><h4>What to do</h4>${items(by.advice)}</div></div></article>`,
  )}</section>`;
}

const outcomes: Readonly<Record<Step["outcome"], Markup>> = {
  ok: html`<span class="badge pass">✓ ok</span>`,
  bad: html`<span class="badge fail">✗ bad</span>`,
  unknown: html`<span class="badge unknown">? unknown</span>`,
};

function probeCard({ steps, connections, conclusion, advice }: Probe): Markup {
  const rows = steps.map(
    ({ name, address, outcome, says, ms }) => html`
<tr><th scope="row" class="name">${name}</th><td>${outcomes[outcome]}</td><td class="name">${address}</td><td>${says}</td><td class="number">${ms} ms</td></tr>`,
  );
  return html`<div class="card"><h3>Live probe</h3><p class="message">${readable(conclusion)}</p>
${advice.length > 0 ? html`<ul>${advice.map((each) => html`<li>${readable(each)}</li>`)}</ul>` : undefined}
<div class="scroll" tabindex="0"><table><caption>Steps, over ${count(connections, "connection")}</caption>
<thead><tr><th scope="col">Step</th><th scope="col">Outcome</th><th scope="col">Address</th><th scope="col">What was seen</th><th scope="col" class="number">Time</th></tr></thead>
<tbody>${rows}</tbody></table></div></div>`;
}
