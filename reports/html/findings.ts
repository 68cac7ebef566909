import type { Evidence } from "../../model/evidence.js";
import type { Finding, Standard } from "../../model/finding.js";
import { decidingLines } from "../deciding.js";
import { place, readable, verdictMeaning } from "../words.js";
import { findingVerdict, severityBadge, statusBadge } from "./badges.js";
import { type Conversations, transcript } from "./conversations.js";
import { html, type Markup } from "./markup.js";

/** A finding that somebody must act on or has decided to accept, with the evidence of both sides beside each other. */
export function findingCard(finding: Finding, conversations: Conversations): Markup {
  const { status, severity, verdict, rule, title, message, explanation, evidence } = finding;
  return html`
<article class="card finding edge-${status}">
<p class="badges">${statusBadge(status)} ${severityBadge(severity)} ${findingVerdict(finding)} <code>${rule}</code></p>
<h3>${readable(message)}</h3>
<p>${readable(explanation) || `${verdict}: ${verdictMeaning[verdict]}.`}</p>
<p class="soft">Rule: ${title}.</p>
${decision(finding)}${missing(finding)}
<div class="sides">
${side(
  "From the definitions",
  evidence.filter(({ kind }) => kind !== "wire"),
  "No definition was read.",
  conversations,
)}
${side(
  "From the wire",
  evidence.filter(({ kind }) => kind === "wire"),
  verdict === "static" ? "Nothing was probed." : "No conversation was recorded.",
  conversations,
)}
</div>
<h4>Remedy</h4><p>${readable(finding.remedy)}</p>
${standards(finding.standards)}
<p class="soft">More: ${link(finding.docs)}</p>
</article>`;
}

function decision({ status, exemption }: Finding): Markup | undefined {
  if (status !== "exempt") return undefined;
  return html`<div class="note exempt"><p><strong>Exempt until ${exemption?.expires ?? "no date"}.</strong> ${exemption?.reason ?? "No reason given."} <code>${exemption?.at}</code></p></div>`;
}

function missing({ missing: inputs }: Finding): Markup | undefined {
  if (inputs.length === 0) return undefined;
  const names = inputs.map((input) => html`<li><code>${place(input)}</code></li>`);
  return html`<div class="note undecided"><h4 class="undecided">What is missing to decide it</h4><ul>${names}</ul></div>`;
}

function side(heading: string, evidence: readonly Evidence[], none: string, conversations: Conversations): Markup {
  const items = evidence.map((each) => html`<li>${proof(each, conversations)}</li>`);
  const list = items.length > 0 ? html`<ul>${items}</ul>` : html`<p class="soft">${none}</p>`;
  return html`<div class="side"><h4>${heading}</h4>${list}</div>`;
}

function proof(evidence: Evidence, conversations: Conversations): Markup {
  const { kind, at, says, layer } = evidence;
  const lines = decidingLines(evidence);
  const stands = layer && html`<span class="badge static">${layer.name}: ${layer.decision}</span>`;
  const whole = conversations.linkFrom(evidence);
  return html`<code title="${at}">${place(at)}</code>${kind === "default" ? html` <span class="soft">(default)</span>` : undefined}<br>${readable(says)} ${stands}${lines.length > 0 ? transcript(lines) : undefined}${whole && html`<span class="soft">${whole}</span>`}`;
}

function standards(clauses: readonly Standard[]): Markup | undefined {
  if (clauses.length === 0) return undefined;
  const items = clauses.map(
    ({ source, section, asks }) => html`<li><strong>${source}, section ${section}:</strong> ${asks}</li>`,
  );
  return html`<h4>Standards</h4><ul>${items}</ul>`;
}

function link(url: string): Markup {
  return /^https?:\/\//.test(url) ? html`<a href="${url}">${url}</a>` : html`${url}`;
}

/** Findings of which a line each is enough: what holds, or one open question that many rules share. */
function table(caption: Markup, findings: readonly Finding[], conversations: Conversations): Markup {
  // The severity of a rule that holds would only alarm.
  const open = findings.some(({ status }) => status !== "pass");
  const rows = findings.map((finding) => {
    const { rule, title, severity, message, evidence, standards: clauses } = finding;
    const proofs = evidence.map(
      (each) =>
        html`<br><span class="soft"><code title="${each.at}">${place(each.at)}</code> ${conversations.linkFrom(each)}</span>`,
    );
    return html`
<tr><th scope="row">${title}<br><code>${rule}</code></th>${open ? html`<td>${severityBadge(severity)}</td>` : undefined}<td>${findingVerdict(finding)}</td><td>${readable(message)}${proofs}</td><td>${clauses.map(({ source, section }) => html`${source}, ${section}<br>`)}</td></tr>`;
  });
  return html`<div class="scroll" tabindex="0"><table><caption>${caption}</caption>
<thead><tr><th scope="col">Rule</th>${open ? html`<th scope="col">Severity</th>` : undefined}<th scope="col">Verdict</th><th scope="col">Finding and evidence</th><th scope="col">Standards</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** What holds, with where it stands: an auditor needs the proof of a pass, too. */
export function passTable(findings: readonly Finding[], conversations: Conversations): Markup | undefined {
  if (findings.length === 0) return undefined;
  return html`<div class="card">${table(html`${statusBadge("pass")} ${findings.length} in order`, findings, conversations)}</div>`;
}

/** One question that keeps rules from being decided: a card as any other for one rule, a table for several. */
export function questionCard(findings: readonly Finding[], conversations: Conversations): Markup | undefined {
  const [first] = findings;
  if (!first || findings.length === 1) return first && findingCard(first, conversations);
  return html`
<article class="card finding edge-undecided">
<p class="badges">${statusBadge("undecided")} ${severityBadge(first.severity)} ${findingVerdict(first)}</p>
<h3>${findings.length} rules could not be decided</h3>
<p>${readable(first.explanation) || `${first.verdict}: ${verdictMeaning[first.verdict]}.`}</p>
${missing(first)}${table(html`Rules that wait for it`, findings, conversations)}
</article>`;
}
