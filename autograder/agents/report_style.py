"""How the page of a report looks, on light and dark screens, wide and narrow."""

STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1e; --paper: #fff; --soft: #6b6b70; --line: #d9d9de; --panel: #f5f5f7;
  --pass: #2a6fb0; --good: #2a9d5c; --bad: #d1495b; --band: #2a9d5c22; --think: #8a6fc4; --call: #c77d0a; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf0; --paper: #17171a; --soft: #a0a0a8; --line: #3a3a40;
  --panel: #222226; --pass: #6aaef0; --good: #4cc987; --bad: #f07a8a; --band: #4cc98726; --think: #b5a0ea;
  --call: #f0b04c; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 78em;
  margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; overflow-wrap: anywhere; } h2 { font-size: 1.2em; margin: 2em 0 .5em; }
p { max-width: 50em; } a { color: var(--pass); } .caption, .facts { color: var(--soft); font-size: .9em; }
.cards { display: flex; flex-wrap: wrap; gap: .8em; }
.cards div { background: var(--panel); border-radius: .5em; padding: .6em 1em; flex: 1 1 10em; }
.cards b { display: block; font-size: 1.7em; } .cards span, .cards i { display: block; font-size: .85em; }
.cards i { color: var(--soft); font-style: normal; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .9em; font-variant-numeric: tabular-nums; }
td, th { padding: .25em 1em .25em 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td { min-width: 3em; max-width: 32em; overflow-wrap: break-word; } td:not(.short) { min-width: 12em; }
.short { white-space: nowrap; }
.plot { display: grid; grid-template-columns: minmax(8em, max-content) 1fr; gap: 0 1.5em; align-items: center; }
.plot .name { overflow-wrap: anywhere; font-size: .9em; }
.row { width: calc(100% - 2em); margin: 0 1em; overflow: visible; display: block; }
.row text { font-size: 11px; fill: var(--soft); }
.grid { stroke: var(--line); } .band { fill: var(--band); }
.pass line, .pass circle { stroke: var(--pass); fill: var(--pass); }
.overall line, .overall circle { stroke: var(--ink); fill: var(--ink); }
.cheat line, .cheat circle { stroke: var(--bad); fill: var(--bad); }
.end { display: inline-block; width: 1.5em; line-height: 1.5em; margin: 1px; text-align: center; border-radius: .25em;
  text-decoration: none; font-weight: bold; font-size: .85em; border: 1px solid currentColor; }
.end.pass { background: var(--good); border-color: var(--good); color: var(--paper); }
.end.fail { color: var(--bad); } .end.none, .end.lost { color: var(--soft); } .end.lost { border-style: dashed; }
.end.cheat { background: var(--bad); border-color: var(--bad); color: var(--paper); }
summary { cursor: pointer; padding: .2em 0; overflow-wrap: anywhere; }
.attempt { border-bottom: 1px solid var(--line); } .attempt[open] { padding-bottom: 1.5em; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; overflow: auto; max-height: 40em; font-size: 13px;
  line-height: 1.4; margin: .2em 0; }
code { font-size: 13px; overflow-wrap: anywhere; }
.step { color: var(--soft); font-size: .85em; margin: 1.2em 0 .2em; border-top: 1px dashed var(--line); }
.mark { color: var(--soft); font-style: italic; }
.given, .said, .thought, .call, .result, .other, .final { border-left: 4px solid var(--line); padding: .2em .8em;
  margin: .4em 0; background: var(--panel); overflow: hidden; }
.label { font-size: .8em; font-weight: bold; color: var(--soft); } .call .name { color: var(--soft); font-size: .85em; }
.said { border-color: var(--pass); } .said .label { color: var(--pass); }
.thought { border-color: var(--think); font-style: italic; } .thought .label { color: var(--think); }
.call { border-color: var(--call); margin-left: 1em; } .call .label { color: var(--call); }
.result { margin-left: 1em; } .result.error { border-color: var(--bad); } .error .label { color: var(--bad); }
.final { border-color: var(--ink); }
@media (max-width: 40em) { body { margin: 1em auto; } .plot { grid-template-columns: 1fr; gap: 0; }
  .plot .name { margin-top: .5em; } .call, .result { margin-left: 0; } }
"""
