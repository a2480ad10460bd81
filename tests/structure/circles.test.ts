import assert from "node:assert/strict";
import fc from "fast-check";
import { circlesOf, shortestCircle } from "./circles.ts";
import { type Import, importsIn, importsOf } from "./imports.ts";

/** Circles of types alone that stay: each is one concept in two files. */
const PAIRS: readonly { readonly files: readonly string[]; readonly because: string }[] = [
  {
    files: ["lib/ppl/format_shapes.ts", "lib/ppl/trace.ts"],
    because: "a trace prints the table of its shapes",
  },
];

const imports = importsOf("lib");

/** The imports that close a circle, for messages; of many modules, those of a shortest circle. */
const described = (circle: readonly string[], among: readonly Import[]): string =>
  [
    ...shortestCircle(circle, among).map(({ from, line, to, kind }) =>
      `  ${from}:${line} imports ${to} (${kind})`
    ),
    `  (modules that reach each other: ${circle.length})`,
  ].join("\n");

Deno.test("no modules of lib/ import each other in a circle at run time", () => {
  const values = imports.filter(({ kind }) => kind === "value"), circles = circlesOf(values);
  const text = circles.map((circle) => described(circle, values)).join("\n\n");
  assert.equal(circles.length, 0, `move what both sides need to a file of its own:\n${text}`);
});

Deno.test("types of modules refer to each other in circles only where they are one concept", () => {
  const fixed = imports.filter(({ kind }) => kind !== "dynamic"), circles = circlesOf(fixed);
  const known = PAIRS.map(({ files }) => files.join());
  const added = circles.filter((circle) => !known.includes(circle.join()));
  const isKnown = ({ from, to }: Import) =>
    PAIRS.some(({ files }) => files.includes(from) && files.includes(to));
  const others = fixed.filter((one) => !isKnown(one));
  const text = added.map((circle) => described(circle, others)).join("\n\n");
  assert.equal(added.length, 0, `move the types that both sides need to a file of their own:\n${text}`);
  const open = known.filter((files) => !circles.some((circle) => circle.join() === files));
  assert.deepEqual(open, [], "these circles are open now: delete them from the list of this test");
});

Deno.test("imports are told apart: values, types, and those that are made while the program runs", () => {
  const text = `import { a, type B } from "./a.ts";
import type { C } from "../c.ts";
import {
  type D,
  type E,
} from "./d.ts";
export { type F, f } from "./f.ts";
export type { G } from "./g.ts";
export * as h from "./h.ts";
import "./i.ts";
import { j } from "npm:j";
import { tf } from "@pyrosaur/pyrosaur/tensor";
/** import { k } from "./k.ts"; */
const l = () => import("./l.ts");
`;
  assert.deepEqual(
    importsIn("lib/x/y.ts", text).map(({ line, to, kind }) => `${line} ${to} ${kind}`),
    [
      "1 lib/x/a.ts value",
      "2 lib/c.ts type",
      "3 lib/x/d.ts type",
      "7 lib/x/f.ts value",
      "8 lib/x/g.ts type",
      "9 lib/x/h.ts value",
      "10 lib/x/i.ts value",
      "12 lib/tensor/mod.ts value",
      "14 lib/x/l.ts dynamic",
    ],
  );
});

Deno.test("circlesOf() finds the modules that reach each other, and shortestCircle() a way among them", () => {
  const edges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 14 });
  fc.assert(fc.property(edges, (pairs) => {
    const reaches = Array.from(
      { length: 8 },
      (_, i) => Array.from({ length: 8 }, (_, j) => pairs.some(([a, b]) => a === i && b === j)),
    );
    for (let k = 0; k < 8; k++) {
      for (let i = 0; i < 8; i++) {
        for (let j = 0; j < 8; j++) reaches[i][j] ||= reaches[i][k] && reaches[k][j];
      }
    }
    const expected = new Set(
      [...reaches.keys()].filter((i) => reaches[i][i]).map((i) =>
        [...reaches.keys()].filter((j) => reaches[i][j] && reaches[j][i]).join()
      ),
    );
    const made = pairs.map(([a, b]): Import => ({
      from: `${a}`,
      line: 1,
      to: `${b}`,
      kind: "value",
      isNamespace: false,
    }));
    const found = circlesOf(made);
    assert.deepEqual(found.map((circle) => circle.join()).sort(), [...expected].sort());
    for (const circle of found) {
      const way = shortestCircle(circle, made);
      assert.ok(way.length > 0 && way.length <= circle.length);
      way.forEach(({ to }, i) => assert.equal(to, way[(i + 1) % way.length].from));
    }
  }));
});
