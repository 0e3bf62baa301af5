import { spawn } from 'node:child_process';

/** What a terminal of this width shows in the end: text, line feeds, carriage returns, and the erasing of a line's rest. */
export function screenOf(written: string, columns: number): readonly string[] {
  const rows: string[] = [''];
  let column = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what terminals read
  for (const [token] of written.matchAll(/\u001b\[[0-9;?]*[A-Za-z]|./gsu)) {
    const last = rows.length - 1;
    if (token === '\r') column = 0;
    else if (token === '\n') rows.push('');
    else if (token === '\u001b[K') rows[last] = rows[last]!.slice(0, column);
    else if (token.endsWith('m') && token.startsWith('\u001b'))
      continue; // a colour
    else if (token.startsWith('\u001b')) throw new Error(`the screen does not know ${JSON.stringify(token)}`);
    else column = put(rows, token, { column, columns });
  }
  return rows.map((row) => row.trimEnd());
}

function put(rows: string[], character: string, at: { readonly column: number; readonly columns: number }): number {
  const column = at.column === at.columns ? 0 : at.column;
  if (at.column === at.columns) rows.push(''); // it wraps
  const row = rows.at(-1)!.padEnd(column);
  rows[rows.length - 1] = row.slice(0, column) + character + row.slice(column + 1);
  return column + 1;
}

/** Runs a shell command on a terminal of its own (`script` of util-linux); resolves to what it wrote there. */
export function onTerminal(
  command: string,
  how: { readonly cwd: string; readonly columns: number; readonly env?: Readonly<Record<string, string>> },
): Promise<{ readonly status: number | null; readonly written: string }> {
  const sized = `stty cols ${how.columns} rows 24; ${command}`;
  const env = { ...process.env, TERM: 'xterm', LC_ALL: 'C.UTF-8', ...how.env };
  const child = spawn('script', ['-qec', sized, '/dev/null'], { cwd: how.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    written += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, written }));
  });
}
