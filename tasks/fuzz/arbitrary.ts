/** Growing programs, and shrinking those that show a difference. @module */
import fc, { type Random, Stream, Value } from "fast-check";
import { type HostArray, type Tensor, tidily, toTensor } from "../../lib/tensor/mod.ts";
import { type Available, Growth } from "./growth.ts";
import { drawInputs } from "./inputs.ts";
import type { Operation } from "./operations.ts";
import { evaluateStep, type Program, type Step, uses } from "./program.ts";
import { shrink } from "./shrink.ts";

/** The largest value of a program, in elements: it is run hundreds of times. */
const LARGEST = 200;

/** Programs of up to `most` steps that run on tfjs. */
export class ProgramArbitrary extends fc.Arbitrary<Program> {
  readonly #table: readonly Operation[];
  readonly #shares: readonly number[];
  #end = Infinity;

  constructor(operations: readonly Operation[], private readonly most = 10) {
    super();
    this.#table = operations;
    let sum = 0;
    this.#shares = operations.map(({ weight = 1 }) => sum += weight * 10);
  }

  override generate(random: Random): Value<Program> {
    let count = 0;
    const fresh = () => `v${count++}`;
    const program = tidily(() => {
      const inputs = new Map(drawInputs(random).map((x): [string, HostArray] => [fresh(), x]));
      const first = [...inputs].map(([name, x]) => ({ name, tensor: toTensor(x) }));
      const { steps, values } = this.#grow(random, first, random.nextInt(1, this.most), fresh, 0);
      const used = new Set(steps.flatMap(uses));
      const ends = values.map(({ name }) => name).filter((name) =>
        !used.has(name) || random.nextInt(1, 8) === 1
      );
      return { inputs, steps, outputs: ends.length ? ends : [[...inputs.keys()][0]] };
    });
    return new Value(program, undefined);
  }

  #grow(random: Random, given: readonly Available[], most: number, fresh: () => string, depth: number) {
    const steps: Step[] = [], values: Available[] = [];
    for (let tries = 0; steps.length < most && tries < 4 * most; tries++) {
      const all = [...given, ...values];
      const growth = new Growth(
        random,
        all,
        fresh,
        depth > 1
          ? undefined
          : (inner, count) => this.#grow(random, inner, random.nextInt(1, count), fresh, depth + 1),
      );
      const at = random.nextInt(1, this.#shares.at(-1)!);
      const operation = this.#table[this.#shares.findIndex((share) => share >= at)];
      const draft = operation.make(growth);
      if (!draft) continue;
      const step: Step = {
        names: Array.from({ length: draft.count ?? 1 }, fresh),
        text: draft.text,
        operation: operation.name,
        body: draft.body,
      };
      const known = new Map(all.map(({ name, tensor }): [string, Tensor] => [name, tensor]));
      try {
        evaluateStep(step, known);
      } catch {
        continue;
      }
      const made = step.names.map((name) => ({ name, tensor: known.get(name)! }));
      if (made.some(({ tensor }) => tensor.size > LARGEST || tensor.rank > 4)) continue;
      steps.push(step);
      values.push(...made);
    }
    return { steps, values };
  }

  override canShrinkWithoutContext(value: unknown): value is Program {
    return typeof value === "object" && value !== null && "steps" in value;
  }

  /** Says when to stop making programs smaller. */
  stopShrinking(at: number): void {
    this.#end = at;
  }

  override shrink(program: Program): Stream<Value<Program>> {
    const isOver = () => performance.now() > this.#end;
    return new Stream((function* () {
      for (const smaller of shrink(program)) {
        if (isOver()) return;
        yield new Value(smaller, undefined);
      }
    })());
  }
}
