import { type ColumnTable, from, fromCSV } from "arquero";
import { gamma, key } from "../../tensor/random/mod.ts";
import type { Dataset, Simulation } from "../dataset.ts";

const COLUMNS = ["isocode", "country", "rugged", "cont_africa", "rgdppc_2000"];

/** Numbers of countries: all, Africa's, and those of both with a GDP (the twin's first ones). */
const ROWS = 234, AFRICA = 57, WITH_GDP = 170, AFRICA_WITH_GDP = 49;

/** The twin's parameters: the regression of the log of the GDP in the experiment's model. */
const PARAMETERS = { a: 9.2, bA: -1.9, bR: -0.2, bAR: 0.35, sigma: 0.9 } as const;

function simulate(seed: number): Simulation<ColumnTable> {
  const [forRuggedness, forGdp] = key(seed).split(2);
  const noise = forGdp.draw("normal", [ROWS]).dataSync();
  // Gamma with the mean and the spread that ruggedness has in the real table.
  const ruggedness = gamma(forRuggedness, 1.65, [ROWS]).dataSync();
  const { a, bA, bR, bAR, sigma } = PARAMETERS;
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const known = i < WITH_GDP;
    const africa = Number(known ? i < AFRICA_WITH_GDP : i < WITH_GDP + AFRICA - AFRICA_WITH_GDP);
    const r = Math.fround(Math.round(1000 * ruggedness[i] * 0.82) / 1000);
    const logGdp = a + bA * africa + bR * r + bAR * africa * r + sigma * noise[i];
    return {
      isocode: `S${String(i + 1).padStart(3, "0")}`,
      country: `Simulated country ${i + 1}`,
      rugged: r,
      cont_africa: africa,
      rgdppc_2000: known ? Math.exp(logGdp) : null,
    };
  });
  return { value: from(rows), parameters: PARAMETERS };
}

/**
 * Terrain ruggedness and GDP by country: a table of 234 rows with the columns `isocode`, `country`,
 * `rugged`, `cont_africa` (0 or 1) and `rgdppc_2000` (null in 64 rows, 170 remain).
 *
 * The twin draws ruggedness from Gamma(1.65) times 0.82, and the log of the GDP from the normal
 * regression of Pyro's introduction: `a + bA africa + bR rugged + bAR africa rugged`, scale
 * `sigma`, at the `parameters` it comes with.
 */
export const rugged: Dataset<ColumnTable> = {
  name: "rugged",
  source:
    "Nunn and Puga (2012), Ruggedness: the blessing of bad geography in Africa; as in McElreath, Statistical Rethinking",
  files: [{
    name: "rugged_data.csv",
    bytes: 50096,
    sha256: "feaeaf89a8dd7981a80666ae0599660ae4f0dc3b5540fc4e1b48b17a3b09b551",
    url:
      "https://raw.githubusercontent.com/pyro-ppl/datasets/a32915c210878a1d4a36adcdc7d3448f89d5e4ee/rugged_data.csv",
  }],
  parse: ([file]) => fromCSV(new TextDecoder("iso-8859-1").decode(file)).select(...COLUMNS),
  simulate,
};
