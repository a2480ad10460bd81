/** Tells the progress of a task: the number of steps done, and a short text. */
export type Tell = (done: number, text?: string) => void;

/** A place for a task to leave its unfinished work; its result depends on none of this. */
export interface Workspace {
  /** A folder of the task's own for checkpoints; made when it is first written to. */
  readonly folder: string;
  /** True to go on from the checkpoints there. */
  readonly resume: boolean;
  /** Ends the task early, with a checkpoint; what it returns or throws then is not a result. */
  readonly signal?: AbortSignal;
}

/** Computes the result of a task. Both are plain data, which a Worker can be sent. */
export type Perform<Task, Result> = (
  task: Task,
  tell: Tell,
  workspace: Workspace,
) => Result | Promise<Result>;
