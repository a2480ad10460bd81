import { adam, AutoNormal, nn, SVI, type Tensor, tf } from "../../mod.ts";
import { vae } from "../../lib/models/mod.ts";
import { computed } from "./data.ts";
import { eightSchools, gaussianProcess, GROUPS, localLevel, logistic, poisson, ppca } from "./models.ts";

/** A model with its guide, and data that a formula gives. */
interface Training {
  readonly svi: SVI;
  readonly data: Tensor[];
  readonly steps: number;
}

const normalGuide = (model: (...data: Tensor[]) => void) =>
  new SVI(model, new AutoNormal(model), adam({ lr: 0.01 }));

const schools = (): Tensor[] => [
  tf.tensor([28, 8, -3, 7, -1, 1, 18, 12]),
  tf.tensor([15, 10, 16, 11, 9, 11, 10, 18]),
];

const process = (n: number, steps: number) => (): Training => ({
  svi: normalGuide(gaussianProcess),
  data: [
    computed([n], 1, (_, i) => 10 * i / n),
    computed([n], 2, (u, i) => Math.sin(10 * i / n) + 0.2 * (u - 0.5)),
  ],
  steps,
});

/** The trainings by the names of their figures, each with the same program in NumPyro. */
export const trainings: Readonly<Record<string, () => Training>> = {
  logistic: () => ({
    svi: normalGuide(logistic),
    data: [
      computed([500, 8], 1, (u) => 4 * u - 2),
      computed([500], 2, (u) => Number(u < 0.4)),
    ],
    steps: 1000,
  }),
  eight_schools: () => ({ svi: normalGuide(eightSchools), data: schools(), steps: 1000 }),
  poisson: () => ({
    svi: normalGuide(poisson),
    data: [
      computed([1000], 1, (u) => 2 * u - 1),
      computed([1000], 2, (_, i) => i % GROUPS).cast("int32"),
      computed([1000], 3, (u) => Math.floor(5 * u)),
    ],
    steps: 1000,
  }),
  gp_60: process(60, 500),
  gp_400: process(400, 20),
  local_level: () => ({
    svi: normalGuide(localLevel),
    data: [computed([200], 1, (u, i) => Math.sin(i / 20) + u - 0.5)],
    steps: 500,
  }),
  ppca: () => ({
    svi: normalGuide(ppca),
    data: [computed([200, 10], 1, (u, i) => Math.sin(i % 10 + i / 300) + u - 0.5)],
    steps: 500,
  }),
  flow: () => ({
    svi: new SVI(eightSchools, new nn.AutoIAFNormal(eightSchools), adam({ lr: 0.01 })),
    data: schools(),
    steps: 500,
  }),
  vae: () => {
    const { model, guide } = vae({ zDim: 20 });
    const images = computed([128, 784], 1, (u) => Math.max(0, 5 * u - 4));
    return { svi: new SVI(model, guide, adam({ lr: 1e-3 })), data: [images], steps: 20 };
  },
};
