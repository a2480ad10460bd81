/**
 * Pyrosaur in one file, to be read from top to bottom: a model is an ordinary function; it runs once,
 * on numbers that have no values yet, and what it did is a graph; the graph is differentiated and
 * becomes a program, which trains. The library does the same for tensors of any rank, loops, many
 * families, guides and engines; here are vectors, one family, one engine and nothing imported.
 *
 * @example The posterior of a mean, known exactly: 3.2 / 4 on average, with a deviation of 1 / 2
 * ```ts
 * import { type Node, Normal, param, sample, svi } from "./mini.ts";
 * import assert from "node:assert/strict";
 *
 * const model = (x: Node) => {
 *   const mean = sample("mean", new Normal(0, 1));
 *   sample("x", new Normal(mean, 1), { obs: x });
 * };
 * const guide = () => void sample("mean", new Normal(param("loc", 0), param("logScale", 0).exp()));
 * const { params } = svi(model, guide, { lr: 0.01, steps: 2000, seed: 0, data: [[1.5, 0.7, 1]] });
 * assert(Math.abs(params.loc[0] - 0.8) < 0.1);
 * assert(Math.abs(Math.exp(params.logScale[0]) - 0.5) < 0.1);
 * ```
 *
 * @module
 */

// 1. Numbers without values
//
// A node says how a number, or each number of a vector, will be computed. A scalar stands for a
// vector of any length whose numbers are all the same.

type Operation = "add" | "sub" | "mul" | "div" | "exp" | "log" | "sqrt";

/** An operation that works number by number: as JavaScript, and the derivatives of its result. */
interface Rule {
  code(...inputs: string[]): string;
  slopes(result: Node, ...inputs: Node[]): Node[];
}

const operations: Record<Operation, Rule> = {
  add: { code: (a, b) => `${a} + ${b}`, slopes: () => [node(1), node(1)] },
  sub: { code: (a, b) => `${a} - ${b}`, slopes: () => [node(1), node(-1)] },
  mul: { code: (a, b) => `${a} * ${b}`, slopes: (_, a, b) => [b, a] },
  div: { code: (a, b) => `${a} / ${b}`, slopes: (y, _, b) => [node(1).div(b), y.div(b).mul(-1)] },
  exp: { code: (a) => `Math.exp(${a})`, slopes: (y) => [y] },
  log: { code: (a) => `Math.log(${a})`, slopes: (_, a) => [node(1).div(a)] },
  sqrt: { code: (a) => `Math.sqrt(${a})`, slopes: (y) => [node(0.5).div(y)] },
};

/** A number, or a vector of `length` numbers, as the formula that gives it. */
export class Node {
  /** A constant, an input of the program, or the result of an operation. */
  constructor(
    readonly what: number | "input" | "sum" | Operation,
    readonly inputs: readonly Node[] = [],
    readonly length: number | undefined = what === "sum" ? undefined : lengthOf(inputs),
  ) {}

  add = (other: Node | number): Node => new Node("add", [this, node(other)]);
  sub = (other: Node | number): Node => new Node("sub", [this, node(other)]);
  mul = (other: Node | number): Node => new Node("mul", [this, node(other)]);
  div = (other: Node | number): Node => new Node("div", [this, node(other)]);
  exp = (): Node => new Node("exp", [this]);
  log = (): Node => new Node("log", [this]);
  sqrt = (): Node => new Node("sqrt", [this]);
  /** The sum over a vector; a scalar is its own. */
  sum = (): Node => this.length === undefined ? this : new Node("sum", [this]);
}

const node = (x: Node | number): Node => typeof x === "number" ? new Node(x) : x;

/** Returns the length that scalars and vectors have together. */
function lengthOf(nodes: readonly Node[]): number | undefined {
  const lengths = new Set(nodes.map((node) => node.length).filter((n) => n !== undefined));
  if (lengths.size > 1) throw new Error(`Cannot combine vectors of ${[...lengths].join(" and ")} numbers`);
  return [...lengths][0];
}

// 2. Derivatives
//
// The graph is walked from the loss back to its inputs; the derivative of each node is the sum of
// what its users send it. Derivatives are nodes as well, so the same program computes them.

/** Returns the nodes that others are computed from, and these, each after its inputs. */
function inOrder(of: readonly Node[]): Node[] {
  const met = new Set<Node>();
  const visit = (node: Node): void => {
    if (met.has(node)) return;
    node.inputs.forEach(visit);
    met.add(node);
  };
  of.forEach(visit);
  return [...met];
}

