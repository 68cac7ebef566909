import type { Evidence, WireLine } from "../../model/evidence.js";
import { NumberedConversations } from "../conversations.js";
import { count } from "../text.js";
import { html, type Markup } from "./markup.js";

/** The conversations of a page, and the links to them. */
export class Conversations extends NumberedConversations {
  /** The link from a piece of evidence to its conversation. */
  linkFrom(evidence: Evidence): Markup | undefined {
    const number = this.numberOf(evidence);
    return number === undefined ? undefined : html`<a href="#conversation-${number}">Conversation ${number}</a>`;
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
