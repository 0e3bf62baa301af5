import { raw } from './html.js';

const light = ['#1f5fbf', '#b4460f', '#1a7f4b', '#7a3fb0', '#8a6100', '#5b6470'];
const dark = ['#7db2ff', '#ffab70', '#6fdc9f', '#cfa3ff', '#ecc94b', '#a9b4c2'];
const groups = [
  '#1f77b4',
  '#e6731b',
  '#2ca02c',
  '#d62728',
  '#8e5fbf',
  '#8c564b',
  '#d957a8',
  '#7f7f7f',
  '#a3a300',
  '#12a5b8',
  '#3d4fc4',
  '#5c8a3a',
];

const colours = (list: readonly string[], of = 's'): string => list.map((one, i) => `--${of}${i}:${one}`).join(';');
const series = light.map((_, i) => `.s${i}{--c:var(--s${i})}`).join('');

/** Follows the reader's light or dark; one column on a phone. Fonts are the system's: nothing is fetched. */
export const style = raw(`
:root{color-scheme:light dark;--back:#fff;--card:#f5f6f8;--ink:#1a1d21;--soft:#4d5561;--line:#d5d9df;--warn:#8a3b00;--warnback:#fff3e6;--good:#116b3c;--bad:#b3261e;${colours(light)};${colours(groups, 'g')}}
@media (prefers-color-scheme:dark){:root{--back:#14171b;--card:#1e2329;--ink:#eceff3;--soft:#b4bcc8;--line:#3a424d;--warn:#ffc48a;--warnback:#33230f;--good:#74e0a2;--bad:#ff9d94;${colours(dark)}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1100px;padding:16px;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6rem;margin:.2em 0}h2{font-size:1.2rem;margin:1.8em 0 .5em}h3{font-size:1rem;margin:1em 0 .4em}
p.soft,.soft{color:var(--soft)}
.warning{background:var(--warnback);color:var(--warn);border-left:4px solid;padding:8px 12px;margin:8px 0}
.headline{display:flex;flex-wrap:wrap;gap:12px}.headline div{background:var(--card);padding:10px 14px;border-radius:8px;min-width:140px;flex:1}
.headline b{display:block;font-size:1.5rem}
.scroll{overflow-x:auto}.scroll:focus-visible,summary:focus-visible{outline:3px solid var(--s0);outline-offset:2px}
table{border-collapse:collapse;font-size:.9rem}th,td{padding:4px 10px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}th:first-child{text-align:left;white-space:normal;overflow-wrap:normal;position:sticky;left:0;background:var(--back)}
.part th{padding-top:14px;color:var(--soft);font-weight:600;white-space:nowrap}td.soft{padding-left:2px}dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:4px 20px;margin:8px 0;font-size:.9rem}dt{font-weight:600}dd{margin:0;color:var(--soft)}
.scroll+.charts{margin-top:16px}.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:16px}
figure p{margin:4px 0 0;font-size:.85rem}figure{margin:0;background:var(--card);border-radius:8px;padding:10px}figcaption{font-weight:600;font-size:.95rem;margin-bottom:4px}
svg{width:100%;height:auto;display:block}
${series}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 14px;margin:6px 0 0;padding:0;font-size:.85rem}.swatch{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:5px;background:var(--c)}
.row{display:flex;flex-wrap:wrap;gap:8px;padding:8px 0;border-bottom:1px solid var(--line);align-items:flex-start;margin:0;list-style:none}
.item{width:min(92px,calc(25% - 6px));font-size:.75rem;line-height:1.3;border:2px solid var(--line);border-radius:8px;padding:5px;background:var(--card)}
.item img{width:100%;max-height:90px;object-fit:contain;image-rendering:pixelated;display:block}
.item.right{border-color:var(--good)}.item.wrong{border-color:var(--bad);border-style:dashed}.right b{color:var(--good)}.wrong b{color:var(--bad)}
.pairs .row{border:0;padding:8px 0 2px}.pairs .item{width:calc(50% - 4px);max-width:140px}.pairs{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:8px;list-style:none;margin:0;padding:0}
details{margin:10px 0}summary{cursor:pointer;font-weight:600}pre{white-space:pre-wrap;font-size:.8rem;background:var(--card);padding:10px;border-radius:8px}
`);
