/** The columns of the regression, rows without a GDP left out. */
interface Columns {
  /** 1 in Africa, else 0. */
  readonly isAfrica: number[];
  /** Ruggedness of the terrain. */
  readonly ruggedness: number[];
  /** The logarithm of GDP per head. */
  readonly logGdp: number[];
}

/** Reads them from the benchmark's file, as the programs in other libraries do. */
export function readColumns(path: string): Columns {
  const [head, ...rows] = Deno.readTextFileSync(path).trim().split("\n").map((line) => line.split(","));
  const at = (name: string) => head.indexOf(name), gdp = at("rgdppc_2000");
  const known = rows.filter((row) => row[gdp] !== "");
  const column = (name: string) => known.map((row) => Number(row[at(name)]));
  return {
    isAfrica: column("cont_africa"),
    ruggedness: column("rugged"),
    logGdp: column("rgdppc_2000").map(Math.log),
  };
}
