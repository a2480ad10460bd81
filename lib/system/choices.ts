/** The choices made since the last `forgetChoices`, by their subject. */
const made = new Map<string, Set<string>>();

/**
 * Notes what this process, or this Worker, has chosen by itself, for the records of what it
 * computes: which engine `auto` took, say.
 */
export function noteChoice(subject: string, choice: string): void {
  const choices = made.get(subject);
  if (choices) choices.add(choice);
  else made.set(subject, new Set([choice]));
}

/** Returns what was chosen of a subject since choices were last forgotten, in order of name. */
export const choicesOf = (subject: string): string[] => [...made.get(subject) ?? []].sort();

/** Forgets the choices of a subject: another record begins. */
export const forgetChoices = (subject: string): boolean => made.delete(subject);
