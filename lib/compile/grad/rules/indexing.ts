import { CumSum, cumSum, Gather, gather, ScatterAdd, scatterAdd } from "../../ops/indexing.ts";
import { derivative } from "./rule.ts";

derivative(
  Gather,
  ({ inputs: [x, indices], attrs: { axis } }, [d]) => [d && scatterAdd(d, indices, axis, x.shape), undefined],
);
derivative(
  ScatterAdd,
  ({ inputs: [, indices], attrs: { axis } }, [d]) => [d && gather(d, indices, axis), undefined],
);
derivative(
  CumSum,
  ({ attrs: { axis, exclusive, reverse } }, [d]) => [d && cumSum(d, axis, exclusive, !reverse)],
);
