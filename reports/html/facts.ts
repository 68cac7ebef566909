import type { Fact } from "../../model/fact.js";
import type { Report } from "../../model/report.js";
import { noticeLines } from "../notices.js";
import { groupBy } from "../order.js";
import { count } from "../text.js";
import { place, readable, valueInWords } from "../words.js";
import type { Conversations } from "./conversations.js";
import { html, type Markup } from "./markup.js";

/** All that was learned, grouped by what it is about: the ground every finding stands on. */
export function* factsSection(report: Report, conversations: Conversations): Generator<Markup> {
  if (report.facts.length === 0) return;
  const groups = groupBy(report.facts, ({ subject }) => subject);
  yield html`
<section aria-labelledby="facts"><h2 id="facts">Facts</h2>
<div class="card"><details><summary>${count(report.facts.length, "fact")} about ${count(groups.size, "subject")}</summary><div class="scroll" tabindex="0"><table class="facts"><caption>What is known, for whom it holds, and from where</caption>
<thead><tr><th scope="col">Fact</th><th scope="col">Value</th><th scope="col">Holds for</th><th scope="col">Origin</th><th scope="col">Evidence</th></tr></thead>`;
  for (const [subject, facts] of groups)
    yield html`
<tbody><tr><th scope="rowgroup" colspan="5">${subject}</th></tr>${facts.map((fact) => row(fact, conversations))}</tbody>`;
  yield html`</table></div></details></div></section>`;
}

function row(fact: Fact, conversations: Conversations): Markup {
  const proofs = fact.evidence.map(
    (each) =>
      html`<li><code title="${each.at}">${place(each.at)}</code> ${readable(each.says)} ${conversations.linkFrom(each)}</li>`,
  );
  return html`
<tr><th scope="row"><code>${fact.name}</code></th><td>${valueInWords(fact)}</td><td>${fact.from.toString()}</td><td>${fact.origin}</td><td><ul class="plain">${proofs}</ul></td></tr>`;
}

/** What was read, with the digests that let an auditor check it later. */
export function inputsSection({ inputs, notices = [] }: Report): Markup {
  const rows = inputs.map(
    ({ name, kind, sha256, problem }) => html`
<tr><th scope="row"><code>${name}</code></th><td>${kind}</td><td>${sha256 ? html`<code>${sha256}</code>` : "live, no digest"}${problem ? html`<br><strong>Not read: ${problem}</strong>` : ""}</td></tr>`,
  );
  const table = html`<table><caption>Sources</caption><thead><tr><th scope="col">Name</th><th scope="col">Kind</th><th scope="col">SHA-256</th></tr></thead><tbody>${rows}</tbody></table>`;
  return html`
<section aria-labelledby="inputs"><h2 id="inputs">Inputs</h2>
<div class="card scroll" tabindex="0">${inputs.length > 0 ? table : html`<p>No input was read.</p>`}${noticeLines(notices).map((line) => html`<p>${line}</p>`)}</div></section>`;
}