/** Returns the derivatives of a scalar by other nodes. */
export function grad(loss: Node, by: readonly Node[]): Node[] {
  const slopes = new Map<Node, Node>([[loss, node(1)]]);
  for (const y of inOrder([loss]).reverse()) {
    const slope = slopes.get(y);
    if (!slope || typeof y.what === "number" || y.what === "input") continue;
    const own = y.what === "sum" ? [node(1)] : operations[y.what].slopes(y, ...y.inputs);
    y.inputs.forEach((x, i) => {
      let part = slope.mul(own[i]);
      // A scalar that met a vector was used as often as the vector is long.
      if (x.length === undefined && y.length !== undefined) {
        part = part.length === undefined ? part.mul(y.length) : part.sum();
      }
      slopes.set(x, slopes.get(x)?.add(part) ?? part);
    });
  }
  return by.map((x) => slopes.get(x) ?? node(0));
}

// 3. The program
//
// Nodes become lines of JavaScript. Those that can share a loop over the numbers of their vectors
// do: a block is one loop, or lines outside of loops. A node is in the block of its inputs, or in a
// later one where an input has another length, or is a sum that its loop has to end first.

/** A compiled graph: reads the arrays of the inputs, then writes those of the outputs. */
type Program = (inputs: readonly Float64Array[], outputs: readonly Float64Array[]) => void;

/** Compiles nodes to one function; a scalar comes and goes as an array of one number. */
export function compile(inputs: readonly Node[], outputs: readonly Node[]): Program {
  const nodes = inOrder([...inputs, ...outputs]), names = new Map(nodes.map((x, i) => [x, `v${i}`]));
  const isGiven = (x: Node) => typeof x.what === "number" || x.what === "input";
  const loopOf = (x: Node) => x.what === "sum" ? x.inputs[0].length : x.length;

  const levels = new Map<Node, number>(), blocks = new Map<string, Node[]>();
  const blockOf = (x: Node) => `${levels.get(x)} ${loopOf(x)}`;
  for (const y of nodes.filter((x) => !isGiven(x))) {
    const isTogether = (x: Node) => x.what !== "sum" && loopOf(x) === loopOf(y);
    const least = y.inputs.map((x) => isGiven(x) ? 0 : levels.get(x)! + (isTogether(x) ? 0 : 1));
    levels.set(y, Math.max(...least));
    blocks.set(blockOf(y), [...blocks.get(blockOf(y)) ?? [], y]);
  }

  const readApart = nodes.flatMap((y) => y.inputs.filter((x) => blockOf(x) !== blockOf(y)));
  const stored = new Set([...readApart, ...outputs].filter((x) => x.length !== undefined && !isGiven(x)));
  const whole = (x: Node): string => {
    if (typeof x.what === "number") return `(${x.what})`;
    return x.length === undefined ? names.get(x)! : `${names.get(x)}s`;
  };
  const line = (y: Node): string => {
    const name = names.get(y);
    const operands = y.inputs.map((x) => {
      if (x.length === undefined) return whole(x);
      return blockOf(x) === blockOf(y) ? names.get(x)! : `${whole(x)}[i]`;
    });
    if (y.what === "sum") return `${name} += ${operands[0]};`;
    const text = `const ${name} = ${operations[y.what as Operation].code(...operands)};`;
    return stored.has(y) ? `${text} ${name}s[i] = ${name};` : text;
  };
  const inLoop = (block: Node[]): string => {
    const length = loopOf(block[0]), lines = block.map(line).join("\n");
    if (length === undefined) return lines;
    const sums = block.filter((x) => x.what === "sum").map((x) => `let ${names.get(x)} = 0;\n`).join("");
    return `${sums}for (let i = 0; i < ${length}; i++) {\n${lines}\n}`;
  };

  const first = (x: Node) => x.length === undefined ? "[0]" : "";
  const reads = inputs.map((x, i) => `const ${whole(x)} = inputs[${i}]${first(x)};`);
  const writes = outputs.map((x, i) => `outputs[${i}].set(${first(x) ? `[${whole(x)}]` : whole(x)});`);
  const inOrderOfLevel = [...blocks.values()].sort(([a], [b]) => levels.get(a)! - levels.get(b)!);
  const body = [...reads, ...inOrderOfLevel.map(inLoop), ...writes].join("\n");
  const arrays = [...stored].map((x) => `const ${names.get(x)}s = new Float64Array(${x.length});\n`);
  return new Function(`${arrays.join("")}return (inputs, outputs) => {\n${body}\n};`)();
}

// 4. Random numbers
//
// A key gives other keys, and draws, always the same, as in JAX. While a model is traced there is no
// key yet: a draw is an input of the graph, and its key the way there from the key of a step. Each
// step goes that way again.

