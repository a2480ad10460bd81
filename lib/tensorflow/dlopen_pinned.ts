/** `RTLD_LAZY | RTLD_DEEPBIND | RTLD_NODELETE` of Linux. */
const FLAGS = 0x1 | 0x8 | 0x1000;

/** `O_WRONLY`. */
const WRITE = 1;

const STDERR = 2;

const encoder = new TextEncoder();

/**
 * Loads a library before Deno does, in a way that Deno's own loading has no word for:
 *
 * - It stays in the process. Deno closes it with the isolate that opened it; what it has registered
 *   to be run when the process exits would be gone from memory, and the exit a crash.
 * - The process ends without taking it apart. Its threads may still be at work in the background,
 *   and would crash if it were; the system takes all back anyway.
 * - Its names are its own. A graphics driver, loaded for WebGPU, may have put another LLVM into the
 *   process for all to see; its functions would be called in the place of those within the library,
 *   which crashes.
 * - Where it is to be `quiet`, what it writes to standard error while it is loaded is dropped:
 *   TensorFlow has no other way to leave out its notice on oneDNN.
 *
 * Does nothing on other systems, where names are always bound to their library. What cannot be
 * loaded is left to Deno to report.
 */
export function dlopenPinned(path: string, quiet: boolean): void {
  if (Deno.build.os !== "linux") return;
  // It brings the C library with it.
  const { symbols } = Deno.dlopen("libdl.so.2", {
    dlopen: { parameters: ["buffer", "i32"], result: "pointer" },
    open: { parameters: ["buffer", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
    dup: { parameters: ["i32"], result: "i32" },
    dlsym: { parameters: ["u64", "buffer"], result: "u64" },
    on_exit: { parameters: ["u64", "u64"], result: "i32", optional: true },
    dup2: { parameters: ["i32", "i32"], result: "i32" },
  });
  const nowhere = quiet ? symbols.open(encoder.encode("/dev/null\0"), WRITE) : -1;
  const stderr = nowhere >= 0 ? symbols.dup(STDERR) : -1;
  if (stderr >= 0) symbols.dup2(nowhere, STDERR);
  try {
    if (symbols.dlopen(encoder.encode(path + "\0"), FLAGS) === null) return;
    const endAtOnce = symbols.dlsym(0n, encoder.encode("_exit\0"));
    // What was registered last runs first, and ends the process with the status it is given: so it
    // is registered at the end, after all that TensorFlow registers while it works.
    for (const event of ["unload", "error", "unhandledrejection"]) {
      addEventListener(event, () => void symbols.on_exit?.(endAtOnce, 0n));
    }
  } finally {
    if (stderr >= 0) symbols.dup2(stderr, STDERR);
    for (const file of [stderr, nowhere]) if (file >= 0) symbols.close(file);
  }
}
