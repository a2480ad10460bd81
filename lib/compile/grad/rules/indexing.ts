import {
  ArgMax,
  CumSum,
  cumSum,
  Gather,
  gather,
  Iota,
  ScatterAdd,
  scatterAdd,
  TopK,
} from "../../ops/indexing.ts";
import { derivative, flat } from "../backprop.ts";

derivative(Gather, ({ inputs: [x, at], attrs: { axis } }, [d]) => {
  return [d && scatterAdd(d, at, axis, x.shape), undefined];
});
derivative(ScatterAdd, ({ inputs: [, at], attrs: { axis } }, [d]) => [d && gather(d, at, axis), undefined]);
derivative(CumSum, ({ attrs }, [d]) => [d && cumSum(d, attrs.axis, attrs.exclusive, !attrs.reverse)]);
// Places are whole numbers.
flat(ArgMax, Iota, TopK);
