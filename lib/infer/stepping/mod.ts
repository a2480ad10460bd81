/** Compiled loops over a carry, in calls of a fraction of a second. @module */
export { type Arguments, argumentsAt, hostArguments, steadyArguments } from "./arguments.ts";
export { HERE, Pace } from "./pace.ts";
export {
  checkSteps,
  type Step,
  type StepCall,
  StepLoop,
  type StepLoopSpec,
  steppingOptionNames,
  type SteppingOptions,
  type StepRun,
} from "./step_loop.ts";
