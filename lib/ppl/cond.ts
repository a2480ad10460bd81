import { MaskedMixture } from "../distributions/mod.ts";
import { asTensor, describeNode, flatten, isTensor, sameShape, type Tensor, tf } from "../tensor/mod.ts";
import { treeDifference, unflatten } from "../tensor/mod.ts";
import type { Handler } from "./handler.ts";
import type { DeterministicMessage, SampleMessage } from "./message.ts";
import { enter, send } from "./runtime.ts";
import { andMask, asScale } from "./scaling.ts";

/** Thrown to end a run of a branch at a site whose value is to be decided with the other branch. */
class AtSite {
  constructor(readonly message: SampleMessage) {}
}

/** A run of a branch: up to a site without a value, or to the end. */
interface Run {
  readonly open?: SampleMessage;
  readonly result?: unknown;
  readonly computed: readonly DeterministicMessage[];
}

/** A site whose value is decided, and the branch that has it. */
interface Decided {
  readonly message: SampleMessage;
  readonly owner: "both" | boolean;
}

/** Runs the first or the second branch with the values of sites that are decided. */
function runBranch(branch: () => unknown, isFirst: boolean, decided: ReadonlyMap<string, Decided>): Run {
  const computed: DeterministicMessage[] = [];
  const handler: Handler = {
    label: "cond",
    process: {
      sample(message) {
        if (message.scanned) refuseScan(message.name);
        const known = decided.get(message.name);
        if (!known) throw new AtSite({ ...message });
        if (known.owner !== "both" && known.owner !== isFirst) {
          fail(`the branches have site "${message.name}" at other places in their order`);
        }
        [message.value, message.isObserved, message.stop] = [
          known.message.value,
          known.message.isObserved,
          true,
        ];
      },
      deterministic(message) {
        message.stop = true;
        computed.push({ ...message });
      },
    },
  };
  using _handler = enter(handler);
  try {
    return { result: branch(), computed };
  } catch (thrown) {
    if (thrown instanceof AtSite) return { open: thrown.message, computed };
    throw thrown;
  }
}

/** Puts the messages of a site that both branches have together. */
function together(isTrue: Tensor, yes: SampleMessage, no: SampleMessage): SampleMessage {
  const { name } = yes, [a, b] = [yes.distribution, no.distribution];
  if (!sameShape(a.shape(), b.shape()) || !sameShape(a.eventShape, b.eventShape)) {
    fail(`site "${name}" has shape [${a.shape()}] in one branch and [${b.shape()}] in the other`);
  }
  if (`${a.support}` !== `${b.support}`) {
    fail(`site "${name}" has support ${a.support} in one branch and ${b.support} in the other`);
  }
  if (yes.isObserved !== no.isObserved) fail(`site "${name}" is observed in one branch only`);
  const scale = yes.scale === no.scale ? yes.scale : tf.where(isTrue, asScale(yes.scale), asScale(no.scale));
  const mask = yes.mask === no.mask
    ? yes.mask
    : tf.where(isTrue, asMask(yes.mask), asMask(no.mask)) as Tensor;
  const value = yes.value && no.value && tf.where(isTrue, yes.value, no.value);
  return { ...yes, distribution: new MaskedMixture(isTrue, b, a), value, scale, mask };
}

const asMask = (mask: boolean | Tensor): Tensor =>
  typeof mask === "boolean" ? tf.scalar(mask, "bool") : mask.cast("bool");

