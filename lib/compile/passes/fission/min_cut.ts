/**
 * The cheapest way to cut a directed graph in two, by Dinic's maximum flow. Vertex 0 is the source
 * and 1 the sink; edges cost what they carry when their tail is on the source's side and their head
 * on the sink's.
 */
export class MinCut {
  #heads: number[] = [];
  #capacities: number[] = [];
  /** Edges by tail; an edge and the reverse of it differ in the last bit. */
  #edges: number[][] = [[], []];

  /** Adds a vertex. */
  vertex(): number {
    return this.#edges.push([]) - 1;
  }

  /** Adds an edge; `Infinity` forbids cutting it. */
  edge(from: number, to: number, cost: number): void {
    this.#edges[from].push(this.#heads.push(to) - 1);
    this.#capacities.push(cost);
    this.#edges[to].push(this.#heads.push(from) - 1);
    this.#capacities.push(0);
  }

  /** Returns, for each vertex, whether it is on the source's side of the cheapest cut. */
  solve(): boolean[] {
    for (;;) {
      const levels = this.#levels();
      if (levels[1] < 0) return levels.map((l) => l >= 0);
      const next = new Array<number>(levels.length).fill(0);
      while (this.#push(levels, next) > 0);
    }
  }

  #levels(): number[] {
    const levels = new Array<number>(this.#edges.length).fill(-1), queue = [0];
    levels[0] = 0;
    for (const at of queue) {
      for (const e of this.#edges[at]) {
        const to = this.#heads[e];
        if (levels[to] >= 0 || this.#capacities[e] <= EPSILON) continue;
        levels[to] = levels[at] + 1;
        queue.push(to);
      }
    }
    return levels;
  }

  /** Sends flow along one path of ascending levels; gives how much. */
  #push(levels: number[], next: number[]): number {
    const path: number[] = [];
    let at = 0;
    while (at !== 1) {
      const edges = this.#edges[at];
      let found = -1;
      for (; next[at] < edges.length; next[at]++) {
        const e = edges[next[at]];
        if (this.#capacities[e] > EPSILON && levels[this.#heads[e]] === levels[at] + 1) {
          found = e;
          break;
        }
      }
      if (found >= 0) {
        path.push(found);
        at = this.#heads[found];
      } else {
        if (path.length === 0) return 0;
        const back = path.pop()!;
        at = this.#heads[back ^ 1];
        next[at]++;
      }
    }
    const flow = Math.min(...path.map((e) => this.#capacities[e]));
    if (flow === Infinity) throw new Error("Cannot cut: the source and the sink are tied together");
    for (const e of path) {
      this.#capacities[e] -= flow;
      this.#capacities[e ^ 1] += flow;
    }
    return flow;
  }
}

const EPSILON = 1e-9;
