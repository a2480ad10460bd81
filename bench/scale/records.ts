import { mkdir, readFile, writeFile } from "node:fs/promises";

const TEMPLATE = new URL("../../results/rugged/quick.json", import.meta.url);

/** Metrics of a record. */
const METRICS = 12;

/** Writes records of a sweep that was never run: ten settings, with as many seeds as that takes. */
export async function writeRecords(folder: string, count: number, shift: number): Promise<void> {
  const template = JSON.parse(await readFile(TEMPLATE, "utf8"));
  for (let i = 0; i < count; i++) {
    const steps = 100 * (1 + i % 10), seed = Math.floor(i / 10);
    const metrics = template.metrics.slice(0, METRICS).map((metric: any, k: number) => ({
      ...metric,
      value: Math.sin(i * METRICS + k) + shift,
      se: null,
      n: 1,
      values: null,
    }));
    const record = {
      ...template,
      schema: "pyrosaur/result/2",
      config: { ...template.config, steps },
      set: { seeds: 1, steps },
      seeds: [seed],
      metrics,
      artifacts: [],
    };
    const place = `${folder}/cells/${steps}/seed=${seed}/rugged`;
    await mkdir(place, { recursive: true });
    await writeFile(`${place}/quick.json`, JSON.stringify(record));
  }
}
