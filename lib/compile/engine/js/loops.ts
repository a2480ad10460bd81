import type { Value } from "../../ir/graph.ts";
import { mulSizes, type Size, sizeOf, type Sizes } from "../../ir/size.ts";
import { converted, literal } from "./expressions.ts";
import { type Group, isIdentity, type Operand, reducesTrailing, type Reduction } from "./items.ts";
import type { Plan } from "./plan.ts";
import type { GroupResults, Vectors } from "./vectors.ts";
import { contiguous, type View, whole } from "./refs.ts";
import type { Writer } from "./writer.ts";

/** The values that a plan stores whatever their size, and the writer of loops in vectors. */
export interface PlanContext {
  readonly memory: ReadonlySet<Value>;
  readonly vectors?: Vectors;
}

/** Writes the groups of a plan, in order. Values in `plan.used` are stored for others. */
export function writePlan(w: Writer, plan: Plan, { memory, vectors }: PlanContext): void {
  for (const group of plan.groups) {
    w.mayBreak();
    for (const item of group.items) if (item.kind === "opaque") item.write(w);
    if (!group.space) continue;
    const uses = (value: Value) => plan.used.get(value) ?? [];
    const results: GroupResults = {
      stored: (value) =>
        memory.has(value) ||
        (value.shape.some((s) => s !== 1) && uses(value).some((u) => u.group !== group || !u.identity)),
      copied: (value) => uses(value).some((u) => u.group === "end" || u.group.items[0].kind === "opaque"),
    };
    if (!vectors?.group(w, group, results)) {
      new LoopWriter(w, group, results.stored, results.copied).write();
    }
  }
}

/**
 * Loops of more turns than this are functions of their own, called for so many turns at a time. V8
 * tunes code by how often it is called: a long loop in a function that is rarely called stays at a
 * quarter of the speed.
 */
const TURNS = 1024;

/** From this many elements on, the longer source of faster functions pays. */
const MANY = 64;

interface Text {
  readonly text: string;
  /** Number of the loops that it depends on. */
  readonly level: number;
}

/** Writes one fused loop nest. What does not change in an inner loop is written outside of it. */
export class LoopWriter {
  readonly #space: Size[];
  readonly #counters: string[];
  /** The loop over each original axis; axes that run as one share the last one's strides. */
  readonly #keep: number[];
  readonly #before: (string | (() => string))[][];
  readonly #after: (string | (() => string))[][];
  readonly #stores: string[] = [];
  /** Lines before the loops, once, however many pieces they run in. */
  readonly #once: (() => string)[] = [];
  readonly #totals: { value: Value; first: string }[] = [];
  readonly #locals = new Map<Value, Text>();
  readonly #reads = new Map<string, Text>();

