import { ItakuraSaito } from "../../ops/binary.ts";
import { itakuraSaito } from "../../ops/itakura_saito.ts";
import { type Term, written } from "../writer.ts";

written(ItakuraSaito, (_node, w, [x, y]) => {
  if (w.double) {
    return itakuraSaito<Term>(x, y, {
      number: (value) => w.scalar(value),
      add: (a, b) => w.map("add", a, b),
      sub: (a, b) => w.map("subtract", a, b),
      mul: (a, b) => w.map("multiply", a, b),
      div: (a, b) => w.map("divide", a, b),
      log: (value) => w.map("log", value),
      abs: (value) => w.map("abs", value),
      choose: (a, b, then, other) => w.select(w.compare("LE", a, b), then, other),
    });
  }
  // In float64, where what cancels of float32 numbers leaves all their digits.
  const ratio = w.map("divide", w.convert(x, "double"), w.convert(y, "double"));
  const less = w.map("subtract", ratio, w.scalar(1, "double"));
  return w.convert(w.map("subtract", less, w.map("log", ratio)), "float");
});
