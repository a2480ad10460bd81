import { reasonOf } from "../../system/mod.ts";
import { saveMCMC } from "./save.ts";
import type { MCMCState } from "./state.ts";

/** Chains that are saved to a file now and then, one time after the other. */
export class Saving {
  #began = performance.now();
  #running: Promise<void> | undefined;

  /**
   * Saves nothing yet.
   *
   * @param seconds between two beginnings
   * @param state returns the state to save
   * @param notices takes in what goes wrong
   */
  constructor(
    private readonly path: string,
    private readonly seconds: number,
    private readonly state: () => MCMCState,
    private readonly notices: Set<string>,
  ) {}

  /** Saves where it is time to; `update` brings the chains up to date. */
  async turn(update: () => void): Promise<void> {
    if (this.#running || performance.now() - this.#began < 1000 * this.seconds) return;
    update();
    await this.#save();
  }

  /** Saves once more, after what is under way. */
  async end(): Promise<void> {
    await this.#running;
    await this.#save();
  }

  async #save(): Promise<void> {
    this.#began = performance.now();
    this.#running = saveMCMC(this.path, this.state()).catch((error) =>
      void this.notices.add(`The checkpoint ${this.path} was not written: ${reasonOf(error)}`)
    );
    await this.#running;
    this.#running = undefined;
  }
}
