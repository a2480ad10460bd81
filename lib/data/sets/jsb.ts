import type { Dataset } from "../dataset.ts";
import { parsePolyphonic } from "./polyphonic/parse.ts";
import { simulateChorales } from "./polyphonic/composer/twin.ts";
import type { Polyphonic } from "./polyphonic/types.ts";

/** The steps of the longest chorale. */
const LONGEST = 160;

/**
 * 382 chorales of J. S. Bach at quarter-note steps, in the splits of Boulanger-Lewandowski, Bengio
 * and Vincent (2012): 229, 76 and 77 lists of chords of 0 to 4 notes from 43 to 96, about an octave
 * above where they are sung; 25 to 160 steps each. Nearly all were transposed to C major or C
 * minor.
 *
 * The twin composes as many pieces, of 32 to 129 steps: phrases of 8 steps, at least 4, another
 * with probability `anotherPhrase` (16 at most), and before them an upbeat of one step (`upbeat`).
 * A piece has a key: the tonic C (`tonicC`), as nearly all of the real ones have been given, or any
 * other, and `minor` or else major. Its chords follow a Markov chain over the degrees of the scale
 * (`PROGRESSIONS` in polyphonic/composer/harmony.ts); a chord is held for another step (`repeat`),
 * stands in its first inversion (`inversion`), a dominant has its seventh (`seventh`). A phrase
 * ends in a subdominant and an `authentic` (V I), `half` (V) or deceptive (V vi) cadence, the last
 * phrase in an authentic one; the cadence's last chord may last two steps (`hold`). Four voices in
 * the ranges of the real chorales take the chords' notes without crossing, the nearer the more
 * probable: costs of motion, doublings and register are summed (`COSTS` and `VOICES` in
 * polyphonic/composer/voicing.ts) and a voicing is drawn in proportion to exp(-cost); leading tones
 * rise and sevenths fall as a rule; fifths and octaves do not move in parallel. A held voice that
 * goes on by a third may fill it with a passing tone (`passing`), and a step may be silent
 * (`rest`). What these probabilities are is in the `parameters` it comes with, and `choicesNll`:
 * the negative log probability, in nats a step, of all that was chosen for the test part, which an
 * ideal model would reach or fall below.
 */
export const jsb: Dataset<Polyphonic> = {
  name: "jsb",
  source:
    "J. S. Bach's chorales at quarter-note steps, in the splits of Boulanger-Lewandowski, Bengio and Vincent (ICML 2012)",
  files: [{
    name: "jsb-chorales-quarter.json",
    bytes: 407200,
    sha256: "2db9329f1881a1d3f49703ec556bf1d6f84b4f6c1d702c156536e93cf31e1c91",
    url:
      "https://raw.githubusercontent.com/czhuang/JSB-Chorales-dataset/9a7f733ddb4ed91f48da64ac7f0f621c34aadd4d/jsb-chorales-quarter.json",
  }],
  parse: ([file]) => parsePolyphonic("jsb", file, LONGEST),
  simulate: (seed) => simulateChorales(seed, { train: 229, valid: 76, test: 77 }),
};
