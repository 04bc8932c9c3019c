"""How a statement looks, on a screen and on paper; its policy allows just this style, by its digest."""

STYLE = """
:root { --ink: #1a1a1a; --soft: #555; --line: #c8c8c8; --good: #14572b; --bad: #8f1414; --open: #6b4700; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; color: var(--ink); background: #fff; }
main { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.15rem; margin: 1.6rem 0 .4rem; break-after: avoid; }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; break-after: avoid; }
.credential + .credential { border-top: 2px solid var(--line); margin-top: 2rem; padding-top: .5rem; }
.verdict { border: 2px solid; padding: .7rem 1rem; margin: 1rem 0 .6rem; }
.verdict strong { font-size: 1.3rem; margin-right: .5rem; }
.verdict .sign { font-size: 1.4rem; font-weight: 700; margin-right: .3rem; }
.verdict.valid { color: var(--good); border-style: solid; }
.verdict.invalid { color: var(--bad); border-style: double; border-width: 5px; }
.verdict.undecided { color: var(--open); border-style: dashed; }
.headline { font-weight: 600; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: .3rem 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-weight: 600; }
tr { break-inside: avoid; }
table.claims { table-layout: fixed; }
table.claims th { width: 42%; }
td.result { white-space: nowrap; }
td .sign { font-weight: 700; }
tr.passed .sign { color: var(--good); }
tr.failed .sign { color: var(--bad); }
tr.unknown .sign { color: var(--open); }
.reason { color: var(--soft); font-size: .92em; }
code, dd { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: minmax(8rem, 15rem) 1fr; gap: .25rem 1.2rem; margin: .3rem 0 1rem; }
dt { color: var(--soft); }
dd { margin: 0; }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } }
@media print { body { font-size: 10pt; } main { max-width: none; padding: 0; } @page { margin: 18mm; } }
"""
