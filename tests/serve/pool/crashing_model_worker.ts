/** A Worker of the server, with its sessions, that ends as it is told: of an error, or of itself. */
import "../../../lib/serve/pool/model_worker.ts";

const scope = globalThis as unknown as { onmessage: (event: MessageEvent) => void; close(): void };
const own = scope.onmessage;
scope.onmessage = (event) => {
  if (event.data.end === "error") throw new Error("crash");
  if (event.data.end === "close") return scope.close();
  own(event);
};
