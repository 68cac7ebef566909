import { Markup } from "./markup.js";

/** Text and badge colours keep a contrast of at least 4.5:1 in both schemes; every colour stands beside a word. */
export const style = new Markup(`
:root { color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #1a2230; --soft: #505b6b; --line: #dde1e8; --code: #f1f3f6; --link: #0b4f9e;
  --red: #a1121f; --red-bg: #fdeeee; --amber: #744600; --amber-bg: #fff5df; --green: #1c5c22; --green-bg: #ebf7ea;
  --violet: #5a2a9c; --violet-bg: #f3ecfd; --grey: #48525f; --grey-bg: #eef0f3; --blue: #124a85; --blue-bg: #e8f1fb; }
@media (prefers-color-scheme: dark) { :root {
  --page: #10151c; --card: #181f29; --ink: #e6eaf0; --soft: #a7b1bf; --line: #2d3744; --code: #111821; --link: #8cc2ff;
  --red: #ffa8a3; --red-bg: #401a1d; --amber: #ffcb73; --amber-bg: #3a2b0c; --green: #9bdc9b; --green-bg: #16321a;
  --violet: #d3bbff; --violet-bg: #30214d; --grey: #bcc5d1; --grey-bg: #262f3b; --blue: #a5cffc; --blue-bg: #172f4a; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto,
  "Noto Sans", "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
code, pre, td, th[scope=row] { overflow-wrap: anywhere; } td.words { overflow-wrap: break-word; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .86em; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; }
header, main, footer { max-width: 70rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.5rem; }
h1 { font-size: 2.1rem; line-height: 1.2; letter-spacing: -.02em; margin: .1rem 0 1rem; }
h2 { font-size: 1.35rem; line-height: 1.3; letter-spacing: -.01em; margin: 3rem 0 1rem; }
h3 { font-size: 1.08rem; line-height: 1.4; margin: 0 0 .4rem; }
h4 { font-size: .78rem; margin: 0 0 .4rem; text-transform: uppercase; letter-spacing: .06em; color: var(--soft); }
p { margin: 0 0 .6rem; }
.eyebrow { margin: 0; color: var(--soft); font-weight: 600; }
.lead { font-size: 1.15rem; padding: 1rem 1.25rem; border-radius: .6rem; border-left: .4rem solid; margin: 0 0 1.25rem; }
.lead p:last-child { margin: .2rem 0 0; font-size: .95rem; }
.meta { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: .75rem 1.5rem; margin: 0; }
.meta dt, .soft { color: var(--soft); font-size: .88rem; } .meta dd { margin: 0; font-weight: 600; }
.critical { color: var(--card); background: var(--red); }
.fail, .high { color: var(--red); background: var(--red-bg); }
.undecided, .medium, .unreachable, .unverified, .unknown { color: var(--amber); background: var(--amber-bg); }
.pass { color: var(--green); background: var(--green-bg); }
.exempt, .low, .info, .static { color: var(--grey); background: var(--grey-bg); }
.contradicted { color: var(--violet); background: var(--violet-bg); }
.confirmed { color: var(--blue); background: var(--blue-bg); }
.badge { display: inline-block; padding: .08rem .55rem; border-radius: 1rem; font-size: .78rem; font-weight: 650; white-space: nowrap;
  line-height: 1.5; }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: .8rem; list-style: none; margin: 0 0 1.25rem; padding: 0; }
.tiles li { border-radius: .6rem; padding: .8rem 1.1rem; font-weight: 600; }
.tiles strong { display: block; font-size: 2.1rem; line-height: 1.15; letter-spacing: -.02em; }
.halves { display: grid; grid-template-columns: 1fr 1fr; gap: 1.25rem; align-items: start; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1.1rem 1.25rem; margin: 0 0 1rem; }
.card > :last-child, .side > :last-child { margin-bottom: 0; }
.finding { border-left: .35rem solid var(--edge); }
.edge-fail { --edge: var(--red); } .edge-undecided { --edge: var(--amber); } .edge-exempt { --edge: var(--grey); }
.badges { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; margin: 0 0 .5rem; }
.message { font-weight: 600; margin: .35rem 0 .5rem; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin: 1rem 0; }
.side { background: var(--code); border-radius: .45rem; padding: .8rem 1rem; min-width: 0; }
.side ul, .plain { list-style: none; margin: 0; padding: 0; } .side li + li { margin-top: .7rem; padding-top: .7rem; border-top: 1px solid var(--line); }
.wire { margin: .4rem 0; white-space: pre-wrap; line-height: 1.5; } .wire b { font-weight: 650; color: var(--link); }
.note { border-radius: .45rem; padding: .7rem 1rem; margin: 0 0 .8rem; } .note p { margin: 0; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
caption { text-align: left; font-weight: 650; padding: 0 0 .4rem; }
th, td { text-align: left; vertical-align: top; padding: .42rem .7rem .42rem 0; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-size: .8rem; font-weight: 600; } th[scope=row] { font-weight: 600; min-width: 9rem; }
.halves > * { min-width: 0; } .halves th[scope=row] { min-width: 0; } th.name, td.name { white-space: nowrap; min-width: 0; } th[scope=rowgroup] { padding-top: 1.1rem; font-size: 1rem; } td.number, th.number { text-align: right; padding-right: 1.2rem; white-space: nowrap; } thead th { white-space: nowrap; }
.facts { table-layout: fixed; } .facts th:nth-child(1) { width: 15%; } .facts thead th:nth-child(2) { width: 26%; }
.facts thead th:nth-child(3) { width: 17%; } .facts thead th:nth-child(4) { width: 10%; }
.facts .halves > * { min-width: 0; } .halves th[scope=row] { min-width: 0; } th.name, td.name { white-space: nowrap; min-width: 0; } th[scope=rowgroup] { width: auto; }
details { border-top: 1px solid var(--line); padding: .5rem 0; } summary { cursor: pointer; font-weight: 600; }
.card > details:first-of-type { border-top: 0; }
ul { margin: .2rem 0 .8rem; padding-left: 1.2rem; }
footer { padding-top: 2rem; padding-bottom: 3rem; color: var(--soft); font-size: .88rem; }
@media screen and (max-width: 46rem) { .sides, .halves { grid-template-columns: 1fr; } .tiles { grid-template-columns: 1fr 1fr; }
  .scroll { overflow-x: auto; } .scroll table { min-width: 40rem; } }
@page { size: A4; margin: 15mm 14mm; }
@media print { :root { color-scheme: light; --page: #fff; --card: #fff; --ink: #000; --soft: #444c57; --line: #c9ced6; --code: #f4f5f7;
    --link: #0b3d7a; --red: #8e0f1b; --red-bg: #fdeeee; --amber: #664000; --amber-bg: #fff5df; --green: #174d1c; --green-bg: #ebf7ea;
    --violet: #4c2386; --violet-bg: #f3ecfd; --grey: #3d4652; --grey-bg: #eef0f3; --blue: #0e3c6d; --blue-bg: #e8f1fb; }
  * { print-color-adjust: exact; } html { font-size: 9.5pt; } header, main, footer { max-width: none; padding-left: 0; padding-right: 0; }
  header { padding-top: 0; } h2 { margin-top: 1.6rem; } h2, h3, h4, caption, .badges, .message { break-after: avoid; }
  .tiles li, .side li, tr, .note, .lead, .finding, .halves .card { break-inside: avoid; } .skip { display: none; } a { color: inherit; }
  details::details-content { content-visibility: visible; block-size: auto; } }
`);
