/**
 * Users, films, and who watched what for how long, for movies-two-tower.yaml: recipes/data/movies/.
 *   node recipes/generators/movies.mjs [--out FOLDER] [--users COUNT] [--movies COUNT]
 * Made up, with a structure that is known: each country loves three genres, which a film's title betrays by its words;
 * people watch films from the years about which they were twenty; and some films are popular with everybody. Nobody's
 * key says anything: a new user or film is placed by what is written of it. Some ages and years are missing.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { random } from './random.mjs';
import { csvRow, writeAll } from './wheel.mjs';

const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: fileURLToPath(new URL('../data/movies', import.meta.url)) },
    users: { type: 'string', default: '3000' },
    movies: { type: 'string', default: '1000' },
  },
});
const { below, uniform, normal } = random(31);
const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const pick = (list) => list[below(list.length)];
const [countries, genres, today, perUser] = [12, 18, 2025, 12];

const syllable = () => 'bcdfgklmnprstv'[below(14)] + 'aeiou'[below(5)];
const word = () => times(2 + below(2), syllable).join('');
const vocabulary = times(genres, () => times(14, word));
const fillers = times(40, word);
const loved = times(countries, () => times(3, () => below(genres)));

const movies = times(Number(options.movies), (i) => {
  const genre = below(genres);
  const title = [pick(vocabulary[genre]), pick(fillers), pick(vocabulary[genre])].slice(0, 2 + below(2));
  return { id: `m${i}`, genre, title: title.join(' '), year: 1960 + below(65), fame: Math.exp(0.6 * normal()) };
});
const users = times(Number(options.users), (i) => ({ id: `u${i}`, country: below(countries), age: 16 + below(60) }));

/** Films that a user watches: by genre, by the years of youth, by fame. */
function watchedBy({ country, age }) {
  const weights = movies.map(({ genre, year, fame }) => {
    const taste = loved[country].includes(genre) ? 12 : 1;
    return fame * taste * Math.exp(-(((year - (today - age + 20)) / 9) ** 2) / 2);
  });
  let sum = 0;
  const sums = weights.map((weight) => {
    sum += weight;
    return sum;
  });
  return times(perUser, () => {
    const place = uniform() * sums.at(-1);
    return movies[sums.findIndex((sum) => sum > place)];
  });
}

const watched = users.flatMap((user) => [...new Set(watchedBy(user))].map((movie) => ({ user, movie })));
const day = () => new Date(Date.UTC(2024, 0, 1 + below(365))).toISOString().slice(0, 10);
const text = (head, rows) => `${[head, ...rows].map(csvRow).join('\n')}\n`;
writeAll(options.out, {
  'users.csv': text(
    ['user_id', 'age', 'country'],
    users.map(({ id, age, country }) => [id, uniform() < 0.1 ? '' : age, `country ${country}`]),
  ),
  'movies.csv': text(
    ['movie_id', 'title', 'year'],
    movies.map(({ id, title, year }) => [id, title, uniform() < 0.05 ? '' : year]),
  ),
  'ratings.csv': text(
    ['user_id', 'movie_id', 'seconds', 'watched_at'],
    watched.map(({ user, movie }) => [user.id, movie.id, 600 + below(6600), day()]),
  ),
});
console.log(`${options.out}: ${watched.length} watched of ${users.length} users and ${movies.length} films`);
