/**
 * Answers each request with the same bytes, once its body has come, and does nothing else:
 * `limit_http.ts BYTES`. No server on Deno.serve is faster.
 *
 * @module
 */
const answer = new Uint8Array(Number(Deno.args[0]));
Deno.serve({
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }) => console.log(`http://127.0.0.1:${port}/v2`),
}, async (request) => {
  await request.arrayBuffer();
  return new Response(answer, { headers: { "content-type": "application/octet-stream" } });
});
