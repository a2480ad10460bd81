import type { Experiment } from "../../lib/results/mod.ts";
import { registry, type RegistryEntry } from "../../experiments/registry.ts";

/** Changes to the quick profiles of experiments that take minutes: the same tasks, in seconds. */
const SHORTER: Readonly<Record<string, (quick: any) => object>> = {
  dmm: ({ training }) => ({
    iafs: [0, 1],
    sizes: { zDim: 8, transitionDim: 8, emissionDim: 8, rnnDim: 8, iafDim: 8 },
    draws: 2,
    bounds: [1],
    training: {
      ...training,
      epochs: 4,
      schedule: { warmupEpochs: 1 },
      annealing: { ...training.annealing, epochs: 3 },
      evaluateEvery: 2,
      checkpointMinutes: 0.01,
    },
  }),
  np_collapse: ({ settings }) => ({
    runs: 3,
    chunk: 2,
    settings: settings.map((setting: { steps: number }) => ({
      ...setting,
      steps: Math.ceil(setting.steps / 9000) * 1000 + 1,
    })),
  }),
  vae: ({ training }) => ({
    training: { ...training, epochs: 4, batch: 6000, checkpointMinutes: 0.01 },
    sizes: { hiddenDim: 8, zDim: 4 },
    draws: 1,
    bounds: [20],
    boundImages: 20,
    mapped: 100,
  }),
  bnn_mnist: ({ training }) => ({
    training: { ...training, hidden: 8, epochs: 3, checkpointMinutes: 0.01 },
    trainImages: 2000,
    testImages: 500,
    changedImages: 20,
    ruleNetworks: 10,
    members: 2,
  }),
  gmm: ({ flowers }) => ({
    draws: 100,
    flowers: { ...flowers, components: [1, 2], folds: 2, restarts: 2, steps: 50 },
  }),
  hmm: () => ({ pieces: 4, tested: 3, steps: 8, batch: 2, rounds: 5, hidden: 4 }),
  mcmc: () => {
    const short = { chains: 2, warmup: 100, draws: 100 };
    return { schools: short, ruggedness: short, mixture: short, funnel: short, volatility: short, days: 50 };
  },
};

function shortened(experiment: Experiment): Experiment {
  const { name, profiles } = experiment, { quick } = profiles;
  const change = Object.hasOwn(SHORTER, name) ? SHORTER[name](quick) : {};
  return { ...experiment, profiles: { ...profiles, quick: { ...quick, ...change } } };
}

/** Every experiment, with a quick profile of seconds. */
export const shortRegistry: readonly RegistryEntry[] = registry.map((entry) => ({
  ...entry,
  load: async () => shortened(await entry.load()),
}));
