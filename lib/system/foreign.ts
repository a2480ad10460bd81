/** Throws unless this is Deno, whose foreign functions native libraries are called by. */
export function checkForeign(purpose: string): void {
  if (typeof Deno === "undefined") {
    throw new Error(
      `Cannot ${purpose}: it needs Deno's foreign functions; run the program with \`deno run\``,
    );
  }
}
