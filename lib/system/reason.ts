/** Returns the message of something thrown, whatever it is. */
export const reasonOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);

/** Returns the first line of the message of something thrown: longer ones hold stacks and help. */
export const shortReason = (thrown: unknown): string => reasonOf(thrown).split("\n")[0];

/** Tells whether an error of the file system says that there is no such file or folder. */
export const isMissing = (thrown: unknown): boolean =>
  thrown instanceof Error && ["ENOENT", "ENOTDIR"].includes((thrown as Error & { code?: string }).code!);
