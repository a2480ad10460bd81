/** The probabilities a simulated chorale is composed at. */
export interface ChoraleParameters {
  /** Of a piece to have the tonic C, as nearly all of the transposed real ones; else any other. */
  readonly tonicC: number;
  /** Of a piece to be in minor. */
  readonly minor: number;
  /** Of another phrase after the fourth and every later one, up to sixteen. */
  readonly anotherPhrase: number;
  /** Of one step before the first phrase's eight. */
  readonly upbeat: number;
  /** Of a phrase, but the last, to end with an authentic cadence (the last always does). */
  readonly authentic: number;
  /** Of a phrase, but the last, to end with a half cadence; else with a deceptive one. */
  readonly half: number;
  /** Of a cadence's last chord to be held for two steps. */
  readonly hold: number;
  /** Of a chord within a phrase to be held for another step. */
  readonly repeat: number;
  /** Of a chord outside the end of a cadence to have its third in the bass. */
  readonly inversion: number;
  /** Of a dominant to have its seventh, but at half cadences. */
  readonly seventh: number;
  /** Of a voice that is held, and goes on by a third, to fill the third with the note between. */
  readonly passing: number;
  /** Of a step outside cadences, but the first, to be silent. */
  readonly rest: number;
}

/** The parameters of the twins. */
export const CHORALE_PARAMETERS: ChoraleParameters = {
  tonicC: 0.93,
  minor: 0.46,
  anotherPhrase: 0.78,
  upbeat: 0.5,
  authentic: 0.55,
  half: 0.3,
  hold: 0.5,
  repeat: 0.28,
  inversion: 0.35,
  seventh: 0.3,
  passing: 0.4,
  rest: 0.004,
};
