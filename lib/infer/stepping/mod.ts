/** Compiled loops over a carry, in calls of a fraction of a second. @module */
export { Pace } from "./pace.ts";
export {
  type Arguments,
  argumentsAt,
  hostArguments,
  type Step,
  type StepCall,
  StepLoop,
  type StepLoopSpec,
  type SteppingOptions,
  type StepRun,
} from "./step_loop.ts";
