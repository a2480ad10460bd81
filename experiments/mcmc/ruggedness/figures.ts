import { band, type ChartOptions, facets, type Figure, line, type Mark } from "@pyrosaur/pyrosaur/plot";
import { kernelDensity } from "@pyrosaur/pyrosaur/statistics";
import type { Draws } from "../../rugged/posterior.ts";
import { COEFFICIENTS } from "../../rugged/targets.ts";

/** The densities of the coefficients by each method. */
export function marginalsFigure(
  posteriors: Readonly<Record<string, Draws>>,
  options: Pick<ChartOptions, "simulated" | "title"> = {},
): Figure {
  const plane = (name: typeof COEFFICIENTS[number]): Mark[] =>
    Object.entries(posteriors).flatMap(([by, draws]) => {
      const { x, density } = kernelDensity(draws[name]);
      return [
        band({ x, low: x.map(() => 0), high: density, by, opacity: 0.15 }),
        line({ x, y: density, by }),
      ];
    });
  return facets(Object.fromEntries(COEFFICIENTS.map((name) => [name, plane(name)])), {
    title: "Posteriors of the coefficients",
    x: "value",
    y: "density",
    columns: 2,
    width: 260,
    height: 160,
    ...options,
  });
}