/**
 * Runs one of two functions with sites, by a scalar that the model computes, as NumPyro's `cond`. A
 * site that both branches have, in the same order and of the same shape, is one site: of the
 * distribution of the branch taken. A site of one branch alone keeps its prior where the other is
 * taken; if it observes data, they count only where its own is. In a graph both branches are
 * computed.
 *
 * @param isTrue a scalar: not 0 for the first branch; a plain boolean runs that branch alone
 * @param operand the argument of the branches
 * @returns the result of the branch taken: both return trees of tensors of the same shapes
 * @throws Error where results or sites of one name differ in shape, support or role, where their
 * order differs, and for a `scan` in a branch.
 *
 * @example A mean whose prior depends on a coin
 * ```ts
 * import { Bernoulli, Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { cond, logDensity, sample } from "@pyrosaur/pyrosaur/ppl";
 * import assert from "node:assert/strict";
 *
 * const model = () =>
 *   cond(
 *     sample("coin", new Bernoulli(0.5)),
 *     () => sample("mean", new Normal(10, 1)),
 *     () => sample("mean", new Normal(0, 3)),
 *     null,
 *   );
 * const at = (coin: number) => logDensity(model, [], { coin, mean: 10 }).logDensity.dataSync()[0];
 * const expected = -0.5 * Math.log(2 * Math.PI) + Math.log(0.5);
 * assert.ok(Math.abs(at(1) - expected) < 1e-5);
 * assert.ok(Math.abs(at(0) - (expected - Math.log(3) - 50 / 9)) < 1e-5);
 * ```
 */
export function cond<X, Y>(
  isTrue: Tensor | boolean,
  whenTrue: (operand: X) => Y,
  whenFalse: (operand: X) => Y,
  operand: X,
): Y {
  if (typeof isTrue === "boolean") return (isTrue ? whenTrue : whenFalse)(operand);
  if (!isTensor(isTrue) || isTrue.size !== 1) {
    fail(`the condition is ${describeNode(isTrue)}, expected a scalar; choose by member with tf.where`);
  }
  const first = isTrue.reshape([]).cast("bool"), decided = new Map<string, Decided>();
  const decide = (site: SampleMessage, owner: Decided["owner"]) => {
    const { name } = site, message = send(site) as SampleMessage;
    decided.set(name, { message, owner });
  };
  const alone = (message: SampleMessage, isFirst: boolean) => {
    const counts = isFirst ? first : first.logicalNot();
    decide(message.isObserved ? { ...message, mask: andMask(message.mask, counts) } : message, isFirst);
  };
  while (true) {
    const yes = runBranch(() => whenTrue(operand), true, decided);
    const no = runBranch(() => whenFalse(operand), false, decided);
    if (yes.open && no.open && yes.open.name === no.open.name) {
      decide(together(first, yes.open, no.open), "both");
    } else if (yes.open) alone(yes.open, true);
    else if (no.open) alone(no.open, false);
    else return concluded(first, yes, no) as Y;
  }
}

/** Records computed values, and returns the result. */
function concluded(isTrue: Tensor, yes: Run, no: Run): unknown {
  for (const message of yes.computed) {
    const { name, value } = message, other = no.computed.find((own) => own.name === name);
    if (other && !sameShape(other.value.shape, value.shape)) fail(`the values of "${name}" differ in shape`);
    send({ ...message, stop: false, value: other ? tf.where(isTrue, value, other.value) : value });
  }
  for (const message of no.computed) {
    if (!yes.computed.some(({ name }) => name === message.name)) send({ ...message, stop: false });
  }
  const alike = (a: Tensor, b: Tensor) => sameShape(a.shape, b.shape) && a.dtype === b.dtype;
  const differs = treeDifference(no.result, yes.result, isTensor, alike);
  if (differs) {
    fail(
      `the branches return ${describeNode(differs.before)} and ${describeNode(differs.found)}` +
        (differs.path && ` at ${differs.path}`),
    );
  }
  const [a, b] = [yes, no].map(({ result }) => flatten(result, isTensor).leaves);
  return unflatten(yes.result, isTensor, a.map((leaf, i) => tf.where(isTrue, leaf, asTensor(b[i]))));
}

function refuseScan(name: string): never {
  return fail(`site "${name}" is within a scan; put the cond into the step`);
}

function fail(why: string): never {
  throw new Error(`Cannot run cond: ${why}`);
}
