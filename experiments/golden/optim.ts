import { optimiserByName } from "../../lib/infer/optim/mod.ts";
import type { HostArray, Tensor } from "../../lib/tensor/mod.ts";
import { bothPrecisions, type GoldenFile, type Outcome } from "./reader.ts";

const sines = (factor: number, shift: number): HostArray => ({ data: Float64Array.from({ length: 6 }, (_, i) => factor * Math.sin(i + shift)), shape: [2, 3] });

/** `optim.json`: the parameter after each step; the start and the gradients are given by `rule`. */
export default async function* optimisers(file: GoldenFile): AsyncIterable<Outcome> {
  for (const { optimiser: name, after } of file.cases) {
    let optimiser;
    try {
      optimiser = optimiserByName(name);
    } catch {
      yield { case: name, unsupported: name };
      continue;
    }
    const { init, update } = optimiser;
    const fn = (start: Tensor, ...gradients: Tensor[]) => {
      const path: Record<string, Tensor> = {};
      let param = start, state = init(start);
      gradients.forEach((gradient, k) => path[k] = ([param, state] = update(gradient, state, param))[0]);
      return path;
    };
    const gradients = (after as unknown[]).map((_, k) => sines(k % 3 === 2 ? 15 : 2, 11 + k));
    yield { case: name, ...await bothPrecisions(fn, [sines(1, 1), ...gradients], Object.fromEntries((after as unknown[]).map((a, k) => [k, a]))) };
  }
}
