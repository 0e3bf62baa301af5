import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Served {
  readonly manifest: Readonly<Record<string, unknown>> & { readonly version: string };
  /** A folder of node_modules, or a packed file. */
  readonly from: string;
}

/**
 * A registry of npm on this machine alone: it serves this package as packed, and what its node_modules hold. `npm install`
 * then does all that it does elsewhere, without a network.
 */
export class OfflineRegistry {
  readonly #server: Server;
  readonly #packages: ReadonlyMap<string, readonly Served[]>;

  private constructor(tarball: string) {
    this.#packages = packagesOf(tarball);
    this.#server = createServer(({ url = '/' }, response) => this.#answer(decodeURIComponent(url), response));
  }

  static async start(tarball: string): Promise<OfflineRegistry> {
    const registry = new OfflineRegistry(tarball);
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer(url: string, response: ServerResponse): void {
    const [, name = '', version] = /^\/(@[^/]+\/[^/]+|[^/]+)(?:\/-\/(.+)\.tgz)?$/.exec(url) ?? [];
    const versions = this.#packages.get(name) ?? [];
    const one = versions.find(({ manifest }) => manifest.version === version);
    if (versions.length === 0 || (version !== undefined && !one)) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}');
    } else if (one) sendTarball(one.from, response);
    else {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(this.#packument(name, versions)));
    }
  }

  #packument(name: string, versions: readonly Served[]): unknown {
    const entries = versions.map(({ manifest }) => {
      const dist = { tarball: `${this.url}${encodeURIComponent(name)}/-/${manifest.version}.tgz` };
      return [manifest.version, { ...manifest, dist }];
    });
    return { name, 'dist-tags': { latest: versions.at(-1)!.manifest.version }, versions: Object.fromEntries(entries) };
  }
}

function packagesOf(tarball: string): ReadonlyMap<string, readonly Served[]> {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, unknown>;
  };
  const found = new Map<string, Served[]>();
  const paths = Object.keys(lock.packages).filter(
    (path) => path !== '' && existsSync(join(root, path, 'package.json')),
  );
  for (const path of paths)
    add(found, {
      manifest: manifestIn(readFileSync(join(root, path, 'package.json'), 'utf8')),
      from: join(root, path),
    });
  const own = spawnSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' });
  add(found, { manifest: manifestIn(own.stdout), from: tarball });
  return found;
}

function add(found: Map<string, Served[]>, served: Served): void {
  const name = served.manifest['name'] as string;
  found.set(name, [...(found.get(name) ?? []), served]);
}

/** What was built is served: nothing is to be built again. */
function manifestIn(text: string): Served['manifest'] {
  const { scripts: _scripts, devDependencies: _development, ...manifest } = JSON.parse(text) as Record<string, unknown>;
  return manifest as Served['manifest'];
}

function sendTarball(from: string, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  const packed = from.endsWith('.tgz');
  const whole = ['-czf', '-', '--exclude=./node_modules', '--transform=s,^\\.,package,', '-C', from, '.'];
  const child = packed ? spawn('cat', [from]) : spawn('tar', whole);
  child.stdout.pipe(response);
}
