import { ItakuraSaito } from "../../ops/binary.ts";
import { itakuraSaito } from "../../ops/itakura_saito.ts";
import { ElementType } from "../proto.ts";
import { inputs, out, written } from "../writer.ts";

written(ItakuraSaito, (node, w) => {
  const [x, y] = inputs(node, w);
  if (w.double) {
    const result = itakuraSaito<string>(x, y, {
      number: (value) => w.scalar(value),
      add: (a, b) => w.node("Add", [a, b]),
      sub: (a, b) => w.node("Sub", [a, b]),
      mul: (a, b) => w.node("Mul", [a, b]),
      div: (a, b) => w.node("Div", [a, b]),
      log: (value) => w.node("Log", [value]),
      abs: (value) => w.node("Abs", [value]),
      choose: (a, b, then, other) => w.node("Where", [w.node("LessOrEqual", [a, b]), then, other]),
    });
    return void w.node("Identity", [result], out(node, w));
  }
  // In float64, where what cancels of float32 numbers leaves all their digits: 7 nodes, not 30.
  const [a, b] = [x, y].map((name) => w.node("Cast", [name], undefined, { to: ElementType.double }));
  const ratio = w.node("Div", [a, b]), less = w.node("Sub", [ratio, w.number(1, true)]);
  const rest = w.node("Sub", [less, w.node("Log", [ratio])]);
  w.node("Cast", [rest], out(node, w), { to: ElementType.float });
});
