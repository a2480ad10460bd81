import { sha256 } from "../system/mod.ts";

/** A Vega-Lite specification: plain JSON. Its top level needs no `$schema`; the figure adds it. */
export type VegaLiteSpec = Readonly<Record<string, unknown>>;

/**
 * Returns the drawing with other names for its inner references. Vega counts them up over a
 * process: the same figure would be another text each time, and two on one page need different
 * names.
 */
async function withOwnIds(svg: string, spec: VegaLiteSpec): Promise<string> {
  const ids = [...new Set(Array.from(svg.matchAll(/\bid="([^"]+)"/g), ([, id]) => id))];
  if (ids.length === 0) return svg;
  const figure = (await sha256(JSON.stringify(spec))).slice(0, 8);
  const renamed = new Map(ids.map((id, i) => [id, `f${figure}-${i}`]));
  return svg.replace(
    /(\bid="|url\(#|href="#)([^")]+)/g,
    (_, before: string, id: string) => before + (renamed.get(id) ?? id),
  );
}

/** The drawing that is under way: Vega's random numbers are of one generator, all drawings'. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Draws a specification as SVG, without a browser or a canvas, one after another. Loads Vega at the
 * first call.
 */
export function renderSvg(spec: VegaLiteSpec): Promise<string> {
  const drawn = last.then(() => draw(spec));
  last = drawn.catch(() => {});
  return drawn;
}

/** Functions of Vega that its types lack. */
interface VegaRandom {
  setRandom(random: () => number): void;
  randomLCG(seed: number): () => number;
}

/** The seed of Vega's random numbers in each drawing. */
const SEED = 0.5;

async function draw(spec: VegaLiteSpec): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  const { setRandom, randomLCG } = vega as unknown as VegaRandom;
  const quiet = vega.logger(vega.Error);
  const { spec: compiled } = vegaLite.compile(spec as unknown as Parameters<typeof vegaLite.compile>[0], {
    logger: quiet as unknown as NonNullable<Parameters<typeof vegaLite.compile>[1]>["logger"],
    // Long numbers stay whole.
    config: { axis: { labelLimit: 0 } },
  });
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logger: quiet });
  setRandom(randomLCG(SEED));
  try {
    return await withOwnIds(await view.toSVG(), spec);
  } finally {
    setRandom(Math.random);
    view.finalize();
  }
}
