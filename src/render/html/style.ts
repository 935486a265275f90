import { colourProperties } from "../../figures/palette.ts";

/** Style sheet of a report: a column of text, light or dark as the reader's system is, and a form for paper. */
export const PAGE_STYLE: string = `
:root {
  color-scheme: light dark;
  --paper: #fdfcfa; --raised: #f5f3ee; --ink: #22262b; --muted: #5b626b; --line: #dedad1; --link: #0a58a8;
  --determined: #9a3b00; --determined-tint: #fdf1e8;
  --isolated: #84236f; --isolated-tint: #faeef8;
  --undetermined: #00568f; --undetermined-tint: #eaf3fa;
  --open: #57536a; --open-tint: #f1f0f5;
  --computed: #0b5f6b; --computed-tint: #e6f3f4;
  --passed: #00664b; --passed-tint: #e7f4ee;
  --failed: #a01238; --failed-tint: #fcecef;
  --serif: Charter, "Iowan Old Style", "Source Serif 4", "Noto Serif", Palatino, "TeX Gyre Pagella", Georgia, serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
:root { ${colourProperties("light")} --kktid-paper: var(--paper); }
@media screen and (prefers-color-scheme: dark) {
  :root {
    ${colourProperties("dark")} --kktid-paper: var(--paper);
    --paper: #15181b; --raised: #1d2125; --ink: #e4e1da; --muted: #a4abb3; --line: #353b42; --link: #82bcff;
    --determined: #ffb487; --determined-tint: #2a1d14;
    --isolated: #f0a6e0; --isolated-tint: #29172a;
    --undetermined: #8cc8ff; --undetermined-tint: #13212d;
    --open: #c5c1d3; --open-tint: #222129;
    --computed: #7fd3de; --computed-tint: #112427;
    --passed: #7edcb8; --passed-tint: #11261f;
    --failed: #ff9fb4; --failed-tint: #2e161d;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 47.5rem;
  background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 var(--serif); overflow-wrap: break-word;
}
h1, h2, h3, h4, h5, h6 { font-weight: 600; line-height: 1.25; text-wrap: balance; }
h1 { margin: 0 0 1.25rem; font-size: clamp(1.6rem, 1.2rem + 2vw, 2.1rem); letter-spacing: -0.01em; }
h2 { margin: 3rem 0 0.75rem; font-size: 1.35rem; }
h2 .number { margin-right: 0.4em; color: var(--muted); font-weight: 400; }
h3 { font-size: 1.15rem; }
h4 { margin: 1.75rem 0 0.5rem; font-size: 1.0625rem; }
p, ul, ol, .displayed, .statement, section > .scroll { margin: 0 0 1.1rem; }
figure, .table { margin: 1.6rem 0; }
ul, ol { padding-left: 1.5rem; }
li { margin-bottom: 0.35rem; }
a { color: var(--link); text-decoration-thickness: 0.06em; text-underline-offset: 0.15em; }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre { font-family: var(--mono); font-size: 0.88em; }
code { overflow-wrap: anywhere; }
pre { margin: 0; padding: 0.8rem 1rem; background: var(--raised); border-radius: 6px; line-height: 1.5; }
pre code { font-size: 1em; overflow-wrap: normal; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100vw; padding: 0.5rem 1rem; background: var(--paper); }
.skip:focus { left: 1rem; top: 0.5rem; z-index: 1; }

.summary { padding: 1.1rem 1.25rem 1.2rem; border-left: 5px solid var(--accent); border-radius: 0 8px 8px 0; background: var(--tint); }
.summary p { margin: 0; font-size: 1.15rem; line-height: 1.5; }
.summary .outcome { margin-bottom: 0.35rem; color: var(--accent); font: 600 1rem/1.4 var(--sans); }
.determined { --accent: var(--determined); --tint: var(--determined-tint); }
.isolated { --accent: var(--isolated); --tint: var(--isolated-tint); }
.undetermined { --accent: var(--undetermined); --tint: var(--undetermined-tint); }
.open { --accent: var(--open); --tint: var(--open-tint); }
.computed { --accent: var(--computed); --tint: var(--computed-tint); }
.passed { --accent: var(--passed); --tint: var(--passed-tint); }
.failed { --accent: var(--failed); --tint: var(--failed-tint); }

nav { margin-top: 2rem; font-size: 1rem; }
nav h2 { margin: 0 0 0.4rem; color: var(--muted); font: 600 1rem/1.4 var(--sans); }
nav ol { margin: 0; padding-left: 1.6rem; columns: 17rem; column-gap: 2rem; }
nav li { margin-bottom: 0.2rem; break-inside: avoid; }
nav li::marker { color: var(--muted); }
nav .unnumbered { list-style: none; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }

/* What is wider than the column scrolls by itself; the padding keeps accents and brackets inside. */
/* It is also what hidden MathML is placed in: outside it would widen the page. */
.scroll { position: relative; display: block; max-width: 100%; overflow: auto hidden; scrollbar-width: thin; border-radius: 4px; }
.scroll-inline { display: inline-block; vertical-align: middle; padding: 0.15em 0; }
.displayed { text-align: center; }
.katex { font-size: 1.12em; }
.katex-display { margin: 0; padding: 0.35em 0.1em; }
.katex-display > .katex { width: max-content; min-width: 100%; }
.together { white-space: nowrap; }
.formula-text { white-space: pre-wrap; }

table { min-width: min(100%, 22rem); border-collapse: collapse; font: 1rem/1.45 var(--sans); font-variant-numeric: tabular-nums lining-nums; }
caption { padding: 0 0 0.5rem; text-align: left; }
caption, figcaption { color: var(--muted); font: 1rem/1.45 var(--sans); }
caption strong, figcaption strong { color: var(--ink); font-weight: 600; }
caption > span { position: sticky; left: 0; display: block; max-width: min(calc(100vw - 2.5rem), 45rem); white-space: normal; }
th, td { padding: 0.4rem 0.7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: baseline; white-space: nowrap; }
th:first-child, td:first-child { padding-left: 0.25rem; }
th:last-child, td:last-child { padding-right: 0.25rem; }
thead th, thead td { border-bottom: 1.5px solid var(--ink); vertical-align: bottom; font-weight: 600; white-space: normal; }
tbody tr:last-child > * { border-bottom: 1.5px solid var(--ink); }
tbody th { font-weight: 400; }
.right { text-align: right; }
.wraps { min-width: 12rem; white-space: normal; }
.proof th, .proof td { white-space: normal; }

figure svg { display: block; width: 36rem; min-width: 29rem; max-width: 100%; height: auto; }
figcaption { margin-top: 0.5rem; }
.statement { padding: 0.9rem 1.1rem; background: var(--raised); border-radius: 8px; }
.statement p { margin: 0; }
:target { outline: 2px solid var(--line); outline-offset: 6px; border-radius: 4px; }
section:target, .proof:target { outline: none; }

.references ol { padding-left: 2rem; }
details { border-top: 1px solid var(--line); }
details:last-of-type { border-bottom: 1px solid var(--line); }
summary { padding: 0.6rem 0; cursor: pointer; }
summary h3 { display: inline; font-size: 1.0625rem; }
.proof { padding: 0.25rem 0 1rem; scroll-margin-top: 4rem; }
footer { margin-top: 3.5rem; border-top: 1px solid var(--line); color: var(--muted); }
footer h2 { margin: 1.25rem 0 0.6rem; font: 600 1rem/1.4 var(--sans); }
dl { margin: 0 0 1rem; font: 1rem/1.5 var(--sans); }
dl div { display: flex; gap: 0.75rem; }
dt { flex: none; width: 5.5rem; }
dd { margin: 0; min-width: 0; color: var(--ink); }
.hash { overflow-wrap: anywhere; }

@media print {
  :root { color-scheme: light; }
  @page { margin: 22mm 20mm; }
  body { max-width: none; padding: 0; background: none; font-size: 10.5pt; line-height: 1.45; }
  .skip, nav { display: none; }
  .scroll { overflow: visible; }
  h2, h3, h4, summary { break-after: avoid; }
  tr, figure, .statement, .summary, .displayed { break-inside: avoid; }
  figure svg { min-width: 0; max-width: 14cm; }
  th, td { white-space: normal; }
  a { color: inherit; text-decoration: none; }
  .references a[href^="http"] { text-decoration: underline; }
  details::details-content { content-visibility: visible; }
}
`.trim();
