import { formatShape } from "../../tensor/mod.ts";
import { Distribution } from "../distribution.ts";
import { Delta } from "../families/mod.ts";
import { sumRightmost } from "../shapes.ts";
import { sameTransforms } from "../transforms/compose.ts";
import { Expanded } from "../wrappers/expanded.ts";
import { Independent } from "../wrappers/independent.ts";
import { Masked, maskOut } from "../wrappers/masked.ts";
import { TransformedDistribution } from "../wrappers/transformed.ts";
import { klDivergence, NoClosedForm, registerKl } from "./registry.ts";

// The most general rules first: those registered later are looked at earlier.
registerKl(Delta, Distribution, (p, q) => {
  if (q instanceof Delta) {
    throw new NoClosedForm("Cannot compute KL(Delta || Delta) in closed form: none of them has a density");
  }
  return q.logProb(p.value).neg().add(p.logDensity);
});

registerKl(Distribution, Expanded, (p, q) => klDivergence(p, q.base));
registerKl(Expanded, Distribution, (p, q) => klDivergence(p.base, q));

registerKl(Distribution, Masked, (p, q) => maskOut(klDivergence(p, q.base), q.maskValue));
registerKl(Masked, Distribution, (p, q) => maskOut(klDivergence(p.base, q), p.maskValue));

registerKl(Independent, Independent, (p, q) => {
  if (p.eventShape.length !== q.eventShape.length) {
    throw new NoClosedForm(
      `Cannot compute KL(${p.base.name} || ${q.base.name}) of Independents: their event shapes are ` +
        `${formatShape(p.eventShape)} and ${formatShape(q.eventShape)}`,
    );
  }
  const shared = Math.min(p.reinterpretedBatchNdims, q.reinterpretedBatchNdims);
  const unwrap = (d: Independent) => d.base.toEvent(d.reinterpretedBatchNdims - shared);
  return sumRightmost(klDivergence(unwrap(p), unwrap(q)), shared);
});

registerKl(TransformedDistribution, TransformedDistribution, (p, q) => {
  if (!sameTransforms(p.transforms, q.transforms)) {
    throw new NoClosedForm(
      "Cannot compute KL(TransformedDistribution || TransformedDistribution) in closed form: their transforms differ",
    );
  }
  return klDivergence(p.base, q.base);
});
