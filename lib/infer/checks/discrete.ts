const BY_HAND = "the special.logsumexp of the log densities, added by factor";

/** The ways to deal with a latent site of discrete values, as a clause for messages. */
export const WITHOUT_ENUMERATION =
  `sum it out (configEnumerate, and TraceEnumELBO; where its values are not few, by hand: ${BY_HAND}), observe it, or ` +
  "write its guide by hand";

/** The ways where there is no finite list of its values. */
export const WITHOUT_FINITE_SUPPORT =
  `there is no finite list of them to sum over: sum it out by hand (${BY_HAND}), observe it, or write its guide by hand`;
