import type { ProfileResult, RequirementResult } from "../../model/profile.js";
import type { Report } from "../../model/report.js";
import { certaintyOf, countsOf, isMet, isSure, requirementMarks } from "../profiles.js";
import { place, readable } from "../words.js";
import type { Conversations } from "./conversations.js";
import { html, type Markup } from "./markup.js";

/** Each standard that was asked for, requirement by requirement, with section and evidence. */
export function profilesSection({ profiles = [] }: Report, conversations: Conversations): Markup | undefined {
  if (profiles.length === 0) return undefined;
  return html`
<section aria-labelledby="standards"><h2 id="standards">Standards</h2>${profiles.map((each) => card(each, conversations))}</section>`;
}

function card(profile: ProfileResult, conversations: Conversations): Markup {
  const { profile: name, title, edition, date, source, subjects } = profile;
  const tables = subjects.map(({ subject, requirements }) => table(name, subject, requirements, conversations));
  return html`
<article class="card"><p class="badges">${badge(isMet(profile) ? "pass" : "fail", isMet(profile) ? "met" : "not proven to be met")} <code>${name}</code></p>
<h3>${title}</h3><p class="soft">Edition ${edition}, ${date}: ${source}</p>
${tables.length > 0 ? tables : html`<p>No submission port is known.</p>`}</article>`;
}

function table(
  name: string,
  subject: string,
  requirements: readonly RequirementResult[],
  conversations: Conversations,
): Markup {
  return html`<div class="scroll" tabindex="0"><table><caption>${subject} under ${name}: ${countsOf(requirements)}</caption>
<thead><tr><th scope="col">Section</th><th scope="col">Requirement</th><th scope="col">State</th><th scope="col">Evidence</th></tr></thead><tbody>${requirements.map((each) => row(each, conversations))}</tbody></table></div>`;
}

const words = { pass: "met", fail: "not met", unknown: "unknown" } as const;

function row(result: RequirementResult, conversations: Conversations): Markup {
  const { section, requirement, asks, level, status, says, missing, evidence } = result;
  const proofs = evidence.map(
    (each) =>
      html`<li><code title="${each.at}">${place(each.at)}</code> ${readable(each.says)} ${conversations.linkFrom(each)}</li>`,
  );
  const lacks = missing.map((input) => html`<li>missing: <code>${place(input)}</code></li>`);
  return html`
<tr><th scope="row">${section}${isSure(result) ? undefined : html`<br><span class="soft">${certaintyOf(result)}</span>`}</th><td>${asks}<br><span class="soft"><code>${requirement}</code>, ${level}</span></td><td>${badge(status, `${requirementMarks[status]} ${words[status]}`)}</td><td>${readable(says)}<ul class="plain">${lacks}${proofs}</ul></td></tr>`;
}

function badge(kind: RequirementResult["status"], text: string): Markup {
  return html`<span class="badge ${kind}">${text}</span>`;
}
