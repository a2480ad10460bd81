import { random, type Tensor } from "../../tensor/mod.ts";
import { type Handler, type Hooks, pass } from "../handler.ts";
import { seed } from "../handlers/seed.ts";
import { trace } from "../handlers/trace.ts";
import type { DeterministicMessage, SampleMessage } from "../message.ts";
import type { PlateFrame } from "../plate_frame.ts";
import { type AnyFunction, around } from "../runtime.ts";
import type { Trace } from "../trace.ts";
import { originsOf, standFor, withProvenance } from "./provenance.ts";

/** A box around nodes: a plate, or the steps of a scan. */
export interface Box {
  /** The identity of the box: the same for all nodes in it. */
  readonly id: string;
  /** The text at its corner. */
  readonly label: string;
}

/** A site of a model with the sites it depends on. */
export interface RelatedSite {
  /** The site's name. */
  readonly name: string;
  /** The kind of site. */
  readonly kind: "latent" | "observed" | "deterministic" | "param";
  /** The sites and parameters it is computed from directly. */
  readonly parents: readonly string[];
  /** The boxes around it, outermost first. */
  readonly boxes: readonly Box[];
  /** Its distribution, for sample sites. */
  readonly distribution: string | undefined;
  /** Its constraint, for parameters. */
  readonly constraint: string | undefined;
}

/** Notes the origins of each site's density; from there on its value stands for the site. */
class Relate implements Handler {
  readonly label = "renderModel";
  readonly parents = new Map<string, Set<string>>();
  /** The number of plates that a site has within the step of a scan. */
  readonly inner = new Map<string, number>();

  readonly postprocess: Hooks = {
    param: standForItself,
    sample: (message) => {
      if (!message.scanned) {
        this.#relate(message.name, message.distribution.logProb(standFor(message.value!, [])));
      }
      standForItself(message);
    },
    deterministic: (message) => {
      if (!message.scanned) this.#relate(message.name, message.value);
      standForItself(message);
    },
  };

  readonly withinScan: Hooks = {
    sample: (message) => this.#within(message),
    deterministic: (message) => this.#within(message),
  };

  #within(message: SampleMessage | DeterministicMessage): void {
    this.inner.set(message.name, message.plates.length);
    pass(this.postprocess, message);
  }

  #relate(name: string, from: Tensor): void {
    this.parents.set(name, new Set([...this.parents.get(name) ?? [], ...originsOf(from)]));
  }
}

function standForItself(message: { name: string; value: Tensor | undefined }): void {
  message.value = standFor(message.value!, [message.name]);
}

/** Runs a model once, eagerly, and returns its sites with those that each depends on. */
export function relations<F extends AnyFunction>(model: F, args: Parameters<F>): RelatedSite[] {
  const relate = new Relate();
  const run = withProvenance(() => trace(seed(around(model, () => relate), random.key(0))).get(...args));
  return related(run, relate);
}

function related(run: Trace, { parents, inner }: Relate): RelatedSite[] {
  const sites: RelatedSite[] = [], loops: number[] = [];
  for (const site of run.sites.values()) {
    if (site.type === "plate") continue;
    const frames = [...site.plates].reverse().map(plateBox);
    const scanned = site.type === "param" ? undefined : site.scanned;
    if (scanned) {
      if (!loops.includes(scanned.loop)) loops.push(scanned.loop);
      const box = { id: `scan ${loops.indexOf(scanned.loop)}`, label: `${scanned.length} steps` };
      frames.splice(frames.length - (inner.get(site.name) ?? 0), 0, box);
    }
    const kind = site.type !== "sample" ? site.type : site.isObserved ? "observed" : "latent";
    const origins = parents.get(site.name) ?? new Set();
    sites.push({
      name: site.name,
      kind,
      parents: [...run.sites.keys()].filter((p) => origins.has(p) && (p !== site.name || scanned)),
      boxes: frames.map((box, i) => ({ ...box, id: frames.slice(0, i + 1).map((b) => b.id).join("/") })),
      distribution: site.type === "sample" ? site.distribution.name : undefined,
      constraint: site.type === "param" ? String(site.constraint) : undefined,
    });
  }
  return sites;
}

function plateBox({ name, size, fullSize }: PlateFrame): Box {
  return { id: name, label: size === fullSize ? `${name} (${size})` : `${name} (${size} of ${fullSize})` };
}
