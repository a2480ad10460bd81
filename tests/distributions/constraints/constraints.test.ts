import assert from "node:assert/strict";
import { type Constraint, constraints } from "../../../lib/distributions/mod.ts";

Deno.test("constraints check what they say", () => {
  const inside: [Constraint, number[], number[], boolean][] = [
    [constraints.positive, [1, 2], [2], true],
    [constraints.positive, [0], [], false],
    [constraints.nonNegative, [0], [], true],
    [constraints.unitInterval, [0, 1, 1.01], [3], false],
    [constraints.nonNegativeInteger, [3, 2.5], [2], false],
    [constraints.positiveInteger, [0], [], false],
    [constraints.interval(0, [1, 2]), [1, 2, 0.5, 1.5], [2, 2], true],
    [constraints.interval(0, [1, 2]), [1, 2, 1.5, 1.5], [2, 2], false],
    [constraints.greaterThanEq(2), [2], [], true],
    [constraints.lessThan(2), [2], [], false],
    [constraints.integerInterval(1, 3), [1, 3], [2], true],
    [constraints.integerInterval(1, 3), [1.5], [], false],
    [constraints.simplex, [0.2, 0.8, 0.5, 0.4], [2, 2], false],
    [constraints.orderedVector, [1, 2, 3], [3], true],
    [constraints.orderedVector, [1, 1], [2], false],
    [constraints.oneHot, [0, 1, 0], [3], true],
    [constraints.oneHot, [0, 1, 1], [3], false],
    [constraints.lowerCholesky, [1, 0, 5, 2], [2, 2], true],
    [constraints.lowerCholesky, [1, 5, 0, 2], [2, 2], false],
    [constraints.lowerCholesky, [1, 0, 5, -2], [2, 2], false],
    [constraints.lowerTriangular, [1, 0, 5, -2], [2, 2], true],
    [constraints.corrCholesky, [1, 0, 0.6, 0.8], [2, 2], true],
    [constraints.corrCholesky, [1, 0, 0.6, 0.9], [2, 2], false],
    [constraints.symmetric, [1, 2, 2, 1], [2, 2], true],
    [constraints.positiveDefinite, [1, 2, 2, 1], [2, 2], false],
    [constraints.positiveDefinite, [2, 1, 1, 2], [2, 2], true],
    [constraints.realVector, [1, NaN], [2], false],
  ];
  for (const [constraint, values, shape, expected] of inside) {
    assert.equal(constraint.check(values, shape), expected, `${constraint} of ${values}`);
  }
  assert.deepEqual(constraints.independent(constraints.positive, 1).violation([1, 1, 1, -1], [2, 2]), [1]);
});
