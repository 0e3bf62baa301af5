import { spawn } from 'node:child_process';

export interface Finished {
  /** null: the program does not exist. */
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs a program to its end with its output kept. Stopped (SIGTERM) when `signal` aborts, with status 143. */
export function run(
  program: string,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly signal?: AbortSignal } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    if (options.signal?.aborted) return resolve({ status: 143, output: '', errors: '' });
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    const stop = (): void => void child.kill('SIGTERM');
    options.signal?.addEventListener('abort', stop, { once: true });
    const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve({ status: null, output: '', errors: '' });
      else reject(error);
    });
    child.on('close', (code) => {
      options.signal?.removeEventListener('abort', stop);
      resolve({ status: code ?? 143, output: text(output), errors: text(errors) });
    });
  });
}

/** The last line that says something, for a message of one line. */
export function lastLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return (
    lines.filter((line) => line !== '' && !/^npm (notice|error A complete log)/.test(line)).at(-1) ?? 'it said nothing'
  );
}
