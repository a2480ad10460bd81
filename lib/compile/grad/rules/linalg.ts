import { mul, sub } from "../../ops/binary.ts";
import { scalar } from "../../ops/constant.ts";
import * as L from "../../ops/linalg.ts";
import { matmul } from "../../ops/matmul.ts";
import { sumTo } from "../../ops/reduce.ts";
import { neg } from "../../ops/unary.ts";
import { halvedTriangle, symmetric, transposed, triangle } from "../../ops/triangle.ts";
import { derivative } from "../backprop.ts";

derivative(L.Cholesky, ({ outputs: [factor] }, [d]) => d ? [L.choleskyGradient(factor, d)] : []);

// With Q the lower half of L^T D, its diagonal halved, the result is L^-T Q L^-1, made symmetric.
derivative(L.CholeskyGradient, ({ inputs: [factor, by], outputs: [out] }, [d]) => {
  if (!d) return [];
  const lower = { lower: true, transpose: false } as const, s = symmetric(d);
  const whole = L.triangularSolve(factor, transposed(L.triangularSolve(factor, s, lower)), lower);
  const q = halvedTriangle(whole), moved = transposed(L.triangularSolve(factor, matmul(s, out), lower));
  const direct = matmul(triangle(by, true), q, false, true);
  return [triangle(sub(direct, mul(scalar(2), moved)), true), matmul(factor, q)];
});

derivative(L.TriangularSolve, ({ inputs: [matrix, b], outputs: [x], attrs }, [d]) => {
  if (!d) return [];
  const { lower, transpose } = attrs, back = L.triangularSolve(matrix, d, { lower, transpose: !transpose });
  const product = transpose ? matmul(x, back, false, true) : matmul(back, x, false, true);
  return [neg(sumTo(triangle(product, lower), matrix.shape)), sumTo(back, b.shape)];
});
