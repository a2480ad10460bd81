import type { Import } from "./imports.ts";

/** Modules that import each other in circles: the strongly connected components of more than one, and modules that import themselves (Tarjan 1972). */
export function circlesOf(imports: readonly Import[]): string[][] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of imports) next.set(from, (next.get(from) ?? new Set()).add(to));
  const order = new Map<string, number>(), low = new Map<string, number>();
  const stack: string[] = [], open = new Set<string>(), circles: string[][] = [];
  const visit = (module: string): void => {
    order.set(module, order.size);
    low.set(module, order.get(module)!);
    stack.push(module);
    open.add(module);
    for (const other of next.get(module) ?? []) {
      if (!order.has(other)) visit(other);
      if (open.has(other)) low.set(module, Math.min(low.get(module)!, low.get(other)!));
    }
    if (low.get(module) !== order.get(module)) return;
    const circle = stack.splice(stack.indexOf(module));
    circle.forEach((member) => open.delete(member));
    if (circle.length > 1 || next.get(module)?.has(module)) circles.push(circle.sort());
  };
  for (const module of next.keys()) if (!order.has(module)) visit(module);
  return circles.sort((a, b) => b.length - a.length);
}

/** Finds a shortest way from a module back to itself: the circle to open first, of many that are one. */
export function shortestCircle(members: readonly string[], imports: readonly Import[]): Import[] {
  const among = imports.filter(({ from, to }) => members.includes(from) && members.includes(to));
  const ways = members.flatMap((start) => {
    const seen = new Set<string>();
    let ways = among.filter(({ from }) => from === start).map((first) => [first]);
    while (ways.length > 0) {
      const closed = ways.find((way) => way.at(-1)!.to === start);
      if (closed) return [closed];
      ways = ways.flatMap((way) => {
        const { to } = way.at(-1)!, isNew = !seen.has(to);
        seen.add(to);
        return isNew ? among.filter(({ from }) => from === to).map((next) => [...way, next]) : [];
      });
    }
    return [];
  });
  return ways.toSorted((a, b) => a.length - b.length)[0] ?? [];
}
