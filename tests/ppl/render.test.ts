import assert from "node:assert/strict";
import { constraints, Normal } from "../../lib/distributions/mod.ts";
import { deterministic, param, plate, renderModel, sample, scan } from "../../lib/ppl/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";

function model(x: Tensor): void {
  const s = param("s", 0.5, { constraint: constraints.positive });
  const a = sample("a", new Normal(0, 1));
  sample("b", new Normal(0, 1));
  const twice = deterministic("twice", a.mul(2));
  using _rows = plate("rows", 10, { subsample: tf.tensor([0, 1, 2], [3], "int32") });
  const c = sample("c", new Normal(twice, s));
  using _columns = plate("columns", 2);
  sample("x", new Normal(c, 1), { obs: x });
}

const dot = `digraph {
  "s" [label="s", shape=plain];
  "a" [label="a", shape=ellipse, style=filled, fillcolor=white];
  "b" [label="b", shape=ellipse, style=filled, fillcolor=white];
  "twice" [label="twice", shape=ellipse, style=dashed];
  subgraph "cluster_rows" {
    label="rows (3 of 10)"; labeljust=r; labelloc=b;
    "c" [label="c", shape=ellipse, style=filled, fillcolor=white];
    subgraph "cluster_rows/columns" {
      label="columns (2)"; labeljust=r; labelloc=b;
      "x" [label="x", shape=ellipse, style=filled, fillcolor=gray];
    }
  }
  "a" -> "twice";
  "s" -> "c";
  "twice" -> "c";
  "c" -> "x";
  "distributions" [label="s : positive\\la ~ Normal\\lb ~ Normal\\lc ~ Normal\\lx ~ Normal\\l", shape=plaintext, fontsize=10];
}
`;

Deno.test("renderModel() writes DOT: plates as clusters, what depends on what, distributions and parameters", () => {
  assert.equal(renderModel(model, [tf.zeros([2, 3])], { distributions: true, parameters: true }).dot, dot);
});

Deno.test("renderModel() leaves out parameters and distributions unless asked", () => {
  const plain = renderModel(model, [tf.zeros([2, 3])]).dot;
  const unasked = dot.split("\n").filter((l) => !l.includes('"s"') && !l.includes('"distributions"')).join(
    "\n",
  );
  assert.equal(plain, unasked);
});

Deno.test("renderModel() shows a scan as a box whose sites depend on the step before", () => {
  const { sites } = renderModel((x: Tensor) => {
    const w = param("w", 0.5);
    const [last] = scan(
      (z: Tensor, xt: Tensor) => {
        const next = sample("z", new Normal(z.mul(w), 1));
        sample("x", new Normal(next, 1), { obs: xt });
        return [next, null];
      },
      tf.scalar(0),
      x,
    );
    sample("y", new Normal(last, 1));
  }, [tf.zeros([4])]);
  const parents = Object.fromEntries(sites.map((s) => [s.name, [...s.parents].sort()]));
  assert.deepEqual(parents, { w: [], z: ["w", "z"], x: ["z"], y: ["z"] });
  assert.deepEqual(sites.find((s) => s.name === "x")!.boxes.map((b) => b.label), ["4 steps"]);
});

Deno.test("renderModel() draws SVG and displays in notebooks", async () => {
  const graph = renderModel(model, [tf.zeros([2, 3])]);
  const svg = await graph.svg();
  assert.match(svg, /<svg /);
  for (const name of ["a", "twice", "rows (3 of 10)"]) assert.ok(svg.includes(`>${name}</text>`), name);
  const shown = await (graph as any)[Symbol.for("Jupyter.display")]();
  assert.deepEqual(Object.keys(shown), ["image/svg+xml", "text/plain"]);
});

Deno.test("renderModel() leaves tfjs as it was, also on a throw", () => {
  const before = tf.engine().runKernel;
  assert.throws(() =>
    renderModel(() => {
      throw new Error("broken");
    }, []), /broken/);
  assert.equal(tf.engine().runKernel, before);
});
