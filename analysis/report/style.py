"""The style sheet of a report: readable on a phone, in light and dark, and on paper."""

CSS = """
:root { color-scheme: light dark; --text: #1c1c1c; --quiet: #565656; --line: #d4d4d4; --back: #ffffff; --box: #f4f5f7;
  --link: #0b57a4; --look: #9a3412; --ok: #166534; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e6e6; --quiet: #a9a9a9; --line: #444a52; --back: #15181c;
  --box: #20252b; --link: #8ab8f0; --look: #fdba74; --ok: #86d9a3; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1.2rem 1.2rem 4rem; max-width: 52rem; color: var(--text); background: var(--back);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .6rem 0 .4rem; }
h2 { font-size: 1.25rem; line-height: 1.25; margin: 2.6rem 0 .7rem; padding-top: .7rem; border-top: 2px solid var(--line); }
h3 { font-size: 1.02rem; margin: 1.8rem 0 .4rem; }
p, ul, ol, dl { margin: .55rem 0; }
ul { padding-left: 1.3rem; }
li + li { margin-top: .25rem; }
a { color: var(--link); }
code { font: .87em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.kind { color: var(--quiet); letter-spacing: .02em; margin: 0; }
.answer { background: var(--box); border-left: 4px solid var(--link); padding: .7rem 1rem; margin: 1rem 0; }
.answer p { margin: .35rem 0; }
.look { border-left: 4px solid var(--look); padding-left: .8rem; }
.bad { color: var(--look); font-weight: 600; }
.good { color: var(--ok); }
nav ol { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; list-style: none; padding: 0; font-size: .93rem; }
nav li { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; line-height: 1.4; margin: .9rem 0 1.1rem; }
.given { table-layout: fixed; }
caption { text-align: left; color: var(--quiet); padding-bottom: .35rem; max-width: calc(100vw - 1.8rem); }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
th { font-weight: 600; }
tbody th { font-weight: 400; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.wide { overflow-x: auto; }
.wide:focus-visible { outline: 2px solid var(--link); }
dl { display: grid; grid-template-columns: minmax(7rem, 11rem) 1fr; gap: .25rem 1rem; }
dt { color: var(--quiet); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
figure { margin: 1.4rem 0; }
figure img { display: block; width: 100%; max-width: 100%; height: auto; background: #fff; padding: .5rem; border: 1px solid var(--line); }
figcaption { color: var(--quiet); font-size: .9rem; margin-top: .35rem; }
@media (max-width: 34rem) { body { padding: .8rem .8rem 3rem; } h1 { font-size: 1.4rem; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .45rem; } figure img { padding: .15rem; } }
@page { size: A4; margin: 16mm 15mm; }
@media print { :root { color-scheme: light; --text: #000; --quiet: #444; --line: #bbb; --back: #fff; --box: #f2f2f2; --link: #000;
  --look: #7c2d12; --ok: #14532d; }
  body { max-width: none; padding: 0; font-size: 10pt; } h1 { font-size: 18pt; } h2 { font-size: 13pt; } nav { display: none; }
  h2, h3, caption { break-after: avoid; } figure, tr, .answer { break-inside: avoid; } thead { display: table-header-group; }
  table { font-size: 8.5pt; } caption { max-width: none; } .wide { overflow: visible; } .wide table { min-width: 0 !important; }
  figure img { max-height: 225mm; width: auto; margin: 0 auto; border: 0; padding: 0; } }
"""
