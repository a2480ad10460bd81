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

/** Draws a specification as SVG, without a browser or a canvas. Loads Vega at the first call. */
export async function renderSvg(spec: VegaLiteSpec): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  const quiet = vega.logger(vega.Error);
  const { spec: compiled } = vegaLite.compile(spec as unknown as Parameters<typeof vegaLite.compile>[0], {
    logger: quiet as unknown as NonNullable<Parameters<typeof vegaLite.compile>[1]>["logger"],
  });
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logger: quiet });
  try {
    return await withOwnIds(await view.toSVG(), spec);
  } finally {
    view.finalize();
  }
}
