/**
 * Pyrosaur: deep probabilistic programming for Deno and Node.
 *
 * A model is a function of tensors with `sample`, `param` and `plate` in it. It is traced once into
 * a graph; the same graph trains, is exported, and is served. This page holds what a model and its
 * inference need, by topic:
 *
 * - **Tensors**: `tf`, `constant`, `special`, `decodeSafetensors`, `encodeSafetensors`,
 *   `chooseBackend`
 * - **Random numbers**: `key`, `split`, `foldIn`, `random`, `Key`
 * - **Functions**: `compile`, `grad`, `valueAndGrad`, `hessian`, `jvp`, `vjp`, `vmap`,
 *   `stopGradient`, `exportOnnx`
 * - **Models**: `sample`, `param`, `plate`, `subsample`, `deterministic`, `factor`, `scan`,
 *   `module`, `randomModule`, `prngKey`
 * - **Discrete sites**: `configEnumerate`, `enumerate`, `markov`, `vindex`, `TraceEnumELBO`,
 *   `inferDiscrete`, `enumLogDensity`
 * - **Handlers**: `seed`, `trace`, `replay`, `substitute`, `condition`, `uncondition`, `do_`,
 *   `intervene`, `block`, `mask`, `scale`, `scope`, `lift`, `inferConfig`
 * - **Looking at a model**: `renderModel`, `formatShapes`, `checkShapes`, `maxPlateNesting`,
 *   `logDensity`, `Trace`, `SampleSite`, `Plate`, `ModelGraph`
 * - **Distributions**: `Bernoulli`, `Beta`, `Binomial`, `Categorical`, `Cauchy`, `Chi2`, `Delta`, `Dirichlet`,
 *   `DiscreteUniform`,
 *   `Exponential`, `Gamma`, `HalfCauchy`, `HalfNormal`, `Laplace`, `LogNormal`,
 *   `MultivariateNormal`, `Normal`, `OneHotCategorical`, `Poisson`, `StudentT`, `Uniform`, `Unit`;
 *   made of others: `Independent`, `Expanded`, `Masked`, `TransformedDistribution`; `Distribution`,
 *   `klDivergence`, `setValidation`, `isValidationEnabled`
 * - **Transforms**: `AbsTransform`, `AffineTransform`, `CholeskyToPositiveDefiniteTransform`,
 *   `ComposeTransform`, `CorrCholeskyTransform`, `ExpTransform`, `IdentityTransform`,
 *   `IndependentTransform`, `LowerCholeskyTransform`, `OrderedTransform`, `PowerTransform`,
 *   `SigmoidTransform`, `SoftmaxTransform`, `SoftplusTransform`, `StickBreakingTransform`,
 *   `TanhTransform`, `VectorToLowerCholeskyTransform`, `Transform`, `inverseOf`; flows:
 *   `AffineAutoregressive`, `Permute`, `Planar`, `Radial`, `Spline`, `SplineCoupling`, `iterated`
 * - **Constraints**: `constraints`, `Constraint`, `bijectTo`, `transformTo`
 * - **Inference**: `SVI`, `SVIEnsemble`, `NonFiniteError`, `Objective`, `TraceELBO`,
 *   `TraceMeanFieldELBO`, `TraceGraphELBO`, `RenyiELBO`, `tracePair`, `logWeights`
 * - **Guides**: `AutoNormal`, `AutoDiagonalNormal`, `AutoMultivariateNormal`, `AutoLaplace`,
 *   `AutoDelta`; first values: `initToFeasible`, `initToMean`, `initToMedian`, `initToSample`,
 *   `initToUniform`, `initToValue`
 * - **Markov chain Monte Carlo**: `MCMC`, `NUTS`, `HMC`, `MCMCResult`, `saveMCMC`,
 *   `loadMCMC`
 * - **Optimisers**: `adam`, `adamW`, `clippedAdam`, `sgd`, `rmsprop`, `adagrad`, `adagradRMSProp`,
 *   `perParameter`, `clipByGlobalNorm`, `clipByValue`, `transformGradients`; learning rates:
 *   `exponentialDecay`, `cosineDecay`, `linear`, `piecewise`, `warmup`
 * - **After training**: `Predictive`, `summary`, `Summary`, `saveCheckpoint`, `loadCheckpoint`,
 *   `Checkpoints`
 * - **Neural networks**: `nn`
 *
 * To build further, such as a handler, a guide or a family of one's own, import the floors of the
 * library: `@pyrosaur/pyrosaur/tensor`, `.../compile`, `.../distributions`, `.../ppl`, `.../infer`.
 *
 * @module
 */
