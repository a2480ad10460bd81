/**
 * The parts that the experiment and its notebook share: first values, irises and figures.
 *
 * @module
 */
export { agreement } from "./agreement.ts";
export {
  densityFigure,
  flowersFigure,
  gradientFigure,
  heldOutFigure,
  lossFigure,
  membershipFigure,
  startsFigure,
} from "./figures.ts";
export { rowsOf } from "./flowers.ts";
export { assignments, Mixtures } from "./held_out.ts";
export { learnedMembership } from "./local_guide.ts";
export { fitMap } from "./map.ts";
export { classifier, probabilities } from "./membership.ts";
export { COMPONENTS, GLOBALS, mixture, POINTS } from "./points.ts";
export { profiles } from "./settings.ts";
export { bestOf, firstLosses, firstValues } from "./starts.ts";
