import { tf } from "../../tensor/mod.ts";
import { isTracing } from "./active.ts";
import { callerPlace } from "./caller.ts";

/**
 * The operations of tfjs that draw random numbers, by what a traced function draws with instead.
 */
const INSTEAD: Readonly<Record<string, string>> = {
  randomNormal: "random.normal(key, shape)",
  randomStandardNormal: "random.normal(key, shape)",
  truncatedNormal: "random.truncatedNormal(key, low, high, shape)",
  randomUniform: "random.uniform(key, shape, { min, max })",
  randomUniformInt: "random.randint(key, shape, min, max)",
  rand: "random.uniform(key, shape)",
  randomGamma: "random.gamma(key, concentration, shape)",
  multinomial: "random.categorical(key, logits)",
  dropout: "x.mul(random.bernoulli(key, 1 - rate, x.shape).div(1 - rate))",
};
/**
 * Each operation of tfjs opens a scope of its name, whoever calls it: layers and other copies too.
 */
const scopes = new Map(Object.keys(INSTEAD).map((name) => [`${name}__op`, name]));

const engine = tf.engine(), startScope = engine.startScope;

/** Refuses, in a trace, draws that would be made once and be the same in every call. */
engine.startScope = function (this: typeof engine, scope) {
  const name = scope !== undefined && isTracing() ? scopes.get(scope) : undefined;
  if (name === undefined) return startScope.call(this, scope);
  throw new Error(
    `Cannot draw with tf.${name}${callerPlace()} while tracing: its numbers would be drawn once, and be the same at every ` +
      `call. Draw with a key that is an argument, ${
        INSTEAD[name]
      }; in a model with sample, or the key of prngKey()`,
  );
};
