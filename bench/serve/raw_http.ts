/** An input of a request, as arguments have it: `name:datatype:length,length`. */
interface Input {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

/** Reads an input from its text. */
export function inputOf(text: string): Input {
  const [name, datatype, lengths] = text.split(":");
  return { name, datatype, shape: lengths.split(",").map(Number) };
}

/** Returns the values of an input: whole numbers are its first length, others within -1 and 1. */
export function valuesOf({ datatype, shape }: Input, steps: number): Float32Array | Int32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  if (datatype === "INT32") return new Int32Array(size).fill(steps);
  return Float32Array.from({ length: size }, (_, i) => Math.sin(i));
}

const encoder = new TextEncoder(), decoder = new TextDecoder();

/** Returns the bytes of a request whose inputs and outputs are JSON or binary data. */
export function formatRequest(
  host: string,
  path: string,
  texts: readonly string[],
  isJson: boolean,
): Uint8Array {
  const inputs = texts.map(inputOf), values = inputs.map((input) => valuesOf(input, inputs[0].shape[0]));
  const data = isJson ? [] : values.map(({ buffer }) => new Uint8Array(buffer));
  const json = encoder.encode(JSON.stringify({
    inputs: inputs.map((input, i) => ({
      ...input,
      ...(isJson ? { data: [...values[i]] } : { parameters: { binary_data_size: data[i].length } }),
    })),
    ...(!isJson && { parameters: { binary_data_output: true } }),
  }));
  const length = data.reduce((sum, bytes) => sum + bytes.length, json.length);
  const head = encoder.encode(
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${length}\r\n` +
      (isJson
        ? "Content-Type: application/json\r\n\r\n"
        : `Inference-Header-Content-Length: ${json.length}\r\n\r\n`),
  );
  const request = new Uint8Array(head.length + length);
  let at = 0;
  for (const part of [head, json, ...data]) {
    request.set(part, at);
    at += part.length;
  }
  return request;
}

/** Reads a whole answer with a Content-Length from a connection. Resolves to its status. */
export async function readAnswer(connection: Deno.Conn, buffer: Uint8Array): Promise<number> {
  let size = 0, end = -1, status = 0;
  while (end < 0 || size < end) {
    // A body that the buffer does not hold is read over itself.
    const at = Math.min(size, buffer.length - 65536), count = await connection.read(buffer.subarray(at));
    if (count === null) throw new Error("The server ended the connection");
    size += count;
    if (end >= 0) continue;
    const head = endOfHead(buffer, size);
    if (head < 0) continue;
    const text = decoder.decode(buffer.subarray(0, head));
    status = Number(text.slice(9, 12));
    end = head + Number(/^content-length: (\d+)/im.exec(text)![1]);
  }
  return status;
}

/** Returns the place of the body in an answer; -1: it has not come yet. */
function endOfHead(bytes: Uint8Array, size: number): number {
  for (let i = 3; i < size; i++) {
    if (bytes[i] === 10 && bytes[i - 1] === 13 && bytes[i - 2] === 10) return i + 1;
  }
  return -1;
}
