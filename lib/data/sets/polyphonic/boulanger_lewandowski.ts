import type { Dataset } from "../../dataset.ts";
import { parsePolyphonic } from "./parse.ts";
import { simulateChorales, type Sizes } from "./composer/twin.ts";
import type { Polyphonic } from "./types.ts";

const CONVERT = `python3 -c "import json,pickle,sys; d=pickle.load(sys.stdin.buffer,encoding='latin1'); ` +
  `json.dump({k:[[[int(n) for n in s] for s in p] for p in v] for k,v in d.items()},sys.stdout)"`;

function published(name: string, title: string, sizes: Sizes): Dataset<Polyphonic> {
  const pickle = `https://github.com/pyro-ppl/datasets/blob/master/polyphonic/${name}.pickle?raw=true`;
  return {
    name,
    source: `${title}, in the splits of Boulanger-Lewandowski, Bengio and Vincent (ICML 2012)`,
    files: [{
      name: `${name}.json`,
      bytes: null,
      sha256: null,
      url: null,
      howTo: `made from ${pickle} by: ${CONVERT} < ${name}.pickle > ${name}.json`,
    }],
    parse: ([file]) => parsePolyphonic(name, file),
    simulate: (seed) => simulateChorales(seed, sizes),
  };
}

/**
 * 694, 173 and 170 British and American folk tunes with chords. The file `nottingham.json` has the
 * form that `parsePolyphonic` reads. It is published as a pickle, from which Python makes it:
 *
 * ```python
 * import json, pickle
 * with open("nottingham.pickle", "rb") as f:
 *     splits = pickle.load(f, encoding="latin1")
 * with open("nottingham.json", "w") as f:
 *     plain = lambda pieces: [[[int(n) for n in step] for step in piece] for piece in pieces]
 *     json.dump({name: plain(pieces) for name, pieces in splits.items()}, f)
 * ```
 *
 * It is never downloaded, and its sha256 is not known beforehand: the record has that of the file
 * that was read. The twin is that of `jsb` with as many pieces.
 */
export const nottingham: Dataset<Polyphonic> = published(
  "nottingham",
  "The Nottingham collection of folk tunes",
  { train: 694, valid: 173, test: 170 },
);

/**
 * 87, 12 and 25 classical piano pieces, from piano-midi.de. The file `piano_midi.json` is made as
 * that of `nottingham`.
 */
export const pianoMidi: Dataset<Polyphonic> = published(
  "piano_midi",
  "Classical piano music from piano-midi.de",
  { train: 87, valid: 12, test: 25 },
);

/**
 * 524, 135 and 124 orchestral and piano pieces of the MuseData library. The file `muse_data.json`
 * is made as that of `nottingham`.
 */
export const museData: Dataset<Polyphonic> = published(
  "muse_data",
  "Orchestral and piano music of the MuseData library",
  { train: 524, valid: 135, test: 124 },
);