// Tensors.
export {
  constant,
  decodeSafetensors,
  encodeSafetensors,
  type HostArray,
  Key,
  type Shape,
  type Tensor,
  type TensorLike,
  tf,
} from "./lib/tensor/mod.ts";
export { chooseBackend } from "./lib/backend/mod.ts";
/** Special functions, each accurate in float32 and float64, with derivatives of any order. */
export * as special from "./lib/tensor/special/mod.ts";
// Random numbers.
export { foldIn, key, split, type ThreefryKey } from "./lib/tensor/random/mod.ts";
/** Keyed random numbers with the names of `jax.random`. */
export * as random from "./lib/tensor/random/mod.ts";
// Functions.
export {
  type Axes,
  compile,
  type Compiled,
  type CompileOptions,
  type ExportedModel,
  exportOnnx,
  type ExportOptions,
  grad,
  hessian,
  jvp,
  stopGradient,
  valueAndGrad,
  vjp,
  vmap,
} from "./lib/compile/mod.ts";
// Models, handlers, and looking at a model.
export {
  type BaselineOptions,
  block,
  checkShapes,
  condition,
  configEnumerate,
  type ConfigEnumerateOptions,
  deterministic,
  do_,
  enumerate,
  type EnumerateOptions,
  factor,
  formatShapes,
  inferConfig,
  type InferOptions,
  intervene,
  lift,
  logDensity,
  markov,
  type MarkovOptions,
  mask,
  maxPlateNesting,
  ModelGraph,
  module,
  param,
  type ParamOptions,
  Plate,
  plate,
  type PlateOptions,
  prngKey,
  randomModule,
  renderModel,
  replay,
  sample,
  type SampleOptions,
  SampleSite,
  scale,
  scan,
  type ScanOptions,
  scope,
  seed,
  subsample,
  substitute,
  Trace,
  trace,
  uncondition,
  vindex,
} from "./lib/ppl/mod.ts";
// Distributions, transforms and constraints.
export {
  AbsTransform,
  AffineAutoregressive,
  AffineTransform,
  Bernoulli,
  Beta,
  bijectTo,
  Binomial,
  Categorical,
  Cauchy,
  Chi2,
  CholeskyToPositiveDefiniteTransform,
  ComposeTransform,
  Constraint,
  CorrCholeskyTransform,
  Delta,
  Dirichlet,
  DiscreteUniform,
  Distribution,
  type DistributionOptions,
  Expanded,
  Exponential,
  ExpTransform,
  Gamma,
  HalfCauchy,
  HalfNormal,
  IdentityTransform,
  Independent,
  IndependentTransform,
  inverseOf,
  isValidationEnabled,
  iterated,
  klDivergence,
  Laplace,
  LogNormal,
  LowerCholeskyTransform,
  Masked,
  MultivariateNormal,
  Normal,
  OneHotCategorical,
  OrderedTransform,
  Permute,
  Planar,
  Poisson,
  PowerTransform,
  type ProbsOrLogits,
  Radial,
  setValidation,
  SigmoidTransform,
  SoftmaxTransform,
  SoftplusTransform,
  Spline,
  SplineCoupling,
  StickBreakingTransform,
  StudentT,
  TanhTransform,
  Transform,
  TransformedDistribution,
  transformTo,
  Uniform,
  Unit,
  VectorToLowerCholeskyTransform,
} from "./lib/distributions/mod.ts";
/** The sets that values and parameters lie in. */
export * as constraints from "./lib/distributions/constraints/mod.ts";
// Inference, guides, optimisers, and what follows training.
export {
  adagrad,
  adagradRMSProp,
  adam,
  type AdamOptions,
  adamW,
  AutoDelta,
  AutoDiagonalNormal,
  type AutoGuideOptions,
  AutoLaplace,
  AutoMultivariateNormal,
  AutoNormal,
  type Checkpoint,
  Checkpoints,
  clipByGlobalNorm,
  clipByValue,
  clippedAdam,
  cosineDecay,
  enumLogDensity,
  exponentialDecay,
  HMC,
  type HMCOptions,
  inferDiscrete,
  type InferDiscreteOptions,
  initToFeasible,
  initToMean,
  initToMedian,
  initToSample,
  initToUniform,
  initToValue,
  linear,
  loadCheckpoint,
  loadMCMC,
  logWeights,
  type LossFunction,
  MCMC,
  type MCMCOptions,
  type MCMCProgress,
  type MCMCProgressReport,
  MCMCResult,
  type MCMCRunOptions,
  type MCMCState,
  NonFiniteError,
  NUTS,
  type NUTSOptions,
  Objective,
  type Optimiser,
  perParameter,
  piecewise,
  Predictive,
  type PredictiveOptions,
  type Progress,
  type ProgressReport,
  RenyiELBO,
  type RenyiOptions,
  rmsprop,
  saveCheckpoint,
  saveMCMC,
  type Schedule,
  sgd,
  Summary,
  summary,
  SVI,
  SVIEnsemble,
  type SVIResult,
  type SVIState,
  TraceELBO,
  TraceEnumELBO,
  TraceGraphELBO,
  TraceMeanFieldELBO,
  tracePair,
  type TrainingOptions,
  transformGradients,
  warmup,
} from "./lib/infer/mod.ts";
/** Neural networks: `nn.linear`, `nn.mlp`, `nn.rnn`, `nn.made` and others. */
export * as nn from "./lib/nn/mod.ts";
