import type { ColumnTable } from "arquero";
import { tf } from "@pyrosaur/pyrosaur/tensor";
import type { Tensor } from "@pyrosaur/pyrosaur/tensor";

/** The countries whose GDP is known, as columns. */
export interface Countries {
  /** Their names. */
  readonly names: readonly string[];
  /** 1 in Africa, else 0. */
  readonly isAfrica: Float64Array;
  /** Ruggedness of their terrain. */
  readonly ruggedness: Float64Array;
  /** The logarithm of GDP per head in 2000. */
  readonly logGdp: Float64Array;
}

/** The countries of the data set's table that have a GDP, in its order. */
export function countriesOf(table: ColumnTable): Countries {
  const rows = (table.objects({ limit: Infinity }) as Record<string, unknown>[])
    .filter(({ rgdppc_2000: gdp }) => typeof gdp === "number" && gdp > 0);
  if (rows.length === 0) {
    throw new Error("Cannot use the table of countries: no row has a value in rgdppc_2000");
  }
  const column = (name: string) => Float64Array.from(rows, (row) => Number(row[name]));
  return {
    names: rows.map((row) => String(row.country)),
    isAfrica: column("cont_africa"),
    ruggedness: column("rugged"),
    logGdp: column("rgdppc_2000").map(Math.log),
  };
}

/** The arguments of the model: being in Africa, ruggedness, log GDP; each of shape [n]. */
export function tensorsOf({ isAfrica, ruggedness, logGdp }: Countries): [Tensor, Tensor, Tensor] {
  return [tf.tensor1d([...isAfrica]), tf.tensor1d([...ruggedness]), tf.tensor1d([...logGdp])];
}
