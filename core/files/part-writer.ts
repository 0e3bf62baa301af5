import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

export interface WrittenPart {
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes a file piece by piece and hashes it on the way. For folders that appear whole: its errors are the system's own. */
export class PartWriter {
  readonly #hash = createHash('sha256');
  readonly #file: FileHandle;
  #bytes = 0;
  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<PartWriter> {
    return new PartWriter(await open(path, 'wx'));
  }

  async write(piece: Uint8Array): Promise<void> {
    await this.#file.writeFile(piece);
    this.#hash.update(piece);
    this.#bytes += piece.length;
  }

  /** Synced and closed. */
  async finish(): Promise<WrittenPart> {
    await this.#file.sync();
    await this.#file.close();
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Closed as it is, where something failed. */
  abandon(): Promise<void> {
    return this.#file.close().catch(() => {});
  }
}
