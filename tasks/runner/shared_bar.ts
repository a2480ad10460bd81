import type { Task } from "../../lib/results/mod.ts";
import type { ProgressBar, Terminal } from "./terminal.ts";

/** One bar for several tasks: the steps of all together, and the texts of those under way. */
export class SharedBar implements Disposable {
  readonly #bar?: ProgressBar;
  readonly #done: number[];
  readonly #texts = new Map<number, string>();

  /** A bar for some tasks; none where there are no tasks. */
  constructor(terminal: Pick<Terminal, "progress">, label: string, readonly tasks: readonly Task[]) {
    const total = tasks.reduce((sum, task) => sum + task.steps, 0);
    this.#done = tasks.map(() => 0);
    if (tasks.length > 0) this.#bar = terminal.progress(label, total);
  }

  /** Moves task `index` to a step. */
  update(index: number, done: number, text: string): void {
    this.#done[index] = done;
    if (text) this.#texts.set(index, `${this.tasks[index].name}: ${text}`);
    this.#draw();
  }

  /** Moves task `index` to its end. */
  end(index: number): void {
    this.#done[index] = this.tasks[index].steps;
    this.#texts.delete(index);
    this.#draw();
  }

  #draw(): void {
    this.#bar?.update(this.#done.reduce((a, b) => a + b, 0), [...this.#texts.values()].join(", "));
  }

  [Symbol.dispose](): void {
    this.#bar?.done();
  }
}