type Words = readonly [number, number];

/** Encrypts the counter (0, `x`) under a key: threefry2x32 (Salmon et al. 2011). */
function threefry([k0, k1]: Words, x: number): Words {
  const ks = [k0, k1, k0 ^ k1 ^ 0x1bd11bda];
  let a = k0 | 0, b = x + k1 | 0;
  for (let round = 0; round < 20; round++) {
    const by = [13, 15, 26, 6, 17, 29, 16, 24][round % 8];
    a = a + b | 0;
    b = (b << by | b >>> 32 - by) ^ a;
    if (round % 4 < 3) continue;
    const n = (round + 1) / 4;
    a = a + ks[n % 3] | 0;
    b = b + ks[(n + 1) % 3] + n | 0;
  }
  return [a, b];
}

/** Returns the standard normal of 32 random bits, by the quantile function (Giles 2012). */
function normalOf(bits: number): number {
  const x = (bits >>> 9) * 2 ** -22 - 0.99999994, w = -Math.log1p(-x * x);
  const [at, powers] = w < 5 ? [w - 2.5, CENTRE] : [Math.sqrt(w) - 3, TAIL];
  return Math.SQRT2 * x * powers.reduce((sum, c) => sum * at + c);
}
const CENTRE = [2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 2.1858087e-4, -1.25372503e-3]
  .concat([-4.17768164e-3, 0.246640727, 1.50140941]);
const TAIL = [-2.00214257e-4, 1.00950558e-4, 1.34934322e-3, -3.67342844e-3, 5.73950773e-3, -7.6224613e-3]
  .concat([9.43887047e-3, 1.00167406, 2.83297682]);

/** Fills an array with normals: number i is what the counter i becomes. */
function fillNormal(key: Words, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) {
    const [a, b] = threefry(key, i);
    out[i] = normalOf(a ^ b);
  }
}

/** A key of the random number generator, as the way to it from the key of a step. */
export class Key {
  constructor(readonly from: (root: Words) => Words = (root) => root) {}

  foldIn = (data: number): Key => new Key((root) => threefry(this.from(root), data));
  split = (): [Key, Key] => [this.foldIn(0), this.foldIn(1)];

  /** Draws a standard normal, or a vector of them: an input to be filled at each step. */
  normal(length: number | undefined): Node {
    const node = new Node("input", [], length);
    draws.push({ node, key: this });
    return node;
  }
}

/** The draws of the trace under way. */
let draws: { node: Node; key: Key }[] = [];

// 5. A distribution

/** The normal distribution. */
export class Normal {
  readonly loc: Node;
  readonly scale: Node;

  constructor(loc: Node | number, scale: Node | number) {
    [this.loc, this.scale] = [node(loc), node(scale)];
  }

  /** Draws as a function of the parameters, so that derivatives pass (Kingma and Welling 2014). */
  sample(key: Key): Node {
    return key.normal(lengthOf([this.loc, this.scale])).mul(this.scale).add(this.loc);
  }

  /** Returns the logarithms of the density, one for each number. */
  logProb(value: Node): Node {
    const z = value.sub(this.loc).div(this.scale);
    return z.mul(z).mul(-0.5).sub(this.scale.log()).sub(Math.log(2 * Math.PI) / 2);
  }
}

// 6. Sites and handlers
//
// What a model says reaches the handlers around it as a message, from the innermost outwards; each
// may answer it. Then it has a value, and goes past them once more. There is nothing else: to
// record, to draw, to condition and to train are handlers of a few lines.

/** A number, or those of a vector. */
type Numbers = number | readonly number[];

/** A message of a random variable, or of a parameter, which has a first value instead. */
interface Message {
  readonly name: string;
  readonly distribution?: Normal;
  readonly init?: Numbers;
  value?: Node;
  key?: Key;
}

interface Handler {
  before?(message: Message): void;
  after?(message: Message): void;
}

type Model = (...args: any[]) => unknown;

const handlers: Handler[] = [];

function send(message: Message): Node {
  const { name, distribution, init } = message, inwards = [...handlers].reverse();
  inwards.forEach((handler) => handler.before?.(message));
  if (!message.value && distribution && !message.key) {
    throw new Error(`Cannot draw "${name}": the model runs without a key; put seed around it`);
  }
  message.value ??= distribution ? distribution.sample(message.key!) : inputFor(init!);
  inwards.forEach((handler) => handler.after?.(message));
  return message.value;
}

const inputFor = (x: Numbers): Node => new Node("input", [], typeof x === "number" ? undefined : x.length);

