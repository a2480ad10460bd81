import assert from "node:assert/strict";
import fc from "fast-check";
import { gzipSync } from "node:zlib";
import { binaryAnswer, binaryBody, echo, rows, type Served, serving } from "../served.ts";
import { stopwatch } from "../../stopwatch.ts";

/** Runs of a property; the first failure is shrunk. */
const RUNS = 400;

/** Values that stand where others are expected. */
const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    "",
    "x",
    [],
    {},
    -1,
    1.5,
    1e300,
    2 ** 53,
    [[]],
    "__proto__",
    [null],
    4294967296,
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

/** A request with some of its parts in the place of which something strange stands, or nothing. */
const request = fc.record({
  id: fc.oneof(fc.string(), strange),
  inputs: fc.oneof(
    {
      weight: 5,
      arbitrary: fc.array(
        fc.record({
          name: fc.oneof({ weight: 5, arbitrary: fc.constant("x") }, strange),
          datatype: fc.oneof(
            { weight: 5, arbitrary: fc.constant("FP32") },
            fc.constantFrom("FP64", "BYTES"),
            strange,
          ),
          shape: fc.oneof(
            {
              weight: 5,
              arbitrary: fc.constantFrom([1, 3], [2, 3], [0, 3], [9, 3], [2 ** 31, 3], [1, 3, 1]),
            },
            fc.array(fc.integer()),
            strange,
          ),
          data: fc.oneof(
            { weight: 5, arbitrary: fc.array(fc.oneof(fc.double(), fc.integer()), { maxLength: 7 }) },
            fc.constant([[1, 2, 3]]),
            strange,
          ),
          parameters: fc.oneof(
            fc.constant({}),
            fc.record({ binary_data_size: fc.oneof(fc.constantFrom(12, 24), strange) }),
            strange,
          ),
        }, { requiredKeys: [] }),
        { maxLength: 2 },
      ),
    },
    strange,
  ),
  outputs: fc.oneof(
    fc.array(
      fc.record({ name: fc.constantFrom("y", "s", "z"), parameters: fc.oneof(fc.constant({}), strange) }, {
        requiredKeys: ["name"],
      }),
      { maxLength: 2 },
    ),
    strange,
  ),
  parameters: fc.oneof(
    fc.record({ binary_data_output: fc.oneof(fc.boolean(), strange), timeout: strange }, {
      requiredKeys: [],
    }),
    strange,
  ),
}, { requiredKeys: [] });

/** Checks that an answer is results or an error of the request, and that the next request is answered rightly. */
async function check(ask: Served["ask"], answer: { status: number; response: Response }): Promise<void> {
  const { status, response } = answer;
  if (status === 200) {
    const isBinary = response.headers.has("inference-header-content-length");
    const json = isBinary ? (await binaryAnswer(response)).json : await response.json();
    assert.ok(Array.isArray(json.outputs));
    return;
  }
  const { error } = await response.json();
  assert.ok(status >= 400 && status < 500, `${status} ${error}`);
  assert.ok(typeof error === "string" && error.length > 0 && error.length < 2000, error);
  const value = Math.random();
  const next = await ask("v2/models/rows/infer", {
    inputs: [{ name: "x", datatype: "FP32", shape: [1, 3], data: [0, 0, value] }],
  });
  assert.deepEqual(next.json.outputs[0].data, [0, 0, Math.fround(2 * Math.fround(value))]);
}

Deno.test("strange requests as JSON are a 4xx or are answered, and never the next one's harm", () =>
  serving([rows()], async ({ ask }) => {
    await fc.assert(
      fc.asyncProperty(
        request,
        async (body) => check(ask, await ask("v2/models/rows/infer", JSON.stringify(body))),
      ),
      { numRuns: RUNS },
    );
  }));

