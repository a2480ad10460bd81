/** `RTLD_LAZY | RTLD_DEEPBIND | RTLD_NODELETE` of Linux. */
const FLAGS = 0x1 | 0x8 | 0x1000;

/**
 * Loads a library before Deno does, in a way that Deno's own loading has no word for:
 *
 * - It stays in the process. Deno closes it with the isolate that opened it; what it has registered to be run when the process
 *   exits would be gone from memory, and the exit a crash.
 * - Its names are its own. A graphics driver, loaded for WebGPU, may have put another LLVM into the process for all to see; its
 *   functions would be called in the place of those within the library, which crashes.
 *
 * Does nothing on other systems, where names are always bound to their library. What cannot be loaded is left to Deno to report.
 */
export function pin(path: string): void {
  if (Deno.build.os !== "linux") return;
  const { symbols } = Deno.dlopen("libdl.so.2", {
    dlopen: { parameters: ["buffer", "i32"], result: "pointer" },
  });
  symbols.dlopen(new TextEncoder().encode(path + "\0"), FLAGS);
}
