/** Compiled loops over a carry, in calls of a fraction of a second. @module */
export { type Arguments, argumentsAt, hostArguments, steadyArguments } from "./arguments.ts";
export { checkSteps, steppingOptionNames } from "./options.ts";
export { Pace } from "./pace.ts";
export {
  type Step,
  type StepCall,
  StepLoop,
  type StepLoopSpec,
  type SteppingOptions,
  type StepRun,
} from "./step_loop.ts";
