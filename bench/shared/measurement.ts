/** One measured figure. */
export interface Measurement {
  /** A path, as `rugged/mvn/again_ms`. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** How many runs it is the median of. */
  readonly n: number;
}

/** What a benchmark is asked for. */
export interface BenchOptions {
  /** Whether programs in other libraries are measured beside ours, where they are installed. */
  readonly peers: boolean;
}

/** A file in `bench/`: one exported function. */
export interface Benchmark {
  run(options: BenchOptions): Promise<Measurement[]>;
}
