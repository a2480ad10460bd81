/** Returns the share of rows whose component has a majority of their own class. */
export function agreement(components: readonly number[], classes: readonly string[]): number {
  const counts = new Map<number, Map<string, number>>();
  components.forEach((component, i) => {
    const own = counts.get(component) ?? new Map<string, number>();
    counts.set(component, own.set(classes[i], (own.get(classes[i]) ?? 0) + 1));
  });
  const right = [...counts.values()].map((own) => Math.max(...own.values()));
  return right.reduce((a, b) => a + b, 0) / components.length;
}
