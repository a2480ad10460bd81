/** Kullback-Leibler divergences in closed form. @module */
import "./wrappers.ts";
import "./continuous.ts";
import "./gamma_like.ts";
import "./discrete.ts";
import "./pairs.ts";
import "./normals.ts";
export { type DistributionClass, klDivergence, registerKl, tryKlDivergence } from "./registry.ts";
