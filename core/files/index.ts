export { readBounded, readJsonText } from './bounded.js';
export { type ByteSource, failSize, memoryBytes } from './bytes.js';
export { requireChecksums, writeChecksums } from './checksums.js';
export type { DuckChunk, DuckColumn } from './duck/messages.js';
export { type Duck, openDuck } from './duck/open.js';
export { quoteName, quoteText } from './duck/sql.js';
export { addressIn, errorCode, failReading, failWriting, reason, shown } from './errno.js';
export { escapeGlob } from './glob.js';
export { type GrowingFile, openGrowing, requireFree } from './growing.js';
export { type Lines, openLines, requireLines } from './lines.js';
export { type Lock, lockFolder } from './lock.js';
export { decodeNpy, type NpyArray, readNpy } from './npy.js';
export { type NpyHeader, readNpyHeader } from './npy-header.js';
export { encodeNpy } from './npy-write.js';
export { encodeNpz, type NpzRequest, npzNames, readNpz, readNpzHeader, splitMember, storedNpz } from './npz.js';
export { allocate, bytesOf, type NumberKind, type Numbers, type NumberType, readNumbers, typeOf } from './numbers.js';
export { isPackagePath } from './package-path.js';
export { PartWriter, type WrittenPart } from './part-writer.js';
export { openRowBytes, type RowBytes } from './row-bytes.js';
export {
  decodeSafetensors,
  encodeSafetensors,
  type Metadata,
  readSafetensors,
  type StoredTensor,
  type StoredTensors,
  writeSafetensors,
} from './safetensors.js';
export { starMatcher } from './stars.js';
export { readStoredModel, type StoredModel } from './stored-model.js';
export { type Line, readLines } from './text-lines.js';
export { inTurn } from './turn.js';
export { type ContentHash, type OpenFile, type OpenFiles, type OpenFilesOptions, openFiles } from './view.js';
export {
  type FileData,
  makeFolder,
  recoverFolder,
  removeWhole,
  writeFolderWhole,
  writeJson,
  writeWhole,
} from './whole.js';
export { endsWithin } from './within.js';
export { readZipDirectory, type ZipLimits, type ZipMember } from './zip.js';
