/** The names of profiles: every experiment has the first two. */
export const PROFILES = ["quick", "full", "todays", "tuned", "best"] as const;

/**
 * The name of a size that an experiment comes in: `quick` takes minutes on two cores, `full` has
 * the size and the settings of the paper. An experiment may lack the others: `todays` has the
 * settings that the paper's software has today, where these have become others, `tuned` settings of
 * our own that are to do better, and `best` such settings without a limit of time.
 */
export type ProfileName = typeof PROFILES[number];

/** A profile: the number of seeds, and the experiment's own settings, all of which are recorded. */
export type Profile<Config> = Config & {
  /** The number of seeds the experiment is run with. */
  readonly seeds: number;
};

/** The profiles of an experiment by name. */
export type Profiles<Config> = Readonly<
  & Record<"quick" | "full", Profile<Config>>
  & Partial<Record<ProfileName, Profile<Config>>>
>;
