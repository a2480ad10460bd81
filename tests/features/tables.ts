/** A name in the first column of a row. */
interface Token {
  /** The name, or the end of its path; with `.*` at its end all that is below. */
  readonly text: string;
  /** The library that it is of; undefined: both. */
  readonly library: string | undefined;
}

/** A row of a table of FEATURES.md. */
export interface Row {
  /** The first column. */
  readonly title: string;
  /** The names in it. */
  readonly tokens: readonly Token[];
  /** True where the names are of other software, such as ArviZ. */
  readonly isOfOthers: boolean;
  /** The second column: the name here. */
  readonly here: string;
  /** "supported", "limited" or "not". */
  readonly status: string;
  /** The restriction, or the reason. */
  readonly note: string;
}

/** The software beside Pyro and NumPyro that rows name things of. */
const OTHERS =
  /\(TFP\)|ArviZ|`jax\.|`nn\.|`summary`|opt_einsum|pack_padded|`cdf`|\.inv`|`transform_to`|`(ELBO|Trace|SVI)\./;

const libraries: Record<string, string> = { P: "pyro", N: "numpyro" };

/** Reads the rows of FEATURES.md that name things of Pyro and NumPyro. */
export function rowsOf(text: string): Row[] {
  let columns = 0;
  return text.split("\n").flatMap((line) => {
    if (!line.startsWith("|")) columns = 0;
    const cells = line.split("|").slice(1, -1).map((cell) => cell.trim());
    if (/^(Pyro|PyTorch) \/ /.test(cells[0] ?? "")) columns = cells.length;
    if (columns === 0 || !/^`|^[a-z]/.test(cells[0])) return [];
    const [title, second, ...rest] = cells;
    const tokens = [...title.matchAll(/`([\w.]+(?:\.\*)?)`(?: \(([PN])\))?/g)].map((
      [, name, mark],
    ): Token => ({
      text: name,
      library: libraries[mark],
    }));
    const isOfOthers = OTHERS.test(title);
    const [here, status, note] = columns === 2 ? ["", "not", second] : [second, rest[0], rest[1]];
    return [{ title, tokens, isOfOthers, here, status, note }];
  });
}

/** A row that a name stands in, and the text that names it there. */
export interface Answer {
  readonly row: Row;
  readonly token: string;
}

/**
 * Makes a function that finds the rows that name something by its library and path; those that name
 * all of its module only where no other does.
 */
export function answersIn(rows: readonly Row[]): (library: string, path: string) => Answer[] {
  const byText = new Map<string, { answer: Answer; library: string | undefined }[]>();
  for (const row of rows) {
    for (const { text, library } of row.tokens) {
      const all = byText.get(text) ?? [];
      byText.set(text, [...all, { answer: { row, token: text }, library }]);
    }
  }
  return (library, path) => {
    const parts = path.split("."), ends = parts.map((_, i) => parts.slice(i).join("."));
    const modules = parts.flatMap((_, i) =>
      parts.slice(i + 1).map((_, k) => `${parts.slice(i, i + k + 1).join(".")}.*`)
    );
    const find = (texts: readonly string[]) =>
      texts.flatMap((text) => byText.get(text) ?? []).filter((at) => (at.library ?? library) === library)
        .map(({ answer }) => answer);
    const exact = find(ends);
    return exact.length > 0 ? exact : find(modules);
  };
}
