import { activeHandlers, type Handler } from "../ppl/mod.ts";

/** Runs `body` as if no handler were active: what it does is hidden from all outside, and no plate is around it. */
export function isolated<T>(body: () => T): T {
  const stack = activeHandlers() as Handler[], outside = stack.splice(0);
  try {
    return body();
  } finally {
    stack.splice(0, stack.length, ...outside);
  }
}
