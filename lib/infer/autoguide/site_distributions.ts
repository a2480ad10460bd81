let wanted = false;

/**
 * Runs `body` with automatic guides giving each site its own distribution, so that divergences in
 * closed form can be found; otherwise they draw all sites as one vector, which is several times
 * fewer operations.
 */
export function withSiteDistributions<T>(body: () => T): T {
  const before = wanted;
  wanted = true;
  try {
    return body();
  } finally {
    wanted = before;
  }
}

/** Whether the distributions of single sites are wanted. */
export const wantsSiteDistributions = (): boolean => wanted;
