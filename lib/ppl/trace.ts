import { inConsoles, inNotebooks } from "../system/mod.ts";
import { constant, type Tensor, tf } from "../tensor/mod.ts";
import { formatShapes } from "./format_shapes.ts";
import type { DeterministicMessage, ParamMessage, PlateMessage } from "./message.ts";
import type { SampleSite } from "./sample_site.ts";
import type { Subsample } from "./subsample_indices.ts";

/** A parameter in a trace. */
export type ParamSite = Readonly<ParamMessage> & { readonly value: Tensor };
/** A computed value in a trace. */
export type DeterministicSite = Readonly<DeterministicMessage>;
/** A plate in a trace. */
export type PlateSite = Readonly<PlateMessage> & { readonly subsample: Subsample };

/** A site in a trace, told apart by `type`. */
export type Site = SampleSite | ParamSite | DeterministicSite | PlateSite;

/** The record of one run of a model: its sites in order, as Pyro's `Trace`. */
export class Trace {
  /** The sites by name, in the order they were reached. */
  readonly sites: Map<string, Site> = new Map();
  /** The value that the function returned. */
  returnValue: any;

  /** Returns the site of a name. Throws where there is none, with the names there are. */
  get(name: string): Site {
    const site = this.sites.get(name);
    if (site) return site;
    const names = [...this.sites.keys()].map((n) => `"${n}"`).join(", ");
    throw new Error(`Cannot find site "${name}" in the trace: it has ${names || "no sites"}`);
  }

  /** Returns the sample site of a name. Throws where there is none. */
  sampleSite(name: string): SampleSite {
    const site = this.get(name);
    if (site.type !== "sample") {
      throw new Error(`Cannot use "${name}" as a sample site: it is a ${site.type} site`);
    }
    return site;
  }

  /** Returns the value of a site; `"z[3]"` is step 3 of the site `z` of a `scan`, or throws. */
  value(name: string): Tensor {
    const [, base, step] = this.sites.has(name) ? [] : /^(.*)\[(\d+)\]$/.exec(name) ?? [];
    const site = this.get(base ?? name);
    if (site.type === "plate") throw new Error(`Cannot take the value of "${name}": it is a plate`);
    if (step === undefined) return site.value;
    const scanned = site.type === "param" ? undefined : site.scanned;
    if (!scanned) throw new Error(`Cannot take step ${step} of site "${base}": it is not within a scan`);
    if (Number(step) >= scanned.length) {
      throw new Error(`Cannot take step ${step} of site "${base}": it has ${scanned.length} steps`);
    }
    return tf.squeeze(tf.slice(site.value, [Number(step)], [1]), [0]);
  }

  #ofType<T extends Site["type"]>(type: T): Extract<Site, { type: T }>[] {
    return [...this.sites.values()].filter((s): s is Extract<Site, { type: T }> => s.type === type);
  }

  /** All sample sites. */
  get sampleSites(): SampleSite[] {
    return this.#ofType("sample");
  }
  /** The latent sample sites: neither observed nor intervened on. */
  get stochasticSites(): SampleSite[] {
    return this.sampleSites.filter((s) => !s.isObserved);
  }
  /** The observed sample sites. */
  get observedSites(): SampleSite[] {
    return this.sampleSites.filter((s) => s.isObserved && !s.isIntervened);
  }
  /** The parameters. */
  get paramSites(): ParamSite[] {
    return this.#ofType("param");
  }
  /** The computed values. */
  get deterministicSites(): DeterministicSite[] {
    return this.#ofType("deterministic");
  }
  /** The plates. */
  get plateSites(): PlateSite[] {
    return this.#ofType("plate");
  }

  /** Returns the values of the latent sites by name. */
  latents(): Record<string, Tensor> {
    return Object.fromEntries(this.stochasticSites.map((s) => [s.name, s.value]));
  }

  /** Returns the values of the parameters by name. */
  params(): Record<string, Tensor> {
    return Object.fromEntries(this.paramSites.map((s) => [s.name, s.value]));
  }

  /** Sums the log densities of all sample sites, or of those that `which` is true for. */
  logProbSum(which: (site: SampleSite) => boolean = () => true): Tensor {
    const terms = this.sampleSites.filter((s) => s.mask !== false && which(s)).map((s) => s.logProbSum);
    return terms.length === 0 ? constant(0) : terms.reduce((a, b) => a.add(b));
  }

  /** Computes the log density of every sample site now, so that errors show. */
  computeLogProb(): this {
    for (const site of this.sampleSites) void site.logProb;
    return this;
  }

  /** Returns the table of shapes. */
  toString(): string {
    return formatShapes(this);
  }

  /** Returns the table of shapes, for `console.log`. */
  [inConsoles](): string {
    return formatShapes(this);
  }

  /** Returns the table of shapes, for notebooks. */
  [inNotebooks](): Record<string, string> {
    return { "text/plain": formatShapes(this) };
  }
}
