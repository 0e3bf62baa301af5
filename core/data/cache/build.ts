import { join } from 'node:path';
import type { Table } from '../../contract/index.js';
import { PartWriter, writeFolderWhole, writeJson } from '../../files/index.js';
import { encodedBlocks } from '../encoded-blocks.js';
import type { FittedFields, StoredValues } from '../fields.js';
import { type CachedInput, MANIFEST, type Manifest, type StoredKind } from './manifest.js';

interface Open {
  readonly input: Omit<CachedInput, 'bytes' | 'sha256'>;
  readonly writer: PartWriter;
}

/** Decodes every row of a table into the files of a folder, which appears whole. Errors: OUTPUT, and those of the data. */
export async function buildCache(
  folder: string,
  key: string,
  { table, fields }: { readonly table: Table; readonly fields: FittedFields },
): Promise<void> {
  await writeFolderWhole(folder, async (beside) => {
    const open: Open[] = [];
    try {
      for await (const { count, stored } of encodedBlocks(table, fields)) {
        if (open.length === 0) open.push(...(await openInputs(beside, fields, { stored, count })));
        for (const { input, writer } of open) await writer.write(bytesOf(input.kind, stored[input.name]!));
      }
      const inputs: CachedInput[] = [];
      for (const { input, writer } of open) inputs.push({ ...input, ...(await writer.finish()) });
      const manifest: Manifest = { format: 1, key, size: table.size, inputs };
      await writeJson(join(beside, MANIFEST), manifest);
    } finally {
      for (const { writer } of open) await writer.abandon();
    }
  });
}

function openInputs(
  folder: string,
  fields: FittedFields,
  { stored, count }: { readonly stored: Readonly<Record<string, StoredValues>>; readonly count: number },
): Promise<Open[]> {
  const opening = fields.inputs.map(async ({ name, dtype }, i): Promise<Open> => {
    const values = stored[name]!;
    const isBytes = values instanceof Uint8Array && dtype === 'float32'; // ids as the network reads them can be mapped
    const kind: StoredKind = isBytes ? 'uint8' : dtype;
    const file = `input-${i}.${kind}`;
    const input = { name, file, kind, width: values.length / count };
    return { input, writer: await PartWriter.open(join(folder, file)) };
  });
  return Promise.all(opening);
}

function bytesOf(kind: StoredKind, values: StoredValues): Uint8Array {
  const wide = kind === 'int32' && !(values instanceof Int32Array) ? Int32Array.from(values) : values;
  return new Uint8Array(wide.buffer, wide.byteOffset, wide.byteLength);
}
