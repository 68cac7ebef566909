import type { Finding, Severity, Verdict } from "../../model/finding.js";
import { statusWord } from "../words.js";
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
