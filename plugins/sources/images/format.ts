/** Formats that are decoded, told by how a file begins: no other decoder ever sees a stranger's bytes. */
export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp' | 'tiff' | 'avif';

const text = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

/** null: none of them. */
export function formatOf(bytes: Uint8Array): ImageFormat | null {
  const start = text(bytes, 0, 4);
  if (text(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (start === 'GIF8') return 'gif';
  if (start === 'RIFF' && text(bytes, 8, 12) === 'WEBP') return 'webp';
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(start)) return 'tiff';
  return text(bytes, 4, 8) === 'ftyp' && ['avif', 'avis'].includes(text(bytes, 8, 12)) ? 'avif' : null;
}
