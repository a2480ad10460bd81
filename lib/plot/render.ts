import type { VegaLiteSpec } from "./figure.ts";

/** Draws a Vega-Lite specification as SVG, without a browser or a canvas. Vega is loaded at the first call. */
export async function renderSvg(spec: VegaLiteSpec): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  const quiet = vega.logger(vega.Error);
  const { spec: compiled } = vegaLite.compile(spec as unknown as Parameters<typeof vegaLite.compile>[0], {
    logger: quiet as unknown as NonNullable<Parameters<typeof vegaLite.compile>[1]>["logger"],
  });
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logger: quiet });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
