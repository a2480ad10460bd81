/** One measured figure. */
export interface Measurement {
  /** A path, as `rugged/mvn/again_ms`. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Number of runs that it is the median of. */
  readonly n: number;
}

/** Options of a benchmark. */
export interface BenchOptions {
  /** Measures programs in other libraries beside ours, where they are installed. */
  readonly peers: boolean;
  /** The folder of another build to take turns with, for benchmarks that can (default: none). */
  readonly before?: string;
}

/** A file in `bench/`: one exported function. */
export interface Benchmark {
  run(options: BenchOptions): Promise<Measurement[]>;
  /** True for one that takes turns with another build. */
  readonly takesTurns?: boolean;
}
