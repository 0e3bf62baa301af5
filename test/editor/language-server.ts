import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const server = fileURLToPath(
  new URL('../../node_modules/yaml-language-server/bin/yaml-language-server', import.meta.url),
);

export interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: Position };
}
interface Position {
  readonly line: number;
  readonly character: number;
}
type Answer = { readonly id?: number; readonly method?: string; readonly params?: unknown; readonly result?: unknown };

/** The YAML language server of the editors, driven over its standard streams as an editor does. */
export class LanguageServer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  readonly #diagnosed = new Map<string, (found: readonly Diagnostic[]) => void>();
  #rest = Buffer.alloc(0);
  #next = 1;

  private constructor(readonly folder: string) {
    this.#child = spawn(process.execPath, [server, '--stdio'], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  static async start(folder: string): Promise<LanguageServer> {
    const one = new LanguageServer(folder);
    const rootUri = pathToFileURL(folder).href;
    const completion = { completionItem: { snippetSupport: true, documentationFormat: ['markdown', 'plaintext'] } };
    const textDocument = { completion, hover: { contentFormat: ['markdown'] }, publishDiagnostics: {} };
    await one.#ask('initialize', {
      processId: process.pid,
      rootUri,
      workspaceFolders: [{ uri: rootUri, name: 'test' }],
      capabilities: { textDocument, workspace: { didChangeConfiguration: {} } },
    });
    one.#tell('initialized', {});
    const yaml = { validate: true, hover: true, completion: true, schemaStore: { enable: false } };
    one.#tell('workspace/didChangeConfiguration', { settings: { yaml } });
    return one;
  }

  /** Opens a file with a text of its own; what the server finds wrong with it. */
  diagnose(path: string, text: string = readFileSync(path, 'utf8')): Promise<readonly Diagnostic[]> {
    const uri = pathToFileURL(path).href;
    const found = new Promise<readonly Diagnostic[]>((resolve) => this.#diagnosed.set(uri, resolve));
    this.#tell('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
    return found;
  }

  /** What may stand at the mark `|` of a text in the folder. */
  async complete(marked: string): Promise<readonly string[]> {
    const { position, textDocument } = await this.#open(marked);
    const list = (await this.#ask('textDocument/completion', { textDocument, position })) as {
      readonly items: readonly { readonly label: string }[];
    };
    return list.items.map(({ label }) => label);
  }

  /** What is told of what stands at the mark `|`. */
  async hover(marked: string): Promise<string> {
    const { position, textDocument } = await this.#open(marked);
    const found = (await this.#ask('textDocument/hover', { textDocument, position })) as {
      readonly contents?: { readonly value?: string };
    } | null;
    return found?.contents?.value ?? '';
  }

  /** A text of its own file, once it is diagnosed: closing and opening one again would cross. */
  async #open(
    marked: string,
  ): Promise<{ readonly position: Position; readonly textDocument: { readonly uri: string } }> {
    const { text, position } = unmark(marked);
    const path = join(this.folder, `text-${this.#next}.yaml`);
    await this.diagnose(path, text);
    return { position, textDocument: { uri: pathToFileURL(path).href } };
  }

  async stop(): Promise<void> {
    await this.#ask('shutdown', null);
    this.#tell('exit', null);
    await new Promise((resolve) => this.#child.once('close', resolve));
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    const id = this.#next++;
    const answered = new Promise((resolve) => this.#waiting.set(id, resolve));
    this.#send({ id, method, params });
    return answered;
  }

  #tell(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  #send(message: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.#child.stdin.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
  }

  #read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const end = this.#rest.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(this.#rest.subarray(0, end).toString())?.[1]);
      if (end < 0 || this.#rest.length < end + 4 + length) return;
      const body = this.#rest.subarray(end + 4, end + 4 + length).toString();
      this.#rest = this.#rest.subarray(end + 4 + length);
      this.#receive(JSON.parse(body) as Answer);
    }
  }

  #receive({ id, method, params, result }: Answer): void {
    if (method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = params as { readonly uri: string; readonly diagnostics: readonly Diagnostic[] };
      this.#diagnosed.get(uri)?.(diagnostics);
    } else if (method !== undefined && id !== undefined) {
      this.#send({ id, result: answerTo(method, params) });
    } else if (id !== undefined) {
      this.#waiting.get(id)?.(result);
    }
  }
}

/** The server asks its editor, too. */
function answerTo(method: string, params: unknown): unknown {
  if (method !== 'workspace/configuration') return null;
  const { items } = params as { readonly items: readonly { readonly section?: string }[] };
  return items.map(({ section }) =>
    section === 'yaml' ? { validate: true, hover: true, completion: true, schemaStore: { enable: false } } : {},
  );
}

function unmark(marked: string): { text: string; position: Position } {
  const before = marked.slice(0, marked.indexOf('|')).split('\n');
  return { text: marked.replace('|', ''), position: { line: before.length - 1, character: before.at(-1)!.length } };
}
