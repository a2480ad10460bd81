/** A global of tfjs, which all copies of it in a program share. */
interface Shared {
  _tfengine?: { ENV: { set(flag: string, value: boolean): void } };
  _tfGlobals?: Map<string, Map<string, { backendName: string }>>;
}

/**
 * Makes several copies of tfjs in one program get along, such as a user's own beside ours: the
 * first one's backend `cpu` stands, and so must its kernels, which know only their own copy's
 * classes; tfjs itself lets the last ones stand, with a warning each. To be called before and after
 * a copy is loaded.
 */
export function keepFirstCopy(): void {
  const { _tfengine: engine, _tfGlobals: globals } = globalThis as Shared;
  engine?.ENV.set("PROD", true);
  const kernels = globals?.get("kernelRegistry");
  if (!kernels || Object.hasOwn(kernels, "set")) return;
  kernels.set = (key, kernel) =>
    kernel.backendName === "cpu" && kernels.has(key)
      ? kernels
      : Map.prototype.set.call(kernels, key, kernel) as typeof kernels;
}

keepFirstCopy();
