/**
 * The parts that the experiment, its notebook and the benchmark share.
 *
 * @module
 */
export { baumWelch, firstTables, logLikelihood } from "./baum_welch.ts";
export { decoder } from "./decode.ts";
export { emissionFigure, lossesFigure, statesFigure } from "./figures.ts";
export { fitTables, nllOf } from "./fit.ts";
export { form, type FormName, FORMS, type Notes } from "./model.ts";
export { batchOf, longest, NOTES, rowsOf, slicesOf } from "./notes.ts";
export { profiles } from "./settings.ts";
