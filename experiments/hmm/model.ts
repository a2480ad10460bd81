import { Bernoulli, Beta, Categorical, Dirichlet } from "@pyrosaur/pyrosaur/distributions";
import { configEnumerate, mask, plate, sample, scan, vindex } from "@pyrosaur/pyrosaur/ppl";
import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";

/** Sequences of notes in lanes of their own, time first. */
export interface Notes {
  /** 1 for a note that sounds, else 0: [steps, sequences, notes]. */
  readonly values: Tensor;
  /** The values of the step before, 0 before the first: [steps, sequences, notes]. */
  readonly before: Tensor;
  /** True at the steps of sequences, false at padding: bool [steps, sequences]. */
  readonly mask: Tensor;
}

/** The forms of hidden Markov models in Pyro's example, by number. */
export const FORMS = {
  plain: 1,
  "last notes": 2,
  factorial: 3,
  coupled: 4,
} as const;

/** The name of a form. */
export type FormName = keyof typeof FORMS;

/** Probabilities of states and notes. */
export type Tables = Readonly<Record<string, Tensor>>;

/** A model in two parts. */
export interface Form {
  /** Draws the tables from their prior. */
  prior(): Tables;
  /** Sequences given the tables; states are summed out, or inferred. */
  sequences(tables: Tables, notes: Notes): void;
}

const sticky = (states: number): Dirichlet =>
  new Dirichlet(tf.eye(states).mul(0.9).add(0.1)).toEvent(1) as never;

const notesPrior = (shape: number[]) => new Beta(0.1, 0.9).expand(shape).toEvent(shape.length);

/** Loops over steps, with a state of one or two variables that starts at 0. */
function chain(
  names: readonly string[],
  notes: Notes,
  step: (state: Tensor[], before: Tensor) => { state: Tensor[]; probs: Tensor },
): void {
  using _sequences = plate("sequences", notes.values.shape[1]);
  const start = names.map(() => tf.scalar(0, "int32") as Tensor);
  scan(
    (last: Tensor[], { values, before, mask: present }: Notes): [Tensor[], null] => {
      using _padding = mask(present);
      const { state, probs } = step(last, before);
      sample("y", new Bernoulli({ probs }).toEvent(1), { obs: values });
      return [state, null];
    },
    start,
    notes,
  );
}

const draw = (name: string, table: Tensor, ...at: Tensor[]): Tensor =>
  sample(name, new Categorical({ probs: vindex(table, [...at, null]) })).cast("int32");

/** Returns one of the forms. */
export function form(name: FormName, hidden: number, notes: number): Form {
  const side = Math.round(Math.sqrt(hidden));
  const forms: Record<FormName, Form> = {
    plain: {
      prior: () => ({
        probs_x: sample("probs_x", sticky(hidden)),
        probs_y: sample("probs_y", notesPrior([hidden, notes])),
      }),
      sequences: ({ probs_x, probs_y }, data) =>
        chain(["x"], data, ([last]) => {
          const x = draw("x", probs_x, last);
          return { state: [x], probs: vindex(probs_y, [x, null]) };
        }),
    },
    "last notes": {
      prior: () => ({
        probs_x: sample("probs_x", sticky(hidden)),
        probs_y: sample("probs_y", notesPrior([hidden, 2, notes])),
      }),
      sequences: ({ probs_x, probs_y }, data) =>
        chain(["x"], data, ([last], before) => {
          const x = draw("x", probs_x, last);
          const [silent, sounding] = [0, 1].map((y) => vindex(probs_y, [x, tf.scalar(y, "int32"), null]));
          return { state: [x], probs: tf.where(before.greater(0), sounding, silent) };
        }),
    },
    factorial: {
      prior: () => ({
        probs_w: sample("probs_w", sticky(side)),
        probs_x: sample("probs_x", sticky(side)),
        probs_y: sample("probs_y", notesPrior([side, side, notes])),
      }),
      sequences: ({ probs_w, probs_x, probs_y }, data) =>
        chain(["w", "x"], data, ([lastW, lastX]) => {
          const w = draw("w", probs_w, lastW), x = draw("x", probs_x, lastX);
          return { state: [w, x], probs: vindex(probs_y, [w, x, null]) };
        }),
    },
    coupled: {
      prior: () => ({
        probs_w: sample("probs_w", sticky(side)),
        probs_x: sample("probs_x", new Dirichlet(tf.fill([side, side, side], 0.1)).toEvent(2)),
        probs_y: sample("probs_y", notesPrior([side, side, notes])),
      }),
      sequences: ({ probs_w, probs_x, probs_y }, data) =>
        chain(["w", "x"], data, ([lastW, lastX]) => {
          const w = draw("w", probs_w, lastW), x = draw("x", probs_x, w, lastX);
          return { state: [w, x], probs: vindex(probs_y, [w, x, null]) };
        }),
    },
  };
  const { prior, sequences } = forms[name];
  return { prior, sequences: configEnumerate(sequences) };
}