  constructor(
    private readonly w: Writer,
    private readonly group: Group,
    private readonly stored: (value: Value) => boolean,
    /** Tells that a number is put into an array, which others read. */
    private readonly copied: (value: Value) => boolean = () => false,
  ) {
    const space = group.space!;
    this.#keep = mergedAxes(group, space);
    this.#space = this.#keep.map((axis, k) => {
      const from = k === 0 ? 0 : this.#keep[k - 1] + 1;
      return sizeOf(space.slice(from, axis + 1));
    });
    this.#counters = this.#space.map(() => w.fresh("i"));
    this.#before = Array.from({ length: this.#space.length + 1 }, () => []);
    this.#after = Array.from({ length: this.#space.length + 1 }, () => []);
  }

  /** Adds the loop nest to the function being written. */
  write(): void {
    const { w } = this, turns = sizeOf(this.#space);
    if (typeof turns === "number" && turns <= TURNS) {
      this.#build();
      this.#once.forEach((line) => w.line(line()));
      this.#totals.forEach(({ value, first }) => w.line(`let ${w.name(value)} = ${first};`));
      this.#nest("0", this.#space.length > 0 ? w.size(this.#space[0]) : "");
      this.#totals.forEach(({ value }) => {
        w.declare(value);
        if (this.copied(value)) w.line(`${w.name(value)} = ${w.asStored(value, w.name(value))};`);
        w.line(() => w.share(value));
      });
      return;
    }
    const from = w.fresh("i"), to = w.fresh("i"), piece = w.fresh("p");
    const name = w.inner([from, to], () => {
      this.#build();
      this.#totals.forEach(({ value }) => w.line(`let ${w.name(value)} = ${w.slot(value)};`));
      this.#nest(from, to);
      this.#totals.forEach(({ value }) => w.line(`${w.slot(value)} = ${w.name(value)};`));
    });
    this.#once.forEach((line) => w.line(line()));
    this.#totals.forEach(({ value, first }) => w.line(`${w.slot(value)} = ${first};`));
    const n = w.size(this.#space[0]), rest = sizeOf(this.#space.slice(1));
    const steps = typeof rest === "number"
      ? Math.max(1, Math.floor(TURNS / Math.max(1, rest)))
      : `Math.max(1, ${TURNS} / ${w.size(rest)} | 0)`;
    const args = [...w.loops, "i", `Math.min(i + ${piece}, ${n})`].join(", ");
    w.line(`const ${piece} = ${steps};`);
    w.line(`for (let i = 0; i < ${n}; i += ${piece}) ${name}(${args});`);
    this.#totals.forEach(({ value }) => {
      if (this.copied(value)) w.line(`${w.slot(value)} = ${w.asStored(value, w.slot(value))};`);
      w.line(w.fetch(value));
    });
  }

  /** Works out what is computed in which of the loops. */
  #build(): void {
    const { w } = this, turns = sizeOf(this.#space), many = typeof turns !== "number" || turns >= MANY;
    for (const item of this.group.items) {
      if (item.kind === "reduction") this.#reduce(item);
      else if (item.kind === "pointwise") {
        const args = item.operands.map((o) => this.#operand(o)),
          level = Math.max(0, ...args.map((a) => a.level));
        const name = many ? (e: string) => this.#variable("e", e, level).text : undefined;
        const { value, part } = item, text = item.write(args.map((a) => a.text), name);
        if (part) {
          this.#store(value, text, part.strides, part.offset);
          continue;
        }
        const local = w.name(value), isStored = this.stored(value);
        const number = isStored || this.copied(value) ? w.asStored(value, text) : text;
        if (this.#isVariable(value)) this.#before[0].push(w.define(value, number));
        else this.#before[level].push(`const ${local} = ${number};`);
        this.#locals.set(value, { text: local, level });
        if (isStored) this.#store(value, local, contiguous(this.group.space!));
      }
    }
    this.#before[this.#space.length].push(...this.#stores);
  }

  /** Writes the loops, the outermost over a part of its turns. */
  #nest(from: string, to: string): void {
    const { w } = this, depth = this.#space.length;
    for (let level = 0; level <= depth; level++) {
      this.#before[level].forEach((l) => w.line(l));
      if (level < depth) {
        const i = this.#counters[level];
        w.line(
          level > 0
            ? w.loop(i, w.size(this.#space[level]))
            : `for (let ${i} = ${from}; ${i} < ${to}; ${i}++) {`,
        );
      }
    }
    for (let level = depth; level >= 0; level--) {
      this.#after[level].forEach((l) => w.line(l));
      if (level > 0) w.line("}");
    }
  }

  #isVariable(value: Value): boolean {
    return this.#space.length === 0 && !this.stored(value);
  }

  #strides(strides: Sizes): Size[] {
    return this.#keep.map((axis) => strides[axis] ?? 0);
  }

  #operand(operand: Operand): Text {
    const { w } = this, { ref, dtype, counter } = operand;
    if (counter !== undefined) return { text: this.#counters[counter], level: counter + 1 };
    let found: Text;
    if (ref.kind === "fill") found = { text: literal(ref.number, dtype), level: 0 };
    else if (this.#locals.has(ref.root) && isIdentity(operand, this.group.space!)) {
      found = this.#locals.get(ref.root)!;
    } else if (ref.kind === "scalar") found = { text: w.scalar(ref.root), level: 0 };
    else return this.#read(operand as Operand & { ref: View });
    return this.#guarded(found, operand);
  }

  /** Returns an element within its limits, if it has any. */
  #guarded(found: Text, { guard, dtype }: Operand): Text {
    if (!guard || guard.limits.length === 0) return found;
    const conditions = guard.limits.map(({ axis, from, to }) => {
      const i = this.#counters[axis];
      return `${from === 0 ? "" : `${i} >= ${this.w.size(from)} && `}${i} < ${this.w.size(to)}`;
    });
    return {
      text: `(${conditions.join(" && ")} ? ${found.text} : ${literal(guard.otherwise, dtype)})`,
      level: Math.max(found.level, ...guard.limits.map((l) => l.axis + 1)),
    };
  }

  /** Returns an element read from memory, into a variable as far out as possible. */
  #read(operand: Operand & { ref: View }): Text {
    const { w } = this, { ref, dtype, indirect } = operand;
    const { array, terms } = w.start(ref);
    let at = this.#index(terms, this.#strides(operand.strides));
    if (indirect) {
      const { text, level } = this.#operand(indirect.index), length = w.size(indirect.length);
      // As an unsigned number a negative one is beyond every length.
      const from = this.#variable(
        "r",
        `${text} >>> 0 < ${length} ? ${text} : beyond(${text}, ${length})`,
        level,
      );
      at = {
        text: w.sum([at.text === "0" ? "" : at.text, w.term(indirect.stride, from.text)]),
        level: Math.max(at.level, from.level),
      };
    }
    const element = converted(`${array}[${at.text}]`, dtype === "bool" ? "float" : dtype, dtype);
    const { text, level } = this.#guarded({ text: element, level: at.level }, operand);
    return this.#variable("r", text, level);
  }

  #variable(prefix: string, text: string, level: number): Text {
    const known = this.#reads.get(text);
    if (known) return known;
    const name = this.w.fresh(prefix), found = { text: name, level };
    this.#before[level].push(`const ${name} = ${text};`);
    this.#reads.set(text, found);
    return found;
  }

  /** Returns the number of an element, with what is constant computed outside the inner loop. */
  #index(terms: string[], strides: Sizes): Text {
    const { w } = this;
    let level = strides.length;
    while (level > 0 && strides[level - 1] === 0) level--;
    if (level === 0) return { text: w.sum(terms), level };
    const outer = [...terms, ...strides.slice(0, level - 1).map((s, k) => w.term(s, this.#counters[k]))]
      .filter(Boolean);
    const inner = w.term(strides[level - 1], this.#counters[level - 1]);
    const plain = outer.length === 0 || (outer.length === 1 && /^\w+$/.test(outer[0]));
    // As far out as it can be: a read further out may share it.
    let around = level - 1;
    while (around > 0 && strides[around - 1] === 0) around--;
    const base = plain ? outer : [this.#variable("o", w.sum(outer), around).text];
    return { text: w.sum([...base, inner]), level };
  }

  #store(value: Value, text: string, strides: Sizes, offset: Size = 0): void {
    const { array, terms } = this.w.start({ ...whole(value), offset: { base: offset, steps: [] } });
    const number = value.dtype === "bool" ? converted(text, "bool", "float") : text;
    this.#stores.push(`${array}[${this.#index(terms, this.#strides(strides)).text}] = ${number};`);
  }

  #reduce(item: Reduction): void {
    const { w } = this, { value, by, axes } = item, depth = this.#space.length;
    const { text } = this.#operand(item.operand), name = w.name(value), { dtype } = value;
    const combine = (a: string, b: string) =>
      by === "sum" ? dtype === "int32" ? `${a} + ${b} | 0` : `${a} + ${b}` : `Math.${by}(${a}, ${b})`;
    const lowest = dtype === "int32" ? -(2 ** 31) : -Infinity,
      highest = dtype === "int32" ? 2 ** 31 - 1 : Infinity;
    const first = literal(by === "sum" ? 0 : by === "max" ? lowest : highest);
    const kept = this.#keep.filter((axis) => !axes.includes(axis));
    if (reducesTrailing(item)) {
      const level = kept.length, accumulate = `${name} = ${combine(name, text)};`;
      if (level === 0) {
        this.#totals.push({ value, first });
        this.#before[depth].push(accumulate);
        return;
      }
      this.#before[level].push(`let ${name} = ${first};`);
      this.#before[depth].push(accumulate);
      const { array, terms } = w.start(whole(value));
      const strides = contiguous(this.group.space!.slice(0, this.group.space!.length - axes.length));
      this.#after[level].push(`${array}[${this.#index(terms, this.#strides(strides)).text}] = ${name};`);
      return;
    }
    // The results are accumulated in memory, all of them at once.
    const all = this.group.space!, outer = all.map((_, i) => i).filter((i) => !axes.includes(i));
    const packed = contiguous(outer.map((i) => all[i])),
      strides: Size[] = all.map((_, i) => axes.includes(i) ? 0 : packed[outer.indexOf(i)]);
    const { array, terms } = w.start(whole(value));
    this.#once.push(() => {
      const i = w.fresh("i"), { array, terms } = w.start(whole(value));
      const n = w.size(sizeOf(outer.map((k) => all[k])));
      return `for (let ${i} = 0; ${i} < ${n}; ${i}++) ${array}[${w.sum([...terms, i])}] = ${first};`;
    });
    const at = `${array}[${this.#index(terms, this.#strides(strides)).text}]`;
    this.#before[depth].push(`${at} = ${combine(at, text)};`);
  }
}

/** Runs of axes that every operand walks through as if they were one: the last axis of each run. */
export function mergedAxes({ items }: Group, space: Sizes): number[] {
  const strides: Sizes[] = [], reduced: (readonly number[])[] = [];
  let irregular = false;
  const visit = (o: Operand): void => {
    if (o.guard || o.indirect || o.counter !== undefined) irregular = true;
    else if (o.ref.kind === "view") strides.push(o.strides);
  };
  for (const item of items) {
    if (item.kind === "pointwise") {
      item.operands.forEach(visit);
      if (item.part) strides.push(item.part.strides);
    } else if (item.kind === "reduction") {
      visit(item.operand);
      reduced.push(item.axes);
    }
  }
  return space.map((_, i) => i).filter((i) =>
    i === space.length - 1 || irregular || strides.some((s) => s[i] !== mulSizes(s[i + 1], space[i + 1])) ||
    reduced.some((axes) => axes.includes(i) !== axes.includes(i + 1))
  );
}
