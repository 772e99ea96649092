// SPDX-License-Identifier: Apache-2.0
#include "compiler/planner/explain_html.h"

namespace zdm {

const char* const kExplainStyle = R"css(
:root {
  color-scheme: light dark;
  --ink: #1c2430; --soft: #5a6675; --line: #dde3ea; --page: #f6f8fa; --card: #fff; --well: #f3f5f8;
  --expand: #2563c9; --migrate: #0f8a7e; --contract: #7b4bc4; --purge: #b42f36; --hazard: #9a5b00;
  --hazard-well: #fff6e3; --word: #1f4e9e; --text: #16705c; --quiet: #75808d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e3e8ee; --soft: #9aa7b5; --line: #2e3846; --page: #11161d; --card: #181f29;
    --well: #121922; --expand: #6ea3ff; --migrate: #45c8b8; --contract: #b491f5; --purge: #ff8088;
    --hazard: #f0b95a; --hazard-well: #2a2314; --word: #8db8ff; --text: #7ed3bd; --quiet: #7d8997;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body {
  margin: 0 auto; padding: 2.5rem clamp(1rem, 4vw, 3rem) 3rem; max-width: 72rem;
  background: var(--page); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", Cantarell, sans-serif;
}
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { font-size: .9em; overflow-wrap: anywhere; unicode-bidi: isolate; }
h1, h2, h3, p, ul, dl, dd, figure, pre { margin: 0; }
ul { padding-left: 1.2rem; }
a { color: inherit; text-decoration-color: var(--quiet); text-underline-offset: .2em; }
.kicker { color: var(--soft); font-size: .85rem; letter-spacing: .08em; text-transform: uppercase; }
h1 { font-size: clamp(1.6rem, 4vw, 2.2rem); line-height: 1.2; letter-spacing: -.01em; }
h1 code { font-size: 1em; }
.facts { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.6rem; padding: 0; margin-top: .6rem;
  color: var(--soft); }
.facts b { color: var(--ink); }
section, .journey { margin-top: 2rem; }
.empty { color: var(--soft); padding: .6rem 0; }

.journey { display: grid; grid-template-columns: repeat(4, 1fr); gap: .4rem .5rem; }
.stop { display: block; padding: .7rem .9rem; border-radius: .5rem; background: var(--card);
  border: 1px solid var(--line); border-top: 4px solid var(--c); text-decoration: none; }
.stop b { display: block; color: var(--c); }
.stop span { color: var(--soft); font-size: .9rem; }
.stop:hover, .stop:focus-visible { border-color: var(--c); }
.expand { --c: var(--expand); } .migrate { --c: var(--migrate); }
.contract { --c: var(--contract); } .purge { --c: var(--purge); }
.bar { border-radius: .35rem; padding: .18rem .7rem; font-size: .85rem; min-width: 0;
  border: 1px solid var(--line); background: var(--card); color: var(--soft); }
.bar.old { grid-column: 1 / 3; }
.bar.new { grid-column: 2 / 5; grid-row: 3; display: grid; grid-template-columns: repeat(3, 1fr); gap: .5rem;
  padding: 0; border: 0; background: none; }
.bar.new span { border-radius: .35rem; padding: .18rem .7rem; border: 1px solid var(--line); }
.bar.new .ready { border-style: dashed; }
.bar.new .live { grid-column: 2 / 4; background: var(--card); border-left: 4px solid var(--ink); color: var(--ink); }
.bar.back { grid-column: 1 / 4; grid-row: 4; }
.bar.none { grid-column: 4; grid-row: 4; color: var(--purge); border-color: var(--purge); }

.hazards, .notices { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  padding: 1.1rem 1.3rem; }
.hazards { background: var(--hazard-well); border-color: var(--hazard); }
.hazards h2, .notices h2 { font-size: 1.1rem; margin-bottom: .5rem; }
.hazards h2 { color: var(--hazard); }
.hazards ul { list-style: none; padding: 0; display: grid; gap: .9rem; }
.notices ul { display: grid; gap: .35rem; }
.code { color: var(--hazard); }
.allowed, .where { color: var(--soft); font-size: .9rem; }

.title { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem .9rem; margin-bottom: .8rem;
  padding-bottom: .45rem; border-bottom: 2px solid var(--c); }
.title h2 { font-size: 1.35rem; color: var(--c); }
.title p { color: var(--soft); flex: 1 1 20rem; }
.command { border: 1px solid var(--line); background: var(--card); border-radius: .35rem;
  padding: .1rem .5rem; white-space: nowrap; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  padding: .95rem 1.2rem; margin-bottom: .7rem; scroll-margin-top: 1rem; }
article:target { border-color: var(--c); box-shadow: 0 0 0 1px var(--c); }
h3 { font-size: 1.02rem; line-height: 1.4; overflow-wrap: anywhere; }
.id { color: var(--soft); font-size: .85rem; }
dl { display: grid; grid-template-columns: 3.4rem minmax(0, 1fr); gap: .2rem .6rem; margin: .6rem 0;
  font-size: .93rem; }
dt { color: var(--soft); }
dd { overflow-wrap: anywhere; }
dd i { color: var(--soft); font-style: normal; }
.lock { display: inline-block; background: var(--well); border: 1px solid var(--line); border-radius: .3rem;
  padding: 0 .45rem; margin-right: .2rem; font-size: .88rem; }
.lock b { font-weight: 600; font-size: .82rem; letter-spacing: .02em; }
.hazard { background: var(--hazard-well); border-left: 3px solid var(--hazard); padding: .35rem .7rem;
  border-radius: 0 .3rem .3rem 0; margin: .5rem 0; font-size: .93rem; }
summary { cursor: pointer; color: var(--soft); font-size: .9rem; width: fit-content; }
summary:hover { color: var(--ink); }
.both { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: .8rem;
  margin-top: .6rem; }
figure { min-width: 0; }
figcaption { color: var(--soft); font-size: .8rem; margin-bottom: .15rem; }
pre { background: var(--well); border: 1px solid var(--line); border-radius: .4rem; padding: .7rem .8rem;
  font-size: .8rem; line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; }
pre .k { color: var(--word); font-weight: 600; } pre .s { color: var(--text); }
pre .c { color: var(--quiet); font-style: italic; }
.deploy { margin-top: 2rem; padding: .8rem 1.2rem; border-radius: .6rem; background: var(--ink);
  color: var(--page); text-align: center; }
.noreturn { color: var(--purge); border: 1px solid var(--purge); border-radius: .6rem; padding: .6rem 1.2rem;
  margin-bottom: .7rem; }
footer { margin-top: 2.5rem; padding-top: .8rem; border-top: 1px solid var(--line); color: var(--soft);
  font-size: .85rem; }

@media (max-width: 40rem) {
  body { padding-top: 1.5rem; }
  .journey, .bar.new { gap: .35rem; }
  .stop { padding: .45rem .5rem; }
  .stop b { font-size: .9rem; }
  .bar { padding: .15rem .4rem; font-size: .75rem; line-height: 1.35; }
  .bar.new span { padding: .15rem .4rem; }
  article { padding: .8rem .9rem; }
  .title p { flex-basis: 100%; order: 3; }
}
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --page: #fff; --card: #fff;
    --well: #fff; --expand: #1d4fa3; --migrate: #0b6c63; --contract: #60379f; --purge: #98222a;
    --hazard: #7a4700; --hazard-well: #fff; --word: #000; --text: #000; --quiet: #555; }
  @page { margin: 16mm 14mm; }
  html { font-size: 9.5pt; }
  body { padding: 0; max-width: none; }
  section, .journey { margin-top: 1.2rem; }
  article, .hazards li, .deploy, .noreturn, .journey { break-inside: avoid-page; }
  article:has(pre) { break-inside: auto; }
  h2, h3, .title, figcaption { break-after: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
  summary { display: none; }
  .both { grid-template-columns: 1fr; }
  pre { font-size: 7.5pt; line-height: 1.35; padding: .4rem .5rem; }
  .deploy { background: none; color: #000; border: 2px solid #000; }
  a { text-decoration: none; }
}
)css";

}  // namespace zdm
