/** A process of the benchmark that loads nothing: the time that Deno takes itself. */
console.log("{}");
