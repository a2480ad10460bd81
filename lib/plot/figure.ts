import { inNotebooks } from "../system/mod.ts";
import { checkLogScales } from "./log_scale.ts";
import { renderSvg, type VegaLiteSpec } from "./render.ts";

/** The MIME bundle a notebook shows: media types and their contents. */
export type MimeBundle = Record<string, unknown>;

/** Deno's Jupyter kernel knows Vega-Lite up to version 5, which has all that is used here. */
const SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";

/** A figure as a value: a Vega-Lite specification, drawn as SVG anywhere and shown in notebooks. */
export class Figure {
  /** The complete specification, with `$schema`. */
  readonly spec: VegaLiteSpec;
  #svg?: Promise<string>;

  /**
   * A figure from a specification; `figure()` does the same.
   *
   * @throws Error for a number on a logarithmic scale that is not positive.
   */
  constructor(spec: VegaLiteSpec) {
    checkLogScales(spec);
    this.spec = { $schema: SCHEMA, ...spec };
  }

  /** Returns the figure drawn as SVG. Rejects with Vega-Lite's message on a bad specification. */
  toSVG(): Promise<string> {
    return this.#svg ??= renderSvg(this.spec);
  }

  /** The title, as text. */
  get title(): string {
    const { title } = this.spec;
    const text = typeof title === "object" && title !== null ? (title as { text?: unknown }).text : title;
    return Array.isArray(text) ? text.join(" ") : String(text ?? "Figure");
  }

  /** Returns the figure for a notebook: Vega-Lite, SVG (for viewers without scripts) and text. */
  async [inNotebooks](): Promise<MimeBundle> {
    return {
      "application/vnd.vegalite.v5+json": this.spec,
      "image/svg+xml": await this.toSVG(),
      "text/plain": this.toString(),
    };
  }

  /** Returns the figure as text: its title. */
  toString(): string {
    return `Figure: ${this.title}`;
  }
}

/**
 * Returns a figure from a Vega-Lite specification. Random numbers in it (bootstrapped intervals,
 * samples) are the same every time it is drawn here.
 *
 * @throws Error for a number on a logarithmic scale that is not positive.
 *
 * @example A specification drawn as SVG
 * ```ts
 * import { figure } from "@pyrosaur/pyrosaur/plot";
 * import assert from "node:assert/strict";
 *
 * const dots = figure({
 *   title: "Dots",
 *   data: { values: [{ x: 1, y: 2 }, { x: 3, y: 4 }] },
 *   mark: "point",
 *   encoding: { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } },
 * });
 * assert.match(await dots.toSVG(), /^<svg[^]*Dots/);
 * ```
 */
export function figure(spec: VegaLiteSpec): Figure {
  return new Figure(spec);
}
