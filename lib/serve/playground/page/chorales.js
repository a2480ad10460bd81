// @ts-check
/**
 * Openings of chorales to go on from: old tunes that are nobody's (by Bourgeois, Luther and
 * Crüger), set here in four plain voices, in C, as all that the model has learned from. Chords of
 * MIDI numbers, one a quarter note, from bass to soprano.
 */

/**
 * @typedef {object} Chorale
 * @property {string} id
 * @property {string} title
 * @property {readonly (readonly number[])[]} chords
 */

/** @type {readonly Chorale[]} */
export const chorales = [
  {
    id: "old-hundredth",
    title: "Old Hundredth (1551)",
    chords: [
      [60, 64, 67, 72],
      [60, 64, 67, 72],
      [55, 62, 67, 71],
      [57, 60, 64, 69],
      [52, 59, 64, 67],
      [57, 60, 64, 72],
      [55, 59, 67, 74],
      [48, 60, 67, 76],
      [60, 67, 72, 76],
      [60, 67, 72, 76],
      [60, 67, 72, 76],
      [59, 62, 67, 74],
      [57, 64, 69, 72],
      [53, 69, 72, 77],
      [48, 67, 72, 76],
      [55, 67, 71, 74],
    ],
  },
  {
    id: "vom-himmel-hoch",
    title: "Vom Himmel hoch (1539)",
    chords: [
      [48, 55, 64, 72],
      [52, 55, 64, 71],
      [41, 57, 60, 69],
      [43, 62, 67, 71],
      [48, 60, 64, 67],
      [53, 60, 65, 69],
      [43, 62, 65, 71],
      [48, 60, 64, 72],
      [45, 60, 64, 72],
      [41, 57, 65, 72],
      [48, 60, 64, 67],
      [52, 59, 64, 67],
      [45, 57, 60, 64],
      [52, 55, 60, 67],
      [43, 59, 62, 65],
      [48, 55, 60, 64],
    ],
  },
  {
    id: "nun-danket",
    title: "Nun danket (1647)",
    chords: [
      [60, 64, 72, 79],
      [60, 64, 72, 79],
      [52, 67, 72, 79],
      [53, 65, 72, 81],
      [57, 65, 72, 81],
      [60, 64, 72, 79],
      [60, 64, 72, 79],
      [52, 67, 72, 79],
      [60, 67, 72, 76],
      [57, 65, 72, 77],
      [60, 67, 72, 76],
      [55, 67, 71, 74],
      [52, 67, 72, 76],
      [55, 67, 71, 74],
      [55, 65, 71, 74],
      [48, 64, 67, 72],
    ],
  },
];