Deno.test("broken JSON is a 4xx", () =>
  serving([rows()], async ({ ask }) => {
    const whole = '{"id":"é","inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[NaN,1e5,-2.5]}]}';
    const change = fc.record({
      at: fc.nat(whole.length),
      cut: fc.nat(4),
      text: fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom("[", "{", '"', "NaN", "\\", "-", "\u0000")),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const text = changes.reduce(
          (text, { at, cut, text: added }) => text.slice(0, at) + added + text.slice(at + cut),
          whole,
        );
        await check(ask, await ask("v2/models/rows/infer", text));
      }),
      { numRuns: RUNS },
    );
    for (const deep of ["[", '{"data":[', '{"inputs":[']) {
      await check(ask, await ask("v2/models/rows/infer", deep.repeat(1e5)));
    }
  }));

Deno.test("fifty million brackets hold up nobody", () =>
  serving([rows()], async ({ ask }) => {
    for (const mark of ["[", '{"data":[', "[]["]) {
      const text = mark.repeat(5e7 / mark.length), seconds = stopwatch();
      const { status, json } = await ask("v2/models/rows/infer", text);
      assert.deepEqual([status, json.error], [400, "the body is no JSON of at most 100 levels"]);
      assert.ok(seconds() < 5);
    }
    // Data of few levels, but in millions of arrays.
    const start = performance.now(), data = `"data":[${Array(5e5).fill("[[[[1]]]]").join(",")}]`;
    const text = `{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],${data}}]}`;
    const { status, json } = await ask("v2/models/rows/infer", text);
    assert.equal(status, 400);
    assert.match(json.error, /^the body has more than 262144 arrays and objects; send "data" flat, or as/);
    assert.ok(performance.now() - start < 2000);
    const quoted = {
      id: `"${"[".repeat(5000)}\\"`,
      inputs: [{ name: "x", datatype: "FP32", shape: [1, 3], data: [1, 2, 3] }],
    };
    assert.equal((await ask("v2/models/rows/infer", quoted)).json.id, quoted.id);
  }));

Deno.test("binary bodies of any bytes are a 4xx or are answered", () =>
  serving([rows(), echo(["STRING"])], async ({ ask }) => {
    const sizes = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(0, 12, 24) },
      fc.integer(),
      fc.constant(2 ** 53),
    );
    const property = fc.asyncProperty(
      fc.uint8Array({ maxLength: 40 }),
      sizes,
      fc.option(fc.oneof(fc.nat(200), fc.constantFrom(-1, 1e9))),
      fc.constantFrom(
        ["rows", "FP32", [1, 3]] as const,
        ["rows", "FP32", [2, 3]] as const,
        ["echo", "BYTES", [2]] as const,
        ["echo", "BYTES", [0]] as const,
      ),
      fc.boolean(),
      async (bytes, size, header, [model, datatype, shape], isPacked) => {
        const [body, init] = binaryBody({
          inputs: [{ name: "x", datatype, shape, parameters: { binary_data_size: size } }],
        }, bytes);
        const headers: Record<string, string> = header === null
          ? init.headers as Record<string, string>
          : { "inference-header-content-length": String(header) };
        if (isPacked) headers["content-encoding"] = "gzip";
        await check(
          ask,
          await ask(`v2/models/${model}/infer`, isPacked ? gzipSync(body) : body, { headers }),
        );
      },
    );
    await fc.assert(property, { numRuns: RUNS });
  }));

Deno.test("requests of many at once, good and bad, are answered each with its own", () =>
  serving([rows()], async ({ ask }) => {
    const asked = Array.from({ length: 300 }, async (_, i) => {
      const count = 1 + i % 4, data = Array.from({ length: 3 * count }, () => i);
      if (i % 7 === 0) data.pop();
      const { status, json } = await ask("v2/models/rows/infer", {
        id: `${i}`,
        inputs: [{ name: "x", datatype: "FP32", shape: [count, 3], data }],
      });
      if (i % 7 === 0) return assert.equal(status, 400);
      assert.equal(json.id, `${i}`);
      assert.deepEqual(json.outputs[0].data, data.map((value) => 2 * value));
      assert.deepEqual(json.outputs[1].data, Array(count).fill(3 * i));
    });
    await Promise.all(asked);
  }));
