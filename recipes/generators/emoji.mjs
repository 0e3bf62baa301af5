/**
 * Fetches the images of recipes/emoji-cross-style.yaml: every emoji of Unicode 16 as Google and as Twitter draw it, 64 x 64
 * pixels, without skin tones, in a folder for each: recipes/data/emoji/grinning/google.png, .../twitter.png.
 *   node recipes/generators/emoji.mjs [--out FOLDER]
 * From the npm packages emoji-datasource-google and emoji-datasource-twitter 16.0.0, by npm (130 MB, of which 15 MB stay).
 * Where the folder is there already, nothing is done; it appears whole or not at all.
 * The drawings: Noto Emoji (SIL Open Font License 1.1) and Twemoji (CC BY 4.0).
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: { out: { type: 'string', default: fileURLToPath(new URL('../data/emoji', import.meta.url)) } },
});
const out = resolve(options.out);
const styles = ['google', 'twitter'];
/** Components (skin tones, hair) are no emoji by themselves. */
const isWanted = ({ category, has_img_google, has_img_twitter }) =>
  category !== 'Component' && has_img_google && has_img_twitter;

if (existsSync(out)) console.log(`${out} is there already`);
else fetchInto(out);

function fetchInto(target) {
  const work = mkdtempSync(join(tmpdir(), 'siamese-emoji-'));
  const beside = `${target}.${process.pid}.tmp`;
  try {
    const unpacked = Object.fromEntries(styles.map((style) => [style, unpack(style, work)]));
    const emoji = JSON.parse(readFileSync(join(unpacked.google, 'emoji.json'), 'utf8')).filter(isWanted);
    for (const { short_name: name, image } of emoji) {
      mkdirSync(join(beside, name), { recursive: true });
      for (const style of styles)
        copyFileSync(join(unpacked[style], 'img', style, '64', image), join(beside, name, `${style}.png`));
    }
    mkdirSync(dirname(target), { recursive: true });
    renameSync(beside, target);
    console.log(`wrote ${emoji.length} emoji in ${styles.length} styles to ${target}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
    rmSync(beside, { recursive: true, force: true });
  }
}

/** The package's folder, of which only the list and the images of 64 pixels are unpacked. */
function unpack(style, work) {
  const name = `emoji-datasource-${style}`;
  console.log(`fetching ${name} 16.0.0`);
  run('npm', ['pack', `${name}@16.0.0`, '--silent', '--pack-destination', work], work);
  const folder = join(work, style);
  mkdirSync(folder);
  const wanted = ['package/emoji.json', `package/img/${style}/64`];
  run('tar', ['xzf', join(work, `${name}-16.0.0.tgz`), '-C', folder, ...wanted], work);
  return join(folder, 'package');
}

function run(command, args, cwd) {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
}
