import type { Finding, Severity, Verdict } from "../../model/finding.js";
import { seenBy, statusWord } from "../words.js";
import { html, type Markup } from "./markup.js";

export const marks: Readonly<Record<Finding["status"], string>> = { fail: "✗", undecided: "?", exempt: "–", pass: "✓" };

export function statusBadge(status: Finding["status"]): Markup {
  return html`<span class="badge ${status}">${marks[status]} ${statusWord[status]}</span>`;
}

export function severityBadge(severity: Severity): Markup {
  return html`<span class="badge ${severity}">${severity}</span>`;
}

export function verdictBadge(verdict: Verdict): Markup {
  return html`<span class="badge ${verdict}">${verdict}</span>`;
}

/** A finding's verdict, and who saw it where it was no probe of this run. */
export function findingVerdict(finding: Finding): Markup {
  const by = seenBy(finding);
  return html`${verdictBadge(finding.verdict)}${by ? html` <span class="soft">${by.trim()}</span>` : undefined}`;
}
