import { type Node, Value } from "../../../ir/graph.ts";
import { sizeOf } from "../../../ir/size.ts";
import { Scan, type ScanAttrs } from "../../../ops/scan.ts";
import { bindOutput, copyInto, writeCopies } from "../copies.ts";
import { type Item, type Pointwise, pointwise } from "../items.ts";
import { writePlan } from "../loops.ts";
import type { Plan } from "../plan.ts";
import { isWhole, joined, type Ref, START, stepped, whole } from "../refs.ts";
import type { Writer } from "../writer.ts";
import { planned, type Planner } from "../planner.ts";

/**
 * Plans a loop: its step becomes a function that is called for each step, so that V8 optimises it
 * while the loop runs. Carries live in memory from step to step (what crosses a step is rounded as
 * it is stored: a run in two parts equals one run), scanned inputs are read and stacked outputs
 * written in place.
 */
function lowerScan(node: Node<ScanAttrs>, p: Planner): void {
  const { carries, reverse, length } = node.attrs, body = node.body!;
  const step = p.counter();
  const initial = node.inputs.slice(0, carries).map((value) => ({ value, ref: p.ref(value) }));
  node.outputs.forEach((o) => p.memory.add(o));
  body.inputs.forEach((input, i) => {
    if (i < carries) {
      p.memory.add(input);
      p.refs.set(input, whole(input));
      p.storage.bind(input, () => p.storage.location(node.outputs[i]));
      return;
    }
    const ref = p.ref(node.inputs[i]);
    p.refs.set(
      input,
      ref.kind === "view"
        ? { ...ref, offset: stepped(ref.offset, step, ref.strides[0]), strides: ref.strides.slice(1) }
        : ref,
    );
  });
  const plan = p.plan(body);
  const captured = [...plan.used.keys()].filter((v) =>
    !plan.made.has(v) && !body.inputs.slice(0, carries).includes(v)
  );

  for (let k = 0; k < carries; k++) bindCarry(p, plan, body.inputs[k], body.outputs[k], plan.outputs[k]);
  const stacks = body.outputs.slice(carries).map((value, i) => {
    const place = () => {
      const { buffer, offset } = p.storage.location(node.outputs[carries + i]);
      return { buffer, offset: joined(offset, stepped(START, step, length === 1 ? 0 : sizeOf(value.shape))) };
    };
    return bindOutput(p, plan, plan.outputs[carries + i], value, place) ? undefined : { value, place };
  });
  const inPlace = (k: number) => {
    const ref = plan.outputs[k];
    return isWhole(ref, body.outputs[k].shape) && ref.kind === "view" &&
      (ref.root === body.inputs[k] || p.carriedInPlace.get(ref.root) === body.inputs[k]);
  };

  p.add({
    kind: "opaque",
    values: node.outputs,
    uses: [
      ...node.inputs.map((v) => p.ref(v)).flatMap((r) => r.kind === "fill" ? [] : [r.root]),
      ...captured,
    ],
    write: (w) => {
      writeCopies(w, initial.map(({ value, ref }, k) => copyInto(node.outputs[k], p, ref, value)));
      w.loops.push(step);
      const names = w.functions(() => {
        writePlan(w, plan, p);
        w.mayBreak();
        writeCopies(
          w,
          stacks.flatMap((s, i) =>
            s ? [copyInto(p.target(s.value, s.place), p, plan.outputs[carries + i], s.value)] : []
          ),
        );
        writeCarries(w, p, node, plan, inPlace);
      });
      const calls = w.calls(names), n = w.size(length);
      w.loops.pop();
      w.line(`${w.loop(step, n, reverse)} ${calls} }`);
    },
  });
}

/** Copies new carries into the places of the old ones; old ones among them are put aside. */
function writeCarries(
  w: Writer,
  p: Planner,
  node: Node<ScanAttrs>,
  plan: Plan,
  inPlace: (k: number) => boolean,
): void {
  const { carries } = node.attrs, body = node.body!, old = new Set(body.inputs.slice(0, carries));
  const aside: Item[] = [], copies: Pointwise[] = [];
  for (let k = 0; k < carries; k++) {
    if (inPlace(k)) continue;
    const value = body.outputs[k];
    let ref = plan.outputs[k];
    if (ref.kind === "view" && old.has(ref.root)) {
      const { shape, dtype, graph } = value, held = new Value(shape, dtype, graph);
      aside.push(pointwise(held, [p.operandOf(ref, dtype, shape, shape)]));
      ref = shape.every((s) => s === 1) ? { kind: "scalar", root: held } : whole(held);
    }
    copies.push(copyInto(body.inputs[k], p, ref, value));
  }
  writeCopies(w, aside);
  writeCopies(w, copies);
}

/** Stores a new carry over the old one as it is computed, where nothing else reads the old one. */
function bindCarry(p: Planner, plan: Plan, old: Value, value: Value, ref: Ref): void {
  if (ref.kind !== "view" || !plan.made.has(ref.root)) return;
  const makers = [...plan.made.get(ref.root)!], places = () => makers.map((g) => plan.groups.indexOf(g));
  for (const { group } of plan.used.get(old) ?? []) {
    if (group !== "end" && !makers.includes(group)) plan.advance(group, Math.min(...places()));
  }
  const made = places(),
    first = Math.min(...made),
    free = (plan.used.get(old) ?? []).every(({ group, identity }) => {
      if (group === "end") return false;
      const at = plan.groups.indexOf(group);
      return at < first || (at === first && made.length === 1 && identity);
    });
  if (free && bindOutput(p, plan, ref, value, () => p.storage.location(old))) {
    p.carriedInPlace.set(ref.root, old);
  }
}

planned(Scan, lowerScan);
