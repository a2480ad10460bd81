import { loadVae, type TrainedVae, vaeParts } from "@pyrosaur/pyrosaur/models";
import { type HostArray, random, toHostArray } from "@pyrosaur/pyrosaur/tensor";
import type { Exportable, PartToExport } from "@pyrosaur/pyrosaur/serve";

/** Returns the served parts of an autoencoder: images to z, and z to images, in any number. */
function vaeExports({ vae, params }: TrainedVae): PartToExport[] {
  const { encoder, decoder } = vaeParts(vae, params), { inputDim, zDim } = vae.options, key = random.key(0);
  const batches = [1, 3, 64];
  const examples = (fill: (shape: number[], own: typeof key) => HostArray, size: number) =>
    batches.map((batch) => [fill([batch, size], key.foldIn(batch))]);
  return [
    {
      name: "vae_encoder",
      part(images) {
        const { loc, scale } = encoder(images);
        return { loc, scale };
      },
      inputs: { images: ["batch", null] },
      batches: true,
      examples: examples((shape, own) => toHostArray(random.uniform(own, shape)), inputDim),
    },
    {
      name: "vae_decoder",
      part: (z) => ({ probs: decoder(z) }),
      inputs: { z: ["batch", null] },
      batches: true,
      examples: examples((shape, own) => toHostArray(random.normal(own, shape)), zDim),
    },
  ];
}

/** Reads a file of parameters. @throws (rejects) Error where it is not of an autoencoder. */
export async function exportableOf(path: string): Promise<Exportable> {
  const trained = await loadVae(path);
  return { parts: vaeExports(trained), metadata: trained.metadata };
}
