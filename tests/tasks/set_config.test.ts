import assert from "node:assert/strict";
import type { Experiment, ProfileName } from "../../lib/results/mod.ts";
import { parseSetting, withSettings } from "../../tasks/runner/set_config.ts";
import { registry } from "../../experiments/registry.ts";
import { fake } from "./fake.ts";

const experiment: Experiment = {
  ...fake,
  fractions: ["late"],
  profiles: {
    quick: {
      seeds: 2,
      steps: 10,
      rate: 0.1,
      fast: true,
      name: "a",
      sizes: [1, 2],
      net: { width: 3, none: null },
      offset: -1,
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
      offset: 2,
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
    ...['net={"width":6}', "fake:late=2.5", "other:steps=1", "offset=-3"],
  );
  assert.deepEqual(changed.profiles.quick, {
    seeds: 1,
    steps: 1000,
    rate: Infinity,
    fast: false,
    name: "b,c=d",
    sizes: [9],
    net: { width: 6 },
    offset: -3,
    late: 2.5,
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
    "offset",
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
      "fast, name, sizes, net, offset, late",
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
    ["steps=2.5", "Cannot set steps=2.5: steps is 10: found 2.5, expected an integer from 0"],
    ["steps=-1", "Cannot set steps=-1: steps is 10: found -1, expected an integer from 0"],
    ["steps=1e400", "Cannot set steps=1e400: steps is 10: found Infinity, expected an integer from 0"],
    ["rate=-0.1", "Cannot set rate=-0.1: rate is 0.1: found -0.1, expected a number from 0"],
    ["late=-0.5", "Cannot set late=-0.5: late is 1: found -0.5, expected a number from 0"],
    ["offset=0.5", "Cannot set offset=0.5: offset is -1: found 0.5, expected an integer"],
    ["sizes=[3,4.5]", "Cannot set sizes=[3,4.5]: sizes.1 is 1: found 4.5, expected an integer from 0"],
    ["sizes.1=0.5", "Cannot set sizes.1=0.5: sizes.1 is 1: found 0.5, expected an integer from 0"],
    [
      'net={"width":1.5}',
      'Cannot set net={"width":1.5}: net.width is 3: found 1.5, expected an integer from 0',
    ],
    ["seeds=0", "Cannot set seeds=0: seeds is 2: found 0, expected an integer from 1 to 100000"],
    ["seeds=1.5", "Cannot set seeds=1.5: seeds is 2: found 1.5, expected an integer from 1 to 100000"],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => set(text), { name: "UsageError", message });
  }
});

Deno.test("settings that experiments take fractions for are whole numbers in all their profiles", async () => {
  for (const { load } of registry) {
    const loaded = await load(), { profiles, fractions = [] } = loaded;
    for (const path of fractions) {
      const found = Object.entries(profiles).map(([name, profile]) =>
        [name, path.split(".").reduce<any>((tree, name) => tree?.[name], profile)] as [ProfileName, unknown]
      ).filter(([, x]) => x !== undefined);
      assert.ok(found.every(([, x]) => Number.isInteger(x)), `${loaded.name}: ${path} needs not be named`);
      assert.ok(found.length > 0, `${loaded.name} has no ${path}`);
      withSettings(loaded, found[0][0], [{ path, text: "0.5" }]);
    }
  }
});
