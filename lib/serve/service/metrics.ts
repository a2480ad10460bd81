import type { ServedVersion } from "./served_version.ts";

/** Returns a text as the value of a label. */
const quoted = (text: string): string => `"${text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;

/** Gauges of the whole server. */
export interface Gauges {
  /** Requests that wait for a Worker. */
  readonly waiting: number;
  /** Workers there are. */
  readonly workers: number;
  /** Answers by status. */
  readonly answers: ReadonlyMap<number, number>;
}

/** Writes the statistics of the server in Prometheus' text format. */
export function writeMetrics(
  versions: readonly ServedVersion[],
  { waiting, workers, answers }: Gauges,
): string {
  const lines: string[] = [];
  const family = (name: string, type: string, help: string, own: readonly string[]) =>
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...own);
  const labelled = versions.map(({ model: { name, version }, statistics }) => ({
    labels: `model=${quoted(name)},version="${version}"`,
    statistics,
  }));
  const counters = (name: string, help: string, value: (of: ServedVersion["statistics"]) => number) =>
    family(
      name,
      "counter",
      help,
      labelled.map(({ labels, statistics }) => `${name}{${labels}} ${value(statistics)}`),
    );
  const histograms = (name: string, help: string, key: "queue" | "compute" | "batches") =>
    family(
      name,
      "histogram",
      help,
      labelled.flatMap(({ labels, statistics }) => statistics[key].lines(name, labels)),
    );
  counters(
    "pyrosaur_requests_total",
    "Requests for inference.",
    ({ success, fail }) => success.count + fail.count,
  );
  counters("pyrosaur_failures_total", "Requests for inference that failed.", ({ fail }) => fail.count);
  histograms("pyrosaur_queue_seconds", "Time that a request waited for a Worker.", "queue");
  histograms("pyrosaur_compute_seconds", "Time of a run of the model.", "compute");
  histograms("pyrosaur_batch_rows", "Rows of a run of the model.", "batches");
  family(
    "pyrosaur_answers_total",
    "counter",
    "Answers by status.",
    [...answers].map(([status, count]) => `pyrosaur_answers_total{status="${status}"} ${count}`),
  );
  family("pyrosaur_waiting_requests", "gauge", "Requests that wait for a Worker.", [
    `pyrosaur_waiting_requests ${waiting}`,
  ]);
  family("pyrosaur_workers", "gauge", "Workers there are.", [`pyrosaur_workers ${workers}`]);
  return `${lines.join("\n")}\n`;
}
