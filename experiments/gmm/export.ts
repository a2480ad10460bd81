import { decodeSafetensors, tf, toHostArray } from "@pyrosaur/pyrosaur/tensor";
import type { Exportable, PartToExport } from "@pyrosaur/pyrosaur/serve";
import { readNamed } from "@pyrosaur/pyrosaur/system";
import { classifier, type GlobalValues, probabilities } from "./membership.ts";
import { COMPONENTS, GLOBALS } from "./points.ts";

/** Returns the served part of the mixture: to which component points belong, any number of them. */
function classifierPart(values: GlobalValues): PartToExport {
  const classify = classifier(values);
  const example = (count: number) => [toHostArray(tf.linspace(-5, 17, count))];
  return {
    name: "gmm_classifier",
    part: (points) => ({ component: classify(points), probability: probabilities(values, points) }),
    inputs: { points: ["batch"] },
    batches: true,
    examples: [example(5), example(1), example(200)],
  };
}

/** Reads a file of parameters. @throws (rejects) Error where it is not of the mixture. */
export async function exportableOf(path: string): Promise<Exportable> {
  const { tensors, metadata = {} } = decodeSafetensors(await readNamed("the parameters", path), path);
  const expected = { weights: [COMPONENTS], scale: [], locs: [COMPONENTS] } as const;
  for (const name of GLOBALS) {
    const shape = tensors[name]?.shape, wanted = expected[name];
    if (shape && `${shape}` === `${wanted}`) continue;
    const found = shape ? `"${name}" of shape [${shape}]` : `no "${name}"`;
    throw new Error(
      `Cannot read a mixture from ${path}: found ${found}, expected shape [${wanted}]; name a file that ` +
        "`deno task reproduce gmm` wrote",
    );
  }
  return { parts: [classifierPart(tensors as unknown as GlobalValues)], metadata };
}
