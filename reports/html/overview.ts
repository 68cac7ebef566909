import { type Finding, severities } from "../../model/finding.js";
import type { Report } from "../../model/report.js";
import { groupBy, statuses, verdicts } from "../order.js";
import { count } from "../text.js";
import { blocked, statusWord, verdictMeaning } from "../words.js";
import { marks, severityBadge, statusBadge, verdictBadge } from "./badges.js";
import { endpointsOf } from "./endpoints.js";
import { html, type Markup } from "./markup.js";

export function masthead(report: Report): Markup {
  const { tool, startedAt, probes, summary } = report;
  const tone = ({ 0: "pass", 1: "fail", 2: "fail", 3: "undecided" } as const)[summary.exitCode];
  return html`
<header><p class="eyebrow">${tool.name}: policy as code for mail submission</p>
<h1>Mail submission audit</h1>
<div class="lead ${tone}"><p><strong>${conclusion(report)}</strong></p><p>Exit code ${summary.exitCode}: ${summary.because}</p></div>
<dl class="meta"><div><dt>Audited</dt><dd><time datetime="${startedAt}">${instant(startedAt)}</time></dd></div>
<div><dt>Scope</dt><dd>${count(endpointsOf(report).length, "endpoint")}, ${probes.length} probed live</dd></div>
<div><dt>Inputs</dt><dd>${count(report.inputs.length, "source")}</dd></div>
<div><dt>Tool</dt><dd>${tool.name} ${tool.version}</dd></div></dl></header>`;
}

/** `2026-11-24 03:12:45 UTC`; text that is no UTC instant stays as it is. */
function instant(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, "$1 $2 UTC");
}

function conclusion(report: Report): string {
  const { status, verdict } = report.summary;
  if (report.findings.length === 0) {
    return report.facts.length === 0
      ? "Nothing was judged: the inputs hold no mail endpoint."
      : "Nothing was judged: no rule had anything to say.";
  }
  const stopped = new Set(blocked(report).map(({ subject }) => subject)).size;
  const failures =
    status.fail === 0 ? "Nothing failed" : `${status.fail} of ${count(report.findings.length, "finding")} failed`;
  const open = status.undecided > 0 ? `, ${status.undecided} could not be decided` : "";
  const drift = verdict.contradicted > 0 ? `, ${verdict.contradicted} where definitions and wire disagree` : "";
  return `${failures}${open}${drift}${stopped > 0 ? `; ${count(stopped, "endpoint is", "endpoints are")} blocked` : ""}.`;
}

export function overview(report: Report): Markup {
  const { status, severity, verdict } = report.summary;
  const tiles = statuses.map(
    (name) => html`<li class="${name}"><strong>${status[name]}</strong>${marks[name]} ${statusWord[name]}</li>`,
  );
  const severityRows = severities.map(
    (name) => html`<tr><th scope="row">${severityBadge(name)}</th><td class="number">${severity[name]}</td></tr>`,
  );
  const verdictRows = verdicts.map(
    (name) =>
      html`<tr><th scope="row">${verdictBadge(name)}</th><td class="number">${verdict[name]}</td><td class="soft words">${verdictMeaning[name]}</td></tr>`,
  );
  return html`
<section aria-labelledby="summary"><h2 id="summary">Summary</h2>
<ul class="tiles" aria-label="Findings by status">${tiles}</ul>
<div class="halves">
<div class="card"><table><caption>Failed findings by severity</caption><thead><tr><th scope="col">Severity</th><th scope="col" class="number">Failed</th></tr></thead><tbody>${severityRows}</tbody></table></div>
<div class="card"><table><caption>All findings by verdict</caption><thead><tr><th scope="col">Verdict</th><th scope="col" class="number">Findings</th><th scope="col">Meaning</th></tr></thead><tbody>${verdictRows}</tbody></table></div>
</div>${endpointTable(report)}</section>`;
}

function endpointTable(report: Report): Markup | undefined {
  const endpoints = endpointsOf(report);
  if (endpoints.length === 0) return undefined;
  const stopped = new Set(blocked(report).map(({ subject }) => subject));
  const findings = groupBy(report.findings, ({ subject }) => subject);
  const rows = endpoints.map((subject, index) => {
    const own = findings.get(subject) ?? [];
    const number = (status: Finding["status"]) => own.filter((finding) => finding.status === status).length;
    const worst = own[0]?.status;
    return html`
<tr><th scope="row"><a href="#endpoint-${index}">${subject}</a></th><td>${worst ? statusBadge(worst) : "not judged"}${stopped.has(subject) ? html` <span class="badge fail">✗ blocked</span>` : undefined}</td>${statuses.map((status) => html`<td class="number">${number(status)}</td>`)}</tr>`;
  });
  const heads = statuses.map((status) => html`<th scope="col" class="number">${statusWord[status]}</th>`);
  return html`<div class="card scroll" tabindex="0"><table><caption>Endpoints, worst first</caption>
<thead><tr><th scope="col">Endpoint</th><th scope="col">State</th>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`;
}
