/**
 * The parts that the experiment and its notebook share: the data, model and guide, and the
 * examples.
 *
 * @module
 */
export { countriesOf } from "../rugged/countries.ts";
export { examples } from "./examples/mod.ts";
export { differenceOf, type Setting } from "./form.ts";
export { dataOf, makeGuide, model } from "./system.ts";