/** Says that a value is random, or that it was observed. */
export const sample = (name: string, distribution: Normal, { obs }: { obs?: Node } = {}): Node =>
  send({ name, distribution, value: obs });

/** Says that a number, or a vector, is to be learned. */
export const param = (name: string, init: Numbers): Node => send({ name, init });

/** Makes a function that runs a model inside of a handler. */
const within = (make: () => Handler) => (model: Model): Model => (...args) => {
  handlers.push(make());
  try {
    return model(...args);
  } finally {
    handlers.pop();
  }
};

/** Gives each site that is to be drawn a key of its own. */
const seed = (key: Key) =>
  within(() => {
    let rest = key;
    return {
      before(message) {
        if (message.value || !message.distribution) return;
        [rest, message.key] = rest.split();
      },
    };
  });

/** Gives sites and parameters the values of a trace. */
const replay = (trace: Map<string, Message>) =>
  within(() => ({
    before: (message) => void (message.value ??= trace.get(message.name)?.value),
  }));

/** Runs a model and returns its messages by name. */
export function trace(model: Model, args: readonly unknown[]): Map<string, Message> {
  const messages = new Map<string, Message>();
  within(() => ({ after: (message) => void messages.set(message.name, message) }))(model)(...args);
  return messages;
}

// 7. Inference
//
// The evidence lower bound is what a guide is worth as a posterior. A step draws from the guide,
// differentiates an estimate of the bound, and moves the parameters: one program for all of it.

/** Returns the sum of the log densities of a trace. */
const logDensity = (messages: Map<string, Message>): Node =>
  [...messages.values()].filter((m) => m.distribution).map((m) => m.distribution!.logProb(m.value!).sum())
    .reduce((a, b) => a.add(b), node(0));

/** Settings of a training. */
interface Settings {
  /** Adam's learning rate. */
  readonly lr: number;
  readonly steps: number;
  readonly seed: number;
  /** The arguments of model and guide. */
  readonly data: readonly Numbers[];
}

/** The parameters, by name, and the loss of each step. */
interface Fit {
  readonly params: Record<string, Float64Array>;
  readonly losses: Float64Array;
}

/** Trains a guide by stochastic variational inference (Hoffman et al. 2013) with Adam. */
export function svi(model: Model, guide: Model, { lr, steps, seed: number, data }: Settings): Fit {
  draws = [];
  const args = data.map(inputFor), [forGuide, forModel] = new Key().split();
  const q = trace(seed(forGuide)(guide), args), p = trace(replay(q)(seed(forModel)(model)), args);
  const loss = logDensity(q).sub(logDensity(p));

  // Adam (Kingma and Ba 2015): a parameter and its two moments go in and come out.
  const params = [...new Map([...q, ...p]).values()].filter((message) => !message.distribution);
  const slopes = grad(loss, params.map(({ value }) => value!)),
    rate = new Node("input"),
    eps = new Node("input");
  const moves = params.map(({ value, init }, i) => {
    const [x, m, v] = [value!, inputFor(init!), inputFor(init!)];
    const mean = m.mul(0.9).add(slopes[i].mul(0.1));
    const square = v.mul(0.999).add(slopes[i].mul(slopes[i]).mul(0.001));
    return { from: [x, m, v], to: [x.sub(rate.mul(mean).div(square.sqrt().add(eps))), mean, square] };
  });
  const step = compile(
    [...moves.flatMap(({ from }) => from), ...draws.map((draw) => draw.node), ...args, rate, eps],
    [...moves.flatMap(({ to }) => to), loss],
  );

  const arrayOf = (x: Numbers) => Float64Array.from(typeof x === "number" ? [x] : x);
  const state = params.flatMap((
    { init },
  ) => [arrayOf(init!), arrayOf(init!).fill(0), arrayOf(init!).fill(0)]);
  const noise = draws.map((draw) => new Float64Array(draw.node.length ?? 1));
  const [rates, epsilon, losses] = [1, 1, steps].map((length) => new Float64Array(length));
  const inputs = [...state, ...noise, ...data.map(arrayOf), rates, epsilon];
  for (let t = 0; t < steps; t++) {
    const words = threefry(threefry([0, number], 1), t);
    draws.forEach(({ key }, d) => fillNormal(key.from(words), noise[d]));
    const root = Math.sqrt(1 - 0.999 ** (t + 1));
    [rates[0], epsilon[0]] = [lr * root / (1 - 0.9 ** (t + 1)), 1e-8 * root];
    step(inputs, [...state, losses.subarray(t, t + 1)]);
  }
  return { params: Object.fromEntries(params.map(({ name }, i) => [name, state[3 * i]])), losses };
}
