import { decodeSafetensors, type HostArray, random, toHostArray } from "@pyrosaur/pyrosaur/tensor";
import type { Exportable, PartToExport } from "@pyrosaur/pyrosaur/serve";
import { readNamed } from "@pyrosaur/pyrosaur/system";
import { decoder } from "./decode.ts";
import type { HostTables } from "./fit.ts";
import { NOTES } from "./notes.ts";

/** Returns the served part: the most probable states of sequences, any number of any lengths. */
function decoderPart(tables: HostTables): PartToExport {
  const decode = decoder(tables);
  const example = (...lengths: number[]): HostArray[] => [
    toHostArray(
      random.bernoulli(random.key(lengths.length), 0.05, [Math.max(...lengths), lengths.length, NOTES]),
    ),
    { data: Int32Array.from(lengths), shape: [lengths.length] },
  ];
  return {
    name: "hmm_decoder",
    part: (notes, lengths) => ({ states: decode(notes.cast("float32"), lengths) }),
    inputs: { notes: ["steps", "sequences", null], lengths: ["sequences"] },
    batches: false,
    examples: [example(12, 7, 12), example(30), example(3, 1)],
  };
}

/** Reads a file of parameters. @throws (rejects) Error where it is not of a plain model. */
export async function exportableOf(path: string): Promise<Exportable> {
  const { tensors, metadata = {} } = decodeSafetensors(await readNamed("the parameters", path), path);
  const { probs_x, probs_y } = tensors, states = probs_x?.shape[0];
  if (`${probs_x?.shape}` !== `${[states, states]}` || `${probs_y?.shape}` !== `${[states, NOTES]}`) {
    throw new Error(
      `Cannot read a hidden Markov model from ${path}: found tensors ${
        Object.keys(tensors).join(", ") || "none"
      }, ` +
        `expected probs_x [states, states] and probs_y [states, ${NOTES}]; name a file that \`deno task reproduce hmm\` wrote`,
    );
  }
  return { parts: [decoderPart({ probs_x, probs_y })], metadata };
}
