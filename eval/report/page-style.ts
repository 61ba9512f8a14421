/** The page's style: light and dark by the reader's system, one column, print without colour loss. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #16191d; --soft: #50565e; --line: #d5d9de; --panel: #f4f6f8; --link: #00588a;
  --target: #0072b2; --source: #b85000; --extra: #00785a; --faint: #767676; --warn: #7a4a00; --warn-panel: #fff3dc;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --ink: #eceff2; --soft: #b3bac2; --line: #3a4149; --panel: #1d2125; --link: #7cc4f0;
    --target: #56b4e9; --source: #f0954a; --extra: #35c79b; --faint: #8b939b; --warn: #ffd48a; --warn-panel: #33270f;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 73rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
h1 { font-size: 1.1rem; margin: .2rem 0; color: var(--soft); font-weight: 600; }
h4 { font-size: .95rem; margin: 1rem 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .25rem; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
.headline { margin: 1rem 0; padding: .25rem 1rem;
  border-left: .3rem solid var(--target); background: var(--panel); }
.headline p { font-size: 1.2rem; margin: .5rem 0; }
.banner { margin: .5rem 0; padding: .5rem 1rem; font-weight: 600; color: var(--warn); background: var(--warn-panel);
  border: 1px solid currentColor; border-radius: .3rem; }
header .banner { display: inline-block; margin: .2rem .5rem .2rem 0; padding: .15rem .7rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .5rem 1rem; margin: 1rem 0; }
.facts div { border-top: 2px solid var(--line); padding-top: .25rem; }
.facts dt { color: var(--soft); font-size: .85rem; }
.facts dd { margin: 0; }
.note, figcaption { color: var(--soft); font-size: .9rem; }
figure { margin: .5rem 0 1rem; }
figure svg { display: block; max-width: 100%; height: auto; font-family: inherit; fill: currentColor; }
.sheet { display: block; width: 100%; height: auto; }
figure svg text { white-space: pre; }
.verdict { font-size: 1.3rem; line-height: 1.35; margin: .4rem 0 .8rem; padding-left: .8rem; border-left: .3rem solid var(--target);
  text-wrap: pretty; }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .5rem; margin: .5rem 0; }
.numbers div { min-width: 0; overflow-wrap: anywhere; background: var(--panel); padding: .4rem .7rem; border-radius: .3rem; }
.numbers dt { color: var(--soft); font-size: .8rem; line-height: 1.25; }
.methods { margin: .2rem 0; font-size: .8rem; }
.numbers dd { margin: 0; line-height: 1.3; }
.numbers b { font-size: 1.35rem; }
.first { display: grid; gap: .25rem 2rem; grid-template-columns: minmax(0, 40rem) minmax(0, 1fr);
  grid-template-areas: "overview samples" "overview cautions"; grid-template-rows: auto 1fr; margin-top: .75rem; }
.overview { grid-area: overview; }
.overview figure, .overview .note { margin: .2rem 0; font-size: .8rem; }
.overview figcaption { font-size: .8rem; }
.samples { grid-area: samples; }
.cautions { grid-area: cautions; font-size: .85rem; line-height: 1.35; }
.cautions p { margin: .3rem 0; font-weight: 600; color: var(--warn); }
.cautions p a { font-weight: 400; }
.cautions ul { margin: .2rem 0; padding-left: 1.1rem; }
.samples figure { margin: 0 0 .4rem; }
.samples figcaption { font-size: .8rem; }
.strip { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: .3rem; }
.strip img { display: block; width: 100%; height: auto; border-radius: .2rem; }
#contents { position: sticky; top: 0; z-index: 2; background: var(--page); border-bottom: 1px solid var(--line); margin: 1rem 0 .5rem; }
#contents ul { display: flex; gap: 0 1.1rem; margin: 0; padding: .45rem 0; list-style: none; overflow-x: auto; }
#contents li { margin: 0; white-space: nowrap; }
#contents .long, #contents .answer { display: none; }
details.question { border-bottom: 1px solid var(--line); margin: 0; padding: .2rem 0; scroll-margin-top: 3rem; }
details.question > summary { color: var(--ink); padding: .5rem 0; }
details.question > summary h2 { display: inline; border: 0; margin: 0; padding: 0; font-size: 1.1rem; }
details.question > summary .answer { display: block; color: var(--soft); padding-left: 1.1rem; }
details.more > summary { font-size: .95rem; }
[id] { scroll-margin-top: 3rem; }
footer { margin-top: 2rem; font-size: .85rem; color: var(--soft); }
.narrow { display: none; }
@media (max-width: 43rem) { .wide { display: none; } .narrow { display: block; } }
.pictures { margin: .5rem 0; display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: .75rem; list-style: none; padding: 0; }
.pictures li { margin: 0; }
.pictures img { display: block; width: 100%; height: auto; }
.absent { display: grid; place-content: center; min-height: 3.5rem; padding: .5rem; text-align: center; font-size: .7rem;
  color: var(--soft); background: var(--panel); border: 1px dashed var(--line); overflow-wrap: anywhere; }
.caption { display: block; font-size: .8rem; color: var(--soft); }
@media (max-width: 60rem) { .first { grid-template-columns: minmax(0, 1fr);
  grid-template-areas: "cautions" "samples" "overview"; grid-template-rows: auto; } .samples { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; } }
@media (max-width: 43rem) { body { padding: .75rem 1rem; } h1 { font-size: 1.05rem; margin: 0; } .verdict { font-size: 1.08rem; margin: .3rem 0 .5rem; }
  .numbers { grid-template-columns: repeat(2, minmax(0, 1fr)); } .numbers b { font-size: 1.1rem; } .numbers div { padding: .3rem .5rem; } .samples { display: block; } }
@media (max-width: 43rem) { .pictures { gap: .35rem; } .pictures .caption { font-size: .65rem; line-height: 1.25; } .method { display: none; }
  figcaption, .note { font-size: .8rem; line-height: 1.4; } #caveats ol { font-size: .85rem; padding-left: 1.3rem; }
  details { margin: .1rem 0 .4rem; } summary, details.more > summary, details.question > summary .answer { font-size: .9rem; line-height: 1.4; }
  details.question { padding: 0; } #contents { margin: .5rem 0 0; }
  h3 { margin: 1rem 0 .2rem; } h4 { margin: .6rem 0 .2rem; } th, td { padding: .25rem .4rem; } table { font-size: .8rem; } }
.scroll { overflow-x: auto; margin: .5rem 0;
  background: linear-gradient(to right, var(--page) 30%, transparent) left, linear-gradient(to left, var(--page) 30%, transparent) right,
    linear-gradient(to right, var(--faint), transparent) left, linear-gradient(to left, var(--faint), transparent) right;
  background-repeat: no-repeat; background-size: 2.5rem 100%, 2.5rem 100%, .7rem 100%, .7rem 100%;
  background-attachment: local, local, scroll, scroll; }
.scroll tbody th[scope=row] { position: sticky; left: 0; background: var(--page); }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding: .25rem 0; }
th, td { padding: .3rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
.number { text-align: right; }
td.number { white-space: nowrap; }
td:not(.number) { min-width: 6.5rem; }
td.hash { min-width: 16rem; }
.interval { display: block; color: var(--soft); font-size: .85em; }
tbody th { font-weight: 600; white-space: nowrap; }
tr.group th { background: var(--panel); font-weight: 400; white-space: normal; color: var(--soft); }
tr.group b { color: var(--ink); }
thead th { background: var(--panel); }
thead button { all: unset; cursor: pointer; font-weight: 600; }
thead button:focus-visible { outline: 3px solid var(--link); }
thead button::after { content: " ↕"; color: var(--soft); }
th[aria-sort=ascending] button::after { content: " ↑"; }
th[aria-sort=descending] button::after { content: " ↓"; }
details { margin: .25rem 0 1rem; }
summary { cursor: pointer; color: var(--link); }
code, .hash { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .85em; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--panel); padding: .75rem; }
li { margin: .35rem 0; }
sup a { text-decoration: none; padding: 0 .1em; }
@media (max-width: 43rem) { td .interval { white-space: nowrap; font-size: .75rem; letter-spacing: -.02em; } }
@media (max-width: 30rem) { tbody th[scope=row] { white-space: normal; min-width: 6.5rem; } }
@media print {
  :root { color-scheme: light; }
  @page { margin: 12mm; }
  body { max-width: none; padding: 0; font-size: 9pt; }
  h2, h3, figcaption, caption, summary { break-after: avoid; }
  figure, tr { break-inside: avoid; }
  .scroll { overflow: visible; background: none; }
  .scroll table { font-size: 7pt; }
  .wide { display: block; }
  .narrow { display: none; }
  td.number { white-space: normal; }
  .skip, thead button::after, .more, header a, header .links { display: none; }
  tbody th, tbody th[scope=row] { white-space: normal; overflow-wrap: break-word; min-width: 6rem; }
  details.question > summary { break-inside: avoid; }
  header { break-after: page; }
  .first { grid-template-columns: 3fr 2fr; grid-template-areas: "overview samples" "overview cautions"; grid-template-rows: auto 1fr; }
  .samples { display: block; }
  .numbers { grid-template-columns: repeat(4, 1fr); }
  .evidence { break-before: page; }
  details.question { border: 0; padding: 0; }
  #contents { position: static; border: 0; }
  #contents ul { display: block; }
  #contents .short { display: none; }
  #contents .long { font-weight: 600; }
  #contents .answer, #contents .long { display: block; white-space: normal; }
  #contents a { color: inherit; text-decoration: none; }
}
`;
