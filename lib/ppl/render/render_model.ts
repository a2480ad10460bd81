import { inConsoles, inNotebooks } from "../../system/mod.ts";
import { checkArguments } from "../check_arguments.ts";
import type { AnyFunction } from "../runtime.ts";
import { type RenderOptions, toDot } from "./dot.ts";
import { type RelatedSite, relations } from "./relations.ts";

/** A picture of a model: its sites, and an arrow from each to those that depend on it. */
export class ModelGraph {
  #svg: Promise<string> | undefined;

  /** Use `renderModel`. */
  constructor(
    /** The sites with those they depend on. */
    readonly sites: readonly RelatedSite[],
    /** The graph in Graphviz's DOT language. */
    readonly dot: string,
  ) {}

  /** Draws the picture as SVG, by Graphviz compiled to WebAssembly. */
  svg(): Promise<string> {
    return this.#svg ??= import("@viz-js/viz").then(({ instance }) => instance())
      .then((viz) => viz.renderString(this.dot, { format: "svg" }));
  }

  /** Returns the DOT text. */
  toString(): string {
    return this.dot;
  }

  /** Returns the DOT text, for `console.log`. */
  [inConsoles](): string {
    return this.dot;
  }

  /** Returns the picture, for notebooks. */
  async [inNotebooks](): Promise<Record<string, string>> {
    return { "image/svg+xml": await this.svg(), "text/plain": this.dot };
  }
}

/**
 * Draws a model, as Pyro's `render_model`: sites as ellipses, observed ones grey, computed ones
 * dashed, plates and scans as boxes with their sizes, and an arrow wherever one site is computed
 * from another (from a site to itself: a step of a scan depends on the one before). The model runs
 * once, eagerly, with a key of its own.
 *
 * @param options `distributions` lists distributions and constraints, `parameters` draws parameters
 * @returns the graph: `.dot`, `.svg()`, and a picture in notebooks
 *
 * @example As DOT text
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { renderModel, sample } from "@pyrosaur/pyrosaur/ppl";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("y", new Normal(sample("x", new Normal(0, 1)), 1), { obs: 2 });
 * const { dot } = renderModel(model, []);
 * assert.match(dot, /^digraph/);
 * assert.match(dot, /"?x"? -> "?y"?/);
 * ```
 */
export function renderModel<F extends AnyFunction>(
  model: F,
  args: Parameters<F>,
  options?: RenderOptions,
): ModelGraph {
  checkArguments("draw the model", args);
  const sites = relations(model, args);
  return new ModelGraph(sites, toDot(sites, options));
}
