import type { Report } from "../model/report.js";
import type { Format } from "./format.js";
import { Conversations } from "./html/conversations.js";
import { blockedSection, endpointSections } from "./html/endpoints.js";
import { factsSection, inputsSection } from "./html/facts.js";
import { type Markup, html as markup } from "./html/markup.js";
import { masthead, overview } from "./html/overview.js";
import { profilesSection } from "./html/profiles.js";
import { style } from "./html/style.js";
import { inOrder } from "./order.js";

/**
 * One page for an auditor: readable without network and without script, on a screen, in the dark and on paper. The
 * content security policy lets nothing in a server's banner run or call home.
 */
export const html: Format = {
  *render(report) {
    const sorted = inOrder(report);
    const conversations = new Conversations(sorted);
    for (const { text } of page(sorted, conversations)) yield text;
  },
};

function* page(sorted: Report, conversations: Conversations): Generator<Markup> {
  yield markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>Mail submission audit, ${sorted.startedAt.slice(0, 10)} (port587)</title>
<style>${style}</style></head>
<body><a class="skip" href="#main">Skip to the summary</a>${masthead(sorted)}
<main id="main">${overview(sorted)}${profilesSection(sorted, conversations)}${blockedSection(sorted)}`;
  yield* endpointSections(sorted, conversations);
  yield* factsSection(sorted, conversations);
  yield* conversations.section();
  yield markup`${inputsSection(sorted)}
</main>
<footer><p>Written by ${sorted.tool.name} ${sorted.tool.version}. A finding is undecided where an input is missing; a check that did not run is never counted as passed. Long server texts are cut here; the JSON report holds them whole.</p></footer>
</body></html>
`;
}
