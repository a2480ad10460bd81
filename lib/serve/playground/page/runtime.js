// @ts-check
/** ONNX Runtime in the browser: models as functions of arrays. */

/** @typedef {typeof import("onnxruntime-web/wasm")} Runtime */
/** @typedef {{ data: Float32Array | Int32Array, dims: readonly number[] }} Values */
/** @typedef {(inputs: Record<string, Values>) => Promise<Record<string, Float32Array>>} Run */

/** Addresses of ONNX Runtime's own files, as the server has them. */
const RUNTIME = "vendor/onnxruntime.js", BINARY = "vendor/onnxruntime.wasm";

/** @type {Promise<Runtime> | undefined} */
let loaded;

/**
 * Loads ONNX Runtime, once. Rejects where this browser cannot run it, or the server is gone.
 *
 * @returns {Promise<Runtime>}
 */
function runtime() {
  loaded ??= load();
  // What failed is tried again by the next call.
  loaded.catch(() => loaded = undefined);
  return loaded;
}

async function load() {
  if (typeof WebAssembly !== "object") {
    throw new Error("This browser has no WebAssembly, which the models run in. Another one will do");
  }
  const address = new URL(RUNTIME, import.meta.url).href;
  /** @type {Runtime} */
  const ort = await import(address);
  // More threads would ask for a page that is isolated, and a step is short.
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm: new URL(BINARY, import.meta.url).href };
  ort.env.logLevel = "error";
  return ort;
}

/**
 * Returns a model as a function.
 *
 * @param {Uint8Array} bytes an ONNX file
 * @returns {Promise<Run>}
 */
export async function openModel(bytes) {
  const ort = await runtime(), session = await ort.InferenceSession.create(bytes);
  return async (inputs) => {
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, { data, dims }]) => [name, new ort.Tensor(data, dims)]),
    );
    const outputs = await session.run(feeds);
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { data }]) => [name, /** @type {Float32Array} */ (data)]),
    );
  };
}
