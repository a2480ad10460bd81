import assert from "node:assert/strict";
import { Normal } from "../../lib/distributions/mod.ts";
import {
  block,
  condition,
  deterministic,
  handler,
  inferConfig,
  intervene,
  type KeyMessage,
  lift,
  mask,
  param,
  plate,
  prngKey,
  replay,
  sample,
  scale,
  scope,
  seed,
  send,
  substitute,
  trace,
  uncondition,
} from "../../lib/ppl/mod.ts";
import { random, tf } from "../../lib/tensor/mod.ts";
import { number } from "./models.ts";

const key = random.key(0);

function model(): void {
  param("w", 1);
  deterministic("d", 2);
  using _p = plate("p", 3);
  sample("x", new Normal(0, 1));
  prngKey("k");
}

Deno.test("a handler sees messages by type: out before the values are there, back afterwards", () => {
  const seen: string[] = [];
  const watch = handler("watch", () => ({
    process: {
      any: ({ name }) => void seen.push(`any ${name}`),
      sample: ({ name, value }) => void seen.push(`${name} ${value}`),
    },
    postprocess: { sample: ({ name, value }) => void seen.push(`${name} ${value?.shape}`) },
  }));
  seed(watch(model), key)();
  assert.deepEqual(seen, ["any w", "any d", "any p", "any x", "x undefined", "x 3", "any k"]);
});

Deno.test("a hook may put another message in place of its own", () => {
  const renamed = handler("rename", () => ({
    process: { sample: (message) => ({ ...message, name: message.name + "!" }) },
  }));
  assert.deepEqual([...trace(seed(renamed(model), key)).get().sites.keys()], ["w", "d", "p", "x!"]);
});

Deno.test("a message of a type that handlers do not know passes all of them as it is", () => {
  const unknown = { type: "markov", name: "m", stop: false };
  using tracing = trace();
  using others = new DisposableStack();
  const contexts = [
    seed(key),
    mask(false),
    scale(2),
    condition({ m: 1 }),
    substitute({ data: { m: 1 } }),
    replay({ params: { m: 1 } }),
    lift(new Normal(0, 1)),
    intervene({ m: 1 }),
    uncondition(),
    plate("p", 2),
  ];
  contexts.forEach((context) => others.use(context));
  send(unknown as unknown as KeyMessage);
  assert.deepEqual(unknown, { type: "markov", name: "m", stop: false });
  assert.deepEqual([...tracing.trace.sites.keys()], ["p"]);
  using _scope = scope({ prefix: "s" });
  using _block = block({ hide: ["m"] });
  send(unknown as unknown as KeyMessage);
  assert.deepEqual(unknown, { type: "markov", name: "m", stop: true });
});

Deno.test("a handler of functions, or of nothing, has both forms too", () => {
  const config = () => ({ isAuxiliary: true }), x = () => sample("x", new Normal(0, 1), { obs: 1 });
  assert.equal(trace(inferConfig(x, config)).get().sampleSite("x").infer.isAuxiliary, true);
  {
    using tracing = trace();
    using _config = inferConfig(config);
    x();
    assert.equal(tracing.trace.sampleSite("x").infer.isAuxiliary, true);
  }
  assert.deepEqual(trace(seed(uncondition(x), key)).get().observedSites, []);
  using _seed = seed(key);
  using _uncondition = uncondition();
  assert.notEqual(number(x()), 1);
});

Deno.test("the state of a handler around a function is made anew at each call", () => {
  const count = handler("count", () => {
    let n = 0;
    return { process: { deterministic: (message) => void (message.value = tf.scalar(n++)) } };
  });
  const counted = count(() => [deterministic("a", 7), deterministic("b", 7)].map(number));
  assert.deepEqual([counted(), counted()], [[0, 1], [0, 1]]);
});
