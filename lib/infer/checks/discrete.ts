/** The ways to deal with a latent site of discrete values, as a clause for messages. */
export const WITHOUT_ENUMERATION =
  "sum it out by hand (the special.logsumexp of the log densities at all its values, added by factor), observe it, or " +
  "write its guide by hand";
