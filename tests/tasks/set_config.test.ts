import assert from "node:assert/strict";
import type { Experiment } from "../../lib/results/mod.ts";
import { parseSetting, withSettings } from "../../tasks/runner/set_config.ts";
import { fake } from "./fake.ts";

const experiment: Experiment = {
  ...fake,
  profiles: {
    quick: {
      seeds: 2,
      steps: 10,
      rate: 0.1,
      fast: true,
      name: "a",
      sizes: [1, 2],
      net: { width: 3, none: null },
    },
    full: {
      seeds: 2,
      steps: 20,
      rate: 0.1,
      fast: true,
      name: "a",
      sizes: [1, 2],
      net: { width: 3 },
      late: 1,
    },
  },
};

const set = (...texts: string[]) => withSettings(experiment, "quick", texts.map(parseSetting));

Deno.test("--set puts values of the right type at their paths, and leaves the experiment as it was", () => {
  const { experiment: changed, set: values } = set(
    ...[
      "seeds=1",
      "steps=1e3",
      "rate=Infinity",
      "fast=false",
      "name=b,c=d",
      "sizes=[4]",
      "sizes.0=9",
      "net.width=5",
    ],
    ...['net={"width":6}', "fake:late=2", "other:steps=1"],
  );
  assert.deepEqual(changed.profiles.quick, {
    seeds: 1,
    steps: 1000,
    rate: Infinity,
    fast: false,
    name: "b,c=d",
    sizes: [9],
    net: { width: 6 },
    late: 2,
  });
  assert.deepEqual(Object.keys(values), [
    "seeds",
    "steps",
    "rate",
    "fast",
    "name",
    "sizes",
    "sizes.0",
    "net.width",
    "net",
    "late",
  ]);
  assert.equal(experiment.profiles.quick.steps, 10);
  assert.equal(changed.profiles.full, experiment.profiles.full);
});

Deno.test("--set refuses what is no setting, and values of another type, each in words", () => {
  const cases: [string, string][] = [
    ["steps", 'Invalid value "steps" of --set: expected key=value, as steps=1000'],
    [
      "stesp=1",
      'Cannot set stesp=1: the experiment "fake" has no setting "stesp" (did you mean "steps"?): it has seeds, steps, rate, ' +
      "fast, name, sizes, net, late",
    ],
    [
      "net.widht=1",
      'Cannot set net.widht=1: net has no setting "widht" (did you mean "width"?): it has width, none',
    ],
    ["steps.x=1", 'Cannot set steps.x=1: steps has no setting "x": it is a single value'],
    ["steps=ten", 'Cannot set steps=ten: steps is 10: found "ten", expected a number'],
    ["steps=", 'Cannot set steps=: steps is 10: found "", expected a number'],
    ["fast=1", 'Cannot set fast=1: fast is true: found "1", expected true or false'],
    ["sizes=1,2", 'Cannot set sizes=1,2: sizes is [1,2]: found "1,2", expected a list in JSON'],
    ['sizes=["a"]', 'Cannot set sizes=["a"]: sizes.0 is 1, a number: found "a"'],
    ["sizes=3", "Cannot set sizes=3: sizes is [1,2], a list: found 3"],
    [
      "net=3w",
      'Cannot set net=3w: net is {"width":3,"none":null}: found "3w", expected one of its settings (net.width, net.none), or all of it in JSON',
    ],
    [
      'net={"widht":3}',
      'Cannot set net={"widht":3}: net has no setting "widht" (did you mean "width"?): it has width, none',
    ],
    ["seeds=0", "Cannot set seeds=0: seeds is 2: found 0, expected an integer from 1 to 100000"],
    ["seeds=1.5", "Cannot set seeds=1.5: seeds is 2: found 1.5, expected an integer from 1 to 100000"],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => set(text), { name: "UsageError", message });
  }
});
