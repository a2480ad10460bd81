/**
 * Returns an empty record for values by names that users give: it has no members but those put into
 * it, so that a site may be called `constructor` or `__proto__`.
 */
export const emptyRecord = <V>(): Record<string, V> => Object.create(null);

/** Returns the value of a name in a record; undefined where there is none of its own. */
export const ownValue = <V>(record: Readonly<Record<string, V>>, name: string): V | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
