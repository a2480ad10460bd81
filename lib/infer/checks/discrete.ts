/** The ways to deal with a latent site of discrete values, as a clause for messages. */
export const WITHOUT_ENUMERATION =
  "sum it out (configEnumerate, and TraceEnumELBO; where its values are not few, by hand: the special.logsumexp of the " +
  "log densities, added by factor), observe it, or write its guide by hand";
