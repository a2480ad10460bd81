import {
  access,
  type ConstantPool,
  FunctionBuilder,
  type Local,
  op,
  type Operand,
} from "../../../../system/wasm/mod.ts";
import type { Node } from "../../../ir/graph.ts";
import { Lanes } from "../lanes.ts";
import { pushAny, rarely } from "../math/rarely.ts";
import { slow, writeOperation } from "../operations.ts";
import type { Precision } from "../../portable.ts";
import { type Branches, branchesOf } from "./branches.ts";
import { Elements } from "./elements.ts";
import { type Reduced, ReductionWriter } from "./reductions.ts";
import { withoutRepeatedChoices } from "./repeated.ts";
import { type Access, type FusedSum, fusedSums, type GroupSteps, type Source, type Step } from "./steps.ts";

/** Everything that the function of a group does. */
export interface GroupWork {
  readonly steps: GroupSteps;
  readonly reductions: readonly Reduced[];
  /** The turns of each loop, the outermost first. */
  readonly turns: readonly Operand[];
  /** The place of several totals; one alone is returned. */
  readonly totals?: Local;
  /** The nodes whose numbers are to be the same wherever they are computed. */
  readonly rounded: ReadonlySet<Node>;
}

/** Turns of the inner loop from which two, and four vectors side by side pay for their code. */
const TWO = 8, FOUR = 32;

/**
 * Operations in one turn that are written out at most, where vectors are side by side; in loops of
 * many vectors.
 */
const MOST = 400, MOST_OF_MANY = 1600, MANY = 4096;

/**
 * Returns how many vectors a turn of the inner loop computes side by side, so that they do not wait
 * for their own results: four of them take exponentials in float64 from 2.5 to 1.6 ns an element,
 * densities of binomial counts in float32 from 12.6 to 9.6, six as long as four.
 */
function sideBySide({ steps: { steps }, turns }: GroupWork, lanes: number): number {
  const lengths = turns.map((n) => "i32" in n ? n.i32 : TWO * lanes);
  const vectors = lengths[turns.length - 1] / lanes, all = lengths.reduce((a, b) => a * b, 1 / lanes);
  const costs = steps.map(({ item: { node } }) => node && slow.has(node.op) ? 20 : 1);
  const work = costs.reduce((sum, cost) => sum + cost, 0), isSlow = costs.includes(20);
  const most = all >= MANY ? MOST_OF_MANY : MOST;
  if ((isSlow || all >= MANY) && vectors >= FOUR && 4 * work <= most) return 4;
  return vectors >= TWO && 2 * work <= most ? 2 : 1;
}

/** Writes the loops of a group: vectors in the inner loop, then what is left, one at a time. */
export class GroupFunction {
  readonly f: FunctionBuilder;
  readonly l: Lanes;
  readonly #counters: Local[];
  readonly #elements: Elements;
  readonly #reductions: ReductionWriter[];
  readonly #branches: ReadonlyMap<Step, Branches>;
  /** The steps of all branches, and products within sums. */
  readonly #conditional: ReadonlySet<Source>;
  #known = new Map<Source, Operand>();
  /** The sums with a product in one instruction. */
  readonly #fused: ReadonlyMap<Step, FusedSum>;

