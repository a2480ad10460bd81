const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** Answers a request by a file of a folder; what is not in it is not there. */
export async function answerFrom(folder: string, request: Request): Promise<Response> {
  if (!["GET", "HEAD"].includes(request.method)) return new Response("Only GET\n", { status: 405 });
  let path: string;
  try {
    path = decodeURIComponent(new URL(request.url).pathname).replace(/\/$/, "/index.html");
  } catch {
    return new Response("Bad address\n", { status: 400 });
  }
  const type = TYPES[path.split(".").at(-1)!];
  if (!type || path.split("/").some((part) => part.startsWith(".")) || /[\\\0]/.test(path)) {
    return new Response("There is nothing\n", { status: 404 });
  }
  const file = await Deno.readFile(`${folder}${path}`).catch(() => undefined);
  if (!file) return new Response("There is nothing\n", { status: 404 });
  const headers = { "content-type": type, "x-content-type-options": "nosniff" };
  return new Response(request.method === "HEAD" ? null : file, { headers });
}
