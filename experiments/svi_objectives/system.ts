import { AutoNormal } from "@pyrosaur/pyrosaur/infer";
import { ruggedRegression } from "@pyrosaur/pyrosaur/models";
import type { HostArray } from "@pyrosaur/pyrosaur/tensor";
import type { Countries } from "../rugged/countries.ts";

/** The arguments of the model: of each country being in Africa, ruggedness, log GDP. */
export type Data = readonly [isAfrica: HostArray, ruggedness: HostArray, logGdp: HostArray];

/** The arguments of the model, with all digits. */
export const dataOf = ({ isAfrica, ruggedness, logGdp }: Countries): Data => {
  const array = (data: Float64Array): HostArray => ({ data, shape: [data.length] });
  return [array(isAfrica), array(ruggedness), array(logGdp)];
};

/** The model of all examples: log GDP by ruggedness and continent. */
export const model = ruggedRegression;

/** Makes the guide of all examples: independent normals. */
export const makeGuide = (): AutoNormal => new AutoNormal(ruggedRegression);
