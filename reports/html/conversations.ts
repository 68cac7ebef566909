import { createHash } from "node:crypto";
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
  private readonly all: Conversation[] = [];
  /** The evidence of one session shares its lines, so most are found without reading them. */
  private readonly byLines = new Map<readonly WireLine[], Conversation[]>();
  private readonly byText = new Map<string, Conversation>();

  constructor(report: Report) {
    for (const part of [report.findings, report.facts])
      for (const { evidence } of part) for (const each of evidence) this.keep(each);
  }

  private keep(evidence: Evidence): void {
    const { at, transcript: lines = [] } = evidence;
    if (lines.length === 0 || this.find(evidence)) return;
    const key = createHash("sha256")
      .update(JSON.stringify([at, lines]))
      .digest("base64");
    const twin = this.byText.get(key);
    const conversation = twin ?? { number: this.all.length + 1, at, lines };
    if (!twin) this.all.push(conversation);
    this.byText.set(key, conversation);
    this.byLines.set(lines, [...(this.byLines.get(lines) ?? []), conversation]);
  }

  private find({ at, transcript = [] }: Evidence): Conversation | undefined {
    return this.byLines.get(transcript)?.find((each) => each.at === at);
  }

  /** The link from a piece of evidence to its conversation. */
  linkFrom(evidence: Evidence): Markup | undefined {
    const found = this.find(evidence);
    return found && html`<a href="#conversation-${found.number}">Conversation ${found.number}</a>`;
  }

  *section(): Generator<Markup> {
    if (this.all.length === 0) return;
    yield html`
<section aria-labelledby="conversations"><h2 id="conversations">Conversations on the wire</h2>
<p class="soft">Times are milliseconds since the connection attempt. &gt; was sent by the probe, &lt; received, * is an event. Credentials are masked before they are recorded.</p>
<div class="card">`;
    for (const { number, at, lines } of this.all)
      yield html`
<details id="conversation-${number}"><summary>Conversation ${number}: ${at}, ${count(lines.length, "line")}</summary>
${transcript(lines)}</details>`;
    yield html`
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
