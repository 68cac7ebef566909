import type { Evidence, WireLine } from "../../model/evidence.js";
import type { Report } from "../../model/report.js";
import { count } from "../text.js";
import { html, type Markup } from "./markup.js";

interface Conversation {
  readonly number: number;
  readonly at: string;
  readonly lines: readonly WireLine[];
}

/** Every transcript of a report once, numbered in the order in which a reader meets it; `report` is in order. */
export class Conversations {
  private readonly byText = new Map<string, Conversation>();

  constructor(report: Report) {
    for (const evidence of [...report.findings, ...report.facts].flatMap((each) => each.evidence)) this.keep(evidence);
  }

  private keep({ at, transcript = [] }: Evidence): void {
    const key = JSON.stringify([at, transcript]);
    if (transcript.length === 0 || this.byText.has(key)) return;
    this.byText.set(key, { number: this.byText.size + 1, at, lines: transcript });
  }

  /** The link from a piece of evidence to its conversation. */
  linkFrom({ at, transcript = [] }: Evidence): Markup | undefined {
    const found = this.byText.get(JSON.stringify([at, transcript]));
    return found && html`<a href="#conversation-${found.number}">Conversation ${found.number}</a>`;
  }

  section(): Markup | undefined {
    if (this.byText.size === 0) return undefined;
    return html`
<section aria-labelledby="conversations"><h2 id="conversations">Conversations on the wire</h2>
<p class="soft">Times are milliseconds since the connection attempt. &gt; was sent by the probe, &lt; received, * is an event. Credentials are masked before they are recorded.</p>
<div class="card">${[...this.byText.values()].map(
      ({ number, at, lines }) => html`
<details id="conversation-${number}"><summary>Conversation ${number}: ${at}, ${count(lines.length, "line")}</summary>
${transcript(lines)}</details>`,
    )}
</div></section>`;
  }
}

/** Lines of a conversation; what we sent stands out. */
export function transcript(lines: readonly WireLine[]): Markup {
  return html`<pre class="wire">${lines.map(({ at, by, text }) => {
    const line = html`${String(at).padStart(6)} ms  ${by} ${text}\n`;
    return by === ">" ? html`<b>${line}</b>` : line;
  })}</pre>`;
}
