/** A file of a zip archive. */
interface ZipEntry {
  /** Its path in the archive. */
  readonly path: string;
  /** Its size. */
  readonly bytes: number;
  /** Its size in the archive. */
  readonly packed: number;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  /** The offset of its local header. */
  readonly at: number;
}

async function read(file: Deno.FsFile, at: number, length: number): Promise<DataView<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  await file.seek(at, Deno.SeekMode.Start);
  let done = 0;
  while (done < length) {
    const n = await file.read(bytes.subarray(done));
    if (n === null) throw new Error("the archive ends early");
    done += n;
  }
  return new DataView(bytes.buffer);
}

/**
 * Returns the files of an archive below 4 GB (its directory in the old form, which wheels have).
 * Throws where it is no such archive.
 */
export async function zipEntries(file: Deno.FsFile): Promise<ZipEntry[]> {
  const { size } = await file.stat(),
    length = Math.min(size, 65_557),
    tail = await read(file, size - length, length);
  let end = length - 22;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new Error("it is no zip archive");
  const count = tail.getUint16(end + 10, true), decoder = new TextDecoder();
  const directory = await read(file, tail.getUint32(end + 16, true), tail.getUint32(end + 12, true));
  const entries: ZipEntry[] = [];
  for (let i = 0, at = 0; i < count; i++) {
    if (directory.getUint32(at, true) !== 0x02014b50) throw new Error("its list of files is damaged");
    const name = directory.getUint16(at + 28, true);
    entries.push({
      path: decoder.decode(new Uint8Array(directory.buffer, at + 46, name)),
      method: directory.getUint16(at + 10, true),
      packed: directory.getUint32(at + 20, true),
      bytes: directory.getUint32(at + 24, true),
      at: directory.getUint32(at + 42, true),
    });
    at += 46 + name + directory.getUint16(at + 30, true) + directory.getUint16(at + 32, true);
  }
  return entries;
}

/** Returns a file's contents, unpacked piece by piece. */
export async function* unzip(file: Deno.FsFile, entry: ZipEntry): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (entry.method !== 0 && entry.method !== 8) {
    throw new Error(`${entry.path} is packed in a way that is not known (${entry.method})`);
  }
  const header = await read(file, entry.at, 30);
  if (header.getUint32(0, true) !== 0x04034b50) throw new Error(`${entry.path} is not where the list says`);
  let at = entry.at + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const end = at + entry.packed;
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (at === end) return controller.close();
      const length = Math.min(1 << 20, end - at);
      controller.enqueue(new Uint8Array((await read(file, at, length)).buffer));
      at += length;
    },
  });
  yield* entry.method === 0 ? packed : packed.pipeThrough(new DecompressionStream("deflate-raw"));
}
