/** A function of the C library that gives two paths each other's places in one step. */
type Exchange = (from: Uint8Array<ArrayBuffer>, to: Uint8Array<ArrayBuffer>) => number;

/** Opens the function; undefined where the system, or the permission, lacks it. */
async function open(): Promise<Exchange | undefined> {
  if (typeof Deno === "undefined") return undefined;
  const { state } = await Deno.permissions.query({ name: "ffi" });
  if (state !== "granted") return undefined;
  try {
    if (Deno.build.os === "linux") {
      const AT_FDCWD = -100, RENAME_EXCHANGE = 2;
      const { symbols } = Deno.dlopen("libc.so.6", {
        renameat2: { parameters: ["i32", "buffer", "i32", "buffer", "u32"], result: "i32" },
      });
      return (from, to) => symbols.renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE);
    }
    if (Deno.build.os === "darwin") {
      const RENAME_SWAP = 2;
      const { symbols } = Deno.dlopen("libSystem.dylib", {
        renamex_np: { parameters: ["buffer", "buffer", "u32"], result: "i32" },
      });
      return (from, to) => symbols.renamex_np(from, to, RENAME_SWAP);
    }
  } catch { /* an older library */ }
  return undefined;
}

let opened: Promise<Exchange | undefined> | undefined;

const bytesOf = (path: string) => new TextEncoder().encode(`${path}\0`);

/**
 * Gives two paths each other's places in one step, so that at no moment either is missing.
 *
 * @returns false where this system or file system cannot; nothing has changed then.
 */
export async function exchangePaths(a: string, b: string): Promise<boolean> {
  const exchange = await (opened ??= open());
  return exchange !== undefined && exchange(bytesOf(a), bytesOf(b)) === 0;
}