  constructor(
    private readonly work: GroupWork,
    pool: ConstantPool,
    precision: Precision,
    isFused: boolean,
  ) {
    const results = this.#whole.length === 1 ? ["f64" as const] : [];
    this.f = new FunctionBuilder(work.steps.parameters.types, results, pool);
    this.l = new Lanes(this.f, precision, isFused);
    this.#counters = work.turns.map(() => this.f.variable("i32"));
    this.#elements = new Elements(this.l, this.#counters);
    this.#reductions = work.reductions.map((r) => new ReductionWriter(this.l, r));
    withoutRepeatedChoices(work.steps, work.reductions);
    this.#branches = branchesOf(work.steps, work.reductions);
    const reduced = work.reductions.map(({ source }) => source);
    this.#fused = isFused ? fusedSums(work.steps, reduced, work.rounded) : new Map();
    this.#conditional = new Set([
      ...[...this.#branches.values()].flatMap((
        { chosen, otherwise },
      ) => [...chosen ?? [], ...otherwise ?? []]),
      ...[...this.#fused.values()].map(({ product }) => product),
    ]);
  }

  get #whole(): readonly Reduced[] {
    return this.work.reductions.filter(({ target }) => !target);
  }

  get #depth(): number {
    return this.work.turns.length;
  }

  /** Writes it all. */
  write(): FunctionBuilder {
    const { f } = this, { totals } = this.work;
    this.#loops(0);
    const whole = this.#reductions.filter(({ reduced }) => !reduced.target);
    if (whole.length === 1) whole[0].pushTotal();
    else {
      whole.forEach((reduction, i) => {
        f.push(totals!);
        reduction.pushTotal();
        f.access(access.f64Store, 8 * i);
      });
    }
    return f;
  }

  /** Writes what is computed at a level, and the loops inside. */
  #loops(level: number): void {
    const { f } = this, isInner = level === this.#depth - 1;
    this.#accesses().filter((a) => a.rowLevel === level).forEach((a) => this.#elements.startRow(a));
    this.#compute(level);
    const started = this.#reductions.filter((r) => !r.isElementwise && r.startLevel === level);
    started.forEach((r) => r.start());
    if (isInner) this.#inner();
    else {
      const i = this.#counters[level], n = this.work.turns[level];
      f.assign(i, [], { i32: 0 });
      const turn = () =>
        f.doWhile(() => {
          this.#loops(level + 1);
          f.assign(i, op.i32Add, i, { i32: 1 });
          this.#compare(i, n);
        });
      if ("i32" in n) n.i32 > 0 && turn();
      else {
        this.#compare({ i32: 0 }, n);
        f.when(turn);
      }
    }
    started.filter(({ reduced }) => reduced.target).forEach((r) => r.finish(this.#elements));
  }

  #compare(a: Operand, b: Operand): void {
    this.f.push(a);
    this.f.push(b);
    this.f.emit(op.i32LtS);
  }

  /** Writes the inner loop over vectors side by side, those left over, then single elements. */
  #inner(): void {
    const { f, l } = this, i = this.#counters[this.#depth - 1], n = this.work.turns[this.#depth - 1];
    f.assign(i, [], { i32: 0 });
    let left = "i32" in n ? n.i32 : undefined;
    const loop = (step: number): void => {
      if (left !== undefined && left < step) return;
      const end = "i32" in n ? { i32: n.i32 - step + 1 } : f.once("i32", op.i32Sub, n, { i32: step - 1 });
      const turns = () =>
        f.doWhile(() => {
          this.#turn();
          f.assign(i, op.i32Add, i, { i32: step });
          this.#compare(i, end);
        });
      if (left !== undefined) {
        left %= step;
        return turns();
      }
      this.#compare(i, end);
      f.when(turns);
    };
    for (const width of new Set([sideBySide(this.work, l.count), 1])) {
      f.width = width;
      loop(l.count * width);
    }
    l.isSingle = true;
    loop(1);
    l.isSingle = false;
  }

  /** Writes what is done at one turn of the inner loop. */
  #turn(): void {
    const outer = this.#known;
    this.#known = new Map(outer);
    this.#elements.startTurn();
    this.#compute(this.#depth);
    for (const reduction of this.#reductions) {
      const x = this.#value(reduction.reduced.source);
      if (reduction.isElementwise) reduction.addInMemory(this.#elements, x);
      else reduction.add(x);
    }
    for (const { access: to, from } of this.work.steps.stores) this.#elements.store(to, this.#value(from));
    this.#known = outer;
  }

  /** Computes the steps of a level, and what deeper levels take from it. */
  #compute(level: number): void {
    const width = this.f.width, { steps } = this.work.steps;
    if (level < this.#depth) this.f.width = 1;
    for (const source of [...steps, ...this.#sources()]) {
      if (source.level === level && !this.#conditional.has(source)) this.#value(source);
    }
    this.f.width = width;
  }

  #sources(): Source[] {
    return [
      ...this.work.steps.steps.flatMap(({ sources }) => sources),
      ...this.work.reductions.map(({ source }) => source),
    ];
  }

  #accesses(): Access[] {
    const { stores } = this.work.steps;
    return [
      ...new Set([
        ...this.#sources().flatMap((s) => s.kind === "read" ? [s.access] : []),
        ...stores.map((s) => s.access),
        ...this.work.reductions.flatMap(({ target }) => target ? [target] : []),
      ]),
    ];
  }

  #value(source: Source): Operand {
    let known = this.#known.get(source);
    if (!known) this.#known.set(source, known = this.#make(source));
    return known;
  }

  #make(source: Source): Operand {
    const { f, l } = this;
    switch (source.kind) {
      case "number":
        return source.dtype === "bool" ? f.pool.word(source.number === 0 ? 0 : -1) : l.number(source.number);
      case "read":
        return this.#elements.load(source.access);
      case "scalar": {
        f.push(source.parameter);
        if (!l.isDouble) f.emit(op.f32DemoteF64);
        f.emit(l.splat);
        const all = f.variable("v128");
        f.set(all);
        return source.dtype === "bool" ? l.of("Ne", all, l.number(0)) : all;
      }
      case "step":
        return this.#step(source);
    }
  }

  #step(step: Step): Operand {
    const { item, sources } = step, branches = this.#branches.get(step), fused = this.#fused.get(step);
    if (fused) {
      const [a, b] = fused.product.sources.map((s) => this.#value(s)), term = this.#value(fused.term);
      return fused.isTakenAway ? this.l.nmadd(a, b, term) : this.l.madd(a, b, term);
    }
    if (branches) return this.#choice(sources, branches);
    const args = sources.map((s) => this.#value(s));
    return item.node ? writeOperation(this.l, item.node, args) : args[0];
  }

  /** Writes a choice, of which a side is computed only where a lane takes it. */
  #choice([condition, first, second]: readonly Source[], { chosen, otherwise }: Branches): Operand {
    const { l } = this, mask = this.#value(condition), own = new Set([...chosen ?? [], ...otherwise ?? []]);
    // What is needed elsewhere too is computed before.
    for (const { sources } of own) for (const s of sources) if (!own.has(s as Step)) this.#value(s);
    if (condition.level < this.#depth) {
      // The same for all lanes.
      for (const [side, source] of [[chosen, first], [otherwise, second]] as const) {
        if (!side) this.#value(source);
      }
      return this.#either(mask, first, second);
    }
    let result = otherwise ? chosen ? l.number(0) : this.#value(first) : this.#value(second);
    if (chosen) result = this.#branch(mask, result, first);
    return otherwise ? this.#branch(l.not(mask), result, second) : result;
  }

  /** Returns a result, and in the lanes of a mask what is computed only where there are some. */
  #branch(mask: Operand, result: Operand, source: Source): Operand {
    const { l } = this;
    return rarely(l, mask, result, () => this.#apart(() => l.select(mask, this.#value(source), result)));
  }

  /** Returns one of two results, by a mask with the same bits in all lanes. */
  #either(mask: Operand, first: Source, second: Source): Operand {
    const { f } = this, result = f.variable("v128", true);
    const set = (source: Source) =>
      this.#apart(() => {
        const value = this.#value(source);
        for (let v = 0; v < f.width; v++) {
          f.push(value, v);
          f.set(result, v);
        }
      });
    pushAny(this.l, mask);
    f.when(() => set(first), () => set(second));
    return result;
  }

  /** Writes what is computed only sometimes, and has no value behind it. */
  #apart<T>(write: () => T): T {
    const { l } = this, outer = this.#known, { angles, exponentials } = l;
    this.#known = new Map(outer);
    [l.angles, l.exponentials] = [new WeakMap(), new WeakMap()];
    const written = write();
    this.#known = outer;
    [l.angles, l.exponentials] = [angles, exponentials];
    return written;
  }
}
