/**
 * The headers of every answer. Nothing but this server's own files is loaded or asked, and no
 * script but those files is run; ONNX Runtime compiles its WebAssembly, which has to be allowed.
 */
export const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  // Asked for again each time, and sent again only where it has changed.
  "cache-control": "no-cache",
  "vary": "Accept-Encoding",
};
