import { grad, vmap } from "../../../compile/mod.ts";
import { transformTo } from "../../../distributions/mod.ts";
import { checkOptions } from "../../../system/mod.ts";
import { constant, type Tensor, tf } from "../../../tensor/mod.ts";
import { AutoNormal } from "../../autoguide/mod.ts";
import { fail, type ParticleParts, type SteinKernel } from "./kernel.ts";

/**
 * Makes a kernel of a function of two particles `[D]` each to a scalar, as NumPyro's kernels are
 * written; its derivative is found.
 *
 * @example The kernel of a distance of one's own
 * ```ts
 * import { pairwiseKernel } from "@pyrosaur/pyrosaur";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const kernel = pairwiseKernel((x, y) => x.sub(y).square().sum().add(1).log().neg().exp());
 * const { smooth } = kernel(tf.tensor([[0], [1]]), new Map());
 * assert.deepEqual([...smooth(tf.tensor([[1], [0]])).dataSync()], [1, 0.5]);
 * ```
 */
export function pairwiseKernel(
  kernel: (x: Tensor, y: Tensor, parts: ParticleParts) => Tensor,
): SteinKernel {
  if (typeof kernel !== "function") {
    fail("pairwiseKernel", "the kernel", typeof kernel, "a function of two particles");
  }
  return (particles, parts) => {
    const at = (x: Tensor, y: Tensor) => kernel(x, y, parts), slope = grad(at);
    const pairs = (of: (x: Tensor, y: Tensor) => Tensor) =>
      vmap(
        (y: Tensor, all: Tensor) => vmap((x: Tensor, y: Tensor) => of(x, y), { inAxes: [0, null] })(all, y),
        {
          inAxes: [0, null],
        },
      )(particles, particles);
    const gram = pairs(at);
    return { smooth: (rows) => gram.matMul(rows), repulsion: pairs(slope).sum(1) };
  };
}

/**
 * Makes the probability product kernel of normal guides, exp(-s / 2 sum (m - m')^2 / (d^2 + d'^2))
 * for means m and deviations d (Jebara, Kondor and Howard 2004), as NumPyro's
 * `ProbabilityProductKernel`: particles are as near as their normals.
 *
 * @param guide an `AutoNormal`, that of the `SteinVI`
 * @param options `scale`: s (default 1)
 * @throws Error for another guide.
 */
export function probabilityProductKernel(guide: AutoNormal, options?: { scale?: number }): SteinKernel {
  checkOptions("make probabilityProductKernel", options, { scale: true });
  const { scale = 1 } = options ?? {};
  if (!(guide instanceof AutoNormal)) {
    fail("probabilityProductKernel", "the guide", typeof guide, "the AutoNormal of the SteinVI");
  }
  const { prefix } = guide;
  if (!(scale > 0 && scale < Infinity)) fail("probabilityProductKernel", "scale", scale, "a number above 0");
  return pairwiseKernel((x, y, parts) => {
    const sites = [...parts.keys()].flatMap((name) =>
      name.endsWith(`_${prefix}_loc`) ? [name.slice(0, -"_loc".length)] : []
    );
    const of = (particle: Tensor, name: string) => {
      const { begin, end, constraint } = parts.get(name)!;
      return transformTo(constraint).forward(particle.slice([begin], [end - begin]));
    };
    const terms = sites.map((site) => {
      const [m, n] = [x, y].map((particle) => of(particle, `${site}_loc`));
      const [d, e] = [x, y].map((particle) => of(particle, `${site}_scale`).square());
      return m.sub(n).square().div(d.add(e)).sum();
    });
    return terms.reduce((a, b) => a.add(b), tf.scalar(0) as Tensor).mul(constant(-scale / 2)).exp();
  });
}
