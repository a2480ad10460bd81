import { Bytes } from "./bytes.ts";
import type { ConstantPool } from "./constants.ts";
import type { Local, Operand } from "./operand.ts";
import { access, type Instruction, type MemoryInstruction, op, type Type, TYPES } from "./instructions.ts";

/** The code of one function; `width` vectors side by side overlap their latencies. */
export class FunctionBuilder {
  readonly #locals: Type[] = [];
  readonly #code = new Bytes();

  /** Begins a function of the given parameters. */
  constructor(
    readonly parameters: readonly Type[],
    readonly results: readonly Type[],
    readonly pool: ConstantPool,
    public width: number = 1,
  ) {}

  /** Returns a parameter. */
  argument(i: number): Local {
    return { local: i, step: 0 };
  }

  /** Returns a new local variable, one in all or one for each vector. */
  variable(type: Type, each: boolean = false): Local {
    const local = this.parameters.length + this.#locals.length;
    for (let i = 0; i < (each ? this.width : 1); i++) this.#locals.push(type);
    return { local, step: each && this.width > 1 ? 1 : 0 };
  }

  /** Adds an instruction, whose operands are on the stack. */
  emit(instruction: Instruction): void {
    this.#code.add(instruction);
  }

  /** Puts a value on the stack, that of one of the vectors side by side. */
  push(operand: Operand, vector: number = 0): void {
    const code = this.#code;
    if ("local" in operand) {
      code.byte(0x20);
      code.unsigned(operand.local + operand.step * vector);
    } else if ("i32" in operand) {
      code.byte(0x41);
      code.signed(operand.i32 | 0);
    } else if ("f64" in operand) {
      code.byte(0x44);
      code.add(new Uint8Array(Float64Array.of(operand.f64).buffer));
    } else {
      this.push({ i32: operand.address });
      this.access(access.load);
    }
  }

  /** Takes a local variable's new value from the stack. */
  set(target: Local, vector: number = 0): void {
    this.#code.byte(0x21);
    this.#code.unsigned(target.local + target.step * vector);
  }

  /** Gives a local variable the result of an instruction. */
  assign(target: Local, instruction: Instruction, ...operands: Operand[]): void {
    for (const operand of operands) this.push(operand);
    this.emit(instruction);
    this.set(target);
  }

  /** Returns a value computed once, for all vectors together. */
  once(type: Type, instruction: Instruction, ...operands: Operand[]): Local {
    const target = this.variable(type);
    this.assign(target, instruction, ...operands);
    return target;
  }

  /** Returns a vector computed for each of the vectors side by side; constants are loaded once. */
  each(instruction: Instruction, ...given: Operand[]): Local {
    const operands = this.width === 1
      ? given
      : given.map((operand) => "address" in operand ? this.once("v128", [], operand) : operand);
    const target = this.variable("v128", true);
    for (let v = 0; v < this.width; v++) {
      for (const operand of operands) this.push(operand, v);
      this.emit(instruction);
      this.set(target, v);
    }
    return target;
  }

  /** Adds a load or a store, whose operands are on the stack; `lane` where it moves one lane. */
  access({ code, align }: MemoryInstruction, offset: number = 0, lane?: number): void {
    this.emit(code);
    this.#code.byte(align);
    this.#code.unsigned(offset);
    if (lane !== undefined) this.#code.byte(lane);
  }

  /** Calls a function of the module by its number, imported ones first. */
  call(index: number): void {
    this.#code.byte(0x10);
    this.#code.unsigned(index);
  }

  /** Runs `body` at least once, and again while the i32 condition that it leaves holds. */
  doWhile(body: () => void): void {
    this.emit([0x03, 0x40]);
    body();
    this.emit([0x0d, 0, 0x0b]);
  }

  /** Runs `body` where the i32 condition on the stack holds, else `otherwise`. */
  when(body: () => void, otherwise?: () => void): void {
    this.emit([0x04, 0x40]);
    body();
    if (otherwise) {
      this.emit([0x05]);
      otherwise();
    }
    this.emit([0x0b]);
  }

  /** Runs `body` while the counter, moved on by `step` each time, is below `end`. */
  count(counter: Local, end: Operand, step: number, body: () => void): void {
    const isBelow = (): void => {
      this.push(counter);
      this.push(end);
      this.emit(op.i32LtS);
    };
    isBelow();
    this.when(() =>
      this.doWhile(() => {
        body();
        this.assign(counter, op.i32Add, counter, { i32: step });
        isBelow();
      })
    );
  }

  /** Returns the function's code with its local variables and its length before it. */
  encode(): Uint8Array {
    const runs: [number, Type][] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.[1] === type) last[0]++;
      else runs.push([1, type]);
    }
    const body = new Bytes(), all = new Bytes();
    body.unsigned(runs.length);
    for (const [count, type] of runs) {
      body.unsigned(count);
      body.byte(TYPES[type]);
    }
    body.add(this.#code.view());
    body.byte(0x0b);
    all.sized(body.view());
    return all.view();
  }
}
