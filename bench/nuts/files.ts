import type { HostArray, HostData } from "../../lib/tensor/mod.ts";

/** The arguments of a model by name, in order. */
export type Arguments = Readonly<Record<string, HostArray>>;

const bytesOf = ({ buffer, byteOffset, byteLength }: HostData): Uint8Array<ArrayBuffer> =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** Writes numbers into a file of float64. */
export async function writeNumbers(path: string, numbers: HostData): Promise<void> {
  await Deno.writeFile(path, bytesOf(numbers));
}

/** Reads a file of float64. */
export function readNumbers(path: string): Float64Array {
  return new Float64Array(Deno.readFileSync(path).buffer);
}

/** Writes arguments into a folder: `shapes.json`, and a file of float64 for each array. */
export async function writeArguments(args: Arguments, folder: string): Promise<void> {
  const shapes = Object.fromEntries(Object.entries(args).map(([name, { shape }]) => [name, shape]));
  for (const [name, { data }] of Object.entries(args)) await writeNumbers(`${folder}/${name}.f64`, data);
  await Deno.writeTextFile(`${folder}/shapes.json`, JSON.stringify(shapes));
}

/** Reads arguments back, in order. */
export function readArguments(folder: string): HostArray[] {
  const shapes: Record<string, number[]> = JSON.parse(Deno.readTextFileSync(`${folder}/shapes.json`));
  return Object.entries(shapes).map(([name, shape]) => ({
    data: readNumbers(`${folder}/${name}.f64`),
    shape,
  }));
}
