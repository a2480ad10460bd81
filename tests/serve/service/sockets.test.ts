import assert from "node:assert/strict";
import type { ServiceOptions } from "../../../lib/serve/mod.ts";
import { rows, type Served, serving } from "../served.ts";

const body = JSON.stringify({ inputs: [{ name: "x", datatype: "FP32", shape: [1, 3], data: [1, 2, 3] }] });

/** Runs `body` with a service behind real sockets. */
function listening(
  test: (port: number, served: Served) => Promise<void>,
  options: ServiceOptions = {},
): Promise<void> {
  return serving([rows()], async (served) => {
    const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, served.service.handle);
    try {
      await test(server.addr.port, served);
    } finally {
      await server.shutdown();
    }
  }, options);
}

/** Sends a text over a connection of its own. */
async function send(port: number, text: string): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  return connection;
}

const head = (length: number): string =>
  `POST /v2/models/rows/infer HTTP/1.1\r\nHost: h\r\nContent-Length: ${length}\r\n\r\n`;

async function answers(port: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/v2/models/rows/infer`, { method: "POST", body });
  assert.deepEqual((await response.json()).outputs[0].data, [2, 4, 6]);
}

/** Reads what comes until the connection ends, or until it has come whole. */
async function read(connection: Deno.TcpConn, until: RegExp): Promise<string> {
  const buffer = new Uint8Array(65536), decoder = new TextDecoder();
  let text = "";
  while (!until.test(text)) {
    const count = await connection.read(buffer);
    if (count === null) break;
    text += decoder.decode(buffer.subarray(0, count));
  }
  return text;
}

Deno.test("a body of 100 MB is refused before it has come", () =>
  listening(async (port) => {
    using connection = await send(port, head(100e6) + "{");
    const text = await read(connection, /\}$/);
    assert.match(text, /^HTTP\/1\.1 413 /);
    assert.match(text, /\{"error":"the body is too large, expected at most \d+ bytes"\}$/);
    await answers(port);
  }));

Deno.test("a slow sender is answered 408, and holds up nobody", () =>
  listening(async (port) => {
    using connection = await send(port, head(body.length) + body.slice(0, 10));
    await answers(port);
    assert.match(await read(connection, /\}$/), /^HTTP\/1\.1 408 /);
    await answers(port);
  }, { bodyTimeout: 200 }));

Deno.test("clients that vanish, before and after their body has come, cost nothing", () =>
  listening(async (port, { ask }) => {
    for (let i = 0; i < 20; i++) {
      (await send(port, head(body.length) + body.slice(0, i % 2 ? 10 : body.length))).close();
    }
    await answers(port);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const metrics = await (await ask("metrics")).response.text();
    assert.match(metrics, /^pyrosaur_waiting_requests 0$/m);
  }));

Deno.test("bodies that are held at the same time are bounded together", () =>
  listening(async (port) => {
    // Four times the bound of one: the fifth is told to come again.
    const part = `{"x":"${" ".repeat(900)}`,
      slow = await Promise.all([1, 2, 3, 4].map(() => send(port, head(1000) + part)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    using fifth = await send(port, head(1000) + part);
    assert.match(await read(fifth, /\}$/), /^HTTP\/1\.1 429 [^]*retry-after: 1\r\n/i);
    for (const connection of slow) connection.close();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await answers(port);
  }, { maxBodyBytes: 1000 }));
