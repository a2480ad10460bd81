/** A comment that breaks a rule of style, and the rule. */
export interface Finding {
  readonly line: number;
  readonly rule: string;
}

/** Comments are narrower than code, whose lines have 110 columns: prose is read from edge to edge. */
const WIDTH = 100;

/** Words that begin a clause in the place of a noun ("What came of a training") or a verb. */
const CLAUSE = /\/\*\*[\s*]*(What|Where|How|Whether|Which)\b/g;

const isComment = (line: string): boolean => /^\s*(\/\/|\/\*\*|\*(\s|\/|$))/.test(line);

/** Tells whether a line has a word that fills most of it, as a long address does. */
const isUnbreakable = (line: string): boolean => line.split(/\s+/).some((word) => word.length > 60);

/** Finds the comments of a module that break the rules, in order. */
export function findingsIn(text: string): Finding[] {
  const clauses = [...text.matchAll(CLAUSE)].map(({ index, 1: word }): Finding => ({
    line: text.slice(0, index).split("\n").length,
    rule: `a doc comment begins with "${word}", expected a noun (of a type) or a verb (of a function)`,
  }));
  const wide = text.split("\n").flatMap((line, i): Finding[] =>
    line.length > WIDTH && isComment(line) && !isUnbreakable(line)
      ? [{ line: i + 1, rule: `a comment has ${line.length} columns, expected at most ${WIDTH}` }]
      : []
  );
  return [...clauses, ...wide].sort((a, b) => a.line - b.line);
}
