import type { Size, Sizes } from "../../../ir/size.ts";
import { MatMul } from "../../../ops/matmul.ts";
import { contiguous, START, type View } from "../refs.ts";
import type { Writer } from "../writer.ts";
import { planned } from "./rule.ts";

// Plans a matrix product: one kernel a set of lengths and strides, called for each member.
planned(MatMul, (node, p) => {
  const { transposeA: ta, transposeB: tb } = node.attrs, [value] = node.outputs, [x, y] = node.inputs;
  const a = p.stored(x), b = p.stored(y), rank = value.shape.length;
  const [m, n] = value.shape.slice(-2), k = x.shape[x.shape.length - (ta ? 2 : 1)];
  const matrix = ({ strides }: View, swap: boolean) =>
    swap ? [strides.at(-1)!, strides.at(-2)!] : [strides.at(-2)!, strides.at(-1)!];
  const batch = value.shape.slice(0, -2);
  const outer = (strides: Sizes) => batch.map((_, i) => strides[strides.length - rank + i] ?? 0);
  const out = contiguous(value.shape);
  p.addOpaque(value, [a, b], (w) => {
    const kernel = productKernel(
      w,
      m,
      n,
      k,
      matrix(a, ta),
      matrix(b, tb),
      [n, 1],
      [a, b].map((r) => w.memory.location(r.root).buffer.type).join(),
    );
    const sides = [a, b, { kind: "view", root: value, offset: START, strides: out } as const].map((ref) => {
      const { array, terms } = w.start(ref);
      return { array, terms, strides: outer(ref.strides) };
    });
    w.nest(batch, (counters) => {
      const args = sides.flatMap((
        { array, terms, strides },
      ) => [array, w.sum([...terms, ...strides.map((s, i) => w.term(s, counters[i]))])]);
      const lengths = [m, n, k, ...matrix(a, ta), ...matrix(b, tb)].filter((s) => typeof s !== "number")
        .map((s) => w.size(s));
      w.line(`${kernel}(${[...args, ...lengths].join(", ")});`);
    });
  });
});

/** Writes a product of tiles of 4 by 2 results held in registers. */
function productKernel(
  w: Writer,
  m: Size,
  n: Size,
  k: Size,
  a: Size[],
  b: Size[],
  c: Size[],
  types: string,
): string {
  const lengths = { m, n, k, ai: a[0], ak: a[1], bk: b[0], bj: b[1] };
  const open = Object.entries(lengths).filter(([, s]) => typeof s !== "number").map(([name]) => name);
  const key = `product ${types} ${Object.values(lengths)} ${c}`;
  const text = (name: keyof typeof lengths) =>
    typeof lengths[name] === "number" ? String(lengths[name]) : name;
  const times = (name: keyof typeof lengths, by: string | number) =>
    lengths[name] === 0 || by === 0
      ? "0"
      : lengths[name] === 1
      ? `${by}`
      : by === 1
      ? text(name)
      : `${text(name)} * ${by}`;
  const tile = (rows: number, columns: number): string => {
    const r = Array.from({ length: rows }, (_, i) => i), q = Array.from({ length: columns }, (_, j) => j);
    const cells = r.flatMap((i) => q.map((j) => [i, j]));
    return [
      `let ${cells.map(([i, j]) => `c${i}${j} = 0`).join(", ")};`,
      `let p = ao + ${times("ai", "i")}, q = bo + ${times("bj", "j")};`,
      `for (let l = 0; l < ${text("k")}; l++) {`,
      ...r.map((i) => `const a${i} = a[p + ${times("ai", i)}];`),
      ...q.map((j) => `const b${j} = b[q + ${times("bj", j)}];`),
      ...cells.map(([i, j]) => `c${i}${j} += a${i} * b${j};`),
      `p += ${text("ak")}; q += ${text("bk")};`,
      "}",
      `const r = co + i * ${text("n")} + j;`,
      ...cells.map(([i, j]) => `c[r + ${i} * ${text("n")} + ${j}] = c${i}${j};`),
    ].join("\n");
  };
  const columns = (rows: number): string => {
    const width = rows === 1 ? 4 : 2, few = typeof n === "number" && n < width;
    return [
      "let j = 0;",
      few ? "" : `for (; j + ${width} <= ${text("n")}; j += ${width}) {\n${tile(rows, width)}\n}`,
      typeof n === "number" && n % width === 0 ? "" : `for (; j < ${text("n")}; j++) {\n${tile(rows, 1)}\n}`,
    ].join("\n");
  };
  // The rows of one tile are a function: called often enough, whatever the size, to be optimised.
  const parameters = ["a", "ao", "b", "bo", "c", "co", ...open];
  const rows = (count: number): string =>
    w.kernel(
      `${key} ${count}`,
      (name) => `function ${name}(${["i", ...parameters].join(", ")}) {\n${columns(count)}\n}`,
    );
  return w.kernel(key, (name) =>
    [
      `function ${name}(${parameters.join(", ")}) {`,
      "let i = 0;",
      typeof m === "number" && m < 4
        ? ""
        : `for (; i + 4 <= ${text("m")}; i += 4) ${rows(4)}(${["i", ...parameters].join(", ")});`,
      typeof m === "number" && m % 4 === 0
        ? ""
        : `for (; i < ${text("m")}; i++) ${rows(1)}(${["i", ...parameters].join(", ")});`,
      "}",
    ].join("\n"));
}
