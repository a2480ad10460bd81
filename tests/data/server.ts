/** What the server answers at a path. */
export type Answer = (request: Request) => Response | Promise<Response>;

/** Runs `body` with an HTTP server on this machine; gives it the server's address and the paths that were asked for. */
export async function withServer<T>(
  answers: Record<string, Answer>,
  body: (address: string, asked: string[]) => Promise<T>,
): Promise<T> {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    return answers[pathname]?.(request) ??
      new Response("no such file", { status: 404, statusText: "Not Found" });
  });
  try {
    return await body(`http://127.0.0.1:${server.addr.port}`, asked);
  } finally {
    await server.shutdown();
  }
}

/** A server that speaks of more bytes than it sends before it hangs up. */
export async function withTruncatingServer<T>(body: (address: string) => Promise<T>): Promise<T> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(4096));
      await connection.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"));
      connection.close();
    }
  })().catch(() => {});
  try {
    return await body(`http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`);
  } finally {
    listener.close();
    await serving;
  }
}
