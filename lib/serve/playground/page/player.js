// @ts-check
/** The piece as sound: a small organ of oscillators. */

/** @typedef {import("./notes.js").Note} Note */

/** The strengths of the harmonics, from the second on as of an organ's flue pipes. */
const HARMONICS = [0, 1, 0.5, 0.3, 0.22, 0.08, 0.1, 0.04, 0.05];

/** Seconds in which a note comes and goes. */
const ATTACK = 0.025, RELEASE = 0.22;

/** Seconds that notes are given to the sound card ahead of their time, and between looks. */
const AHEAD = 0.5, LOOK = 0.1;

/** Plays one piece at a time. */
export class Player {
  /** @type {AudioContext | undefined} */
  #audio;
  /** @type {GainNode | undefined} */
  #organ;
  /** @type {PeriodicWave | undefined} */
  #wave;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #looks;
  #begin = 0;
  #stepSeconds = 1;

  /** True while a piece is played. */
  get isPlaying() {
    return this.#looks !== undefined;
  }

  /** The step that is heard now, with its fraction. */
  get position() {
    return this.#audio ? (this.#audio.currentTime - this.#begin) / this.#stepSeconds : 0;
  }

  /**
   * Plays a piece from its beginning.
   *
   * @param {readonly Note[]} notes by start
   * @param {{ tempo: number, ended: () => void }} options the tempo in steps a minute
   */
  async play(notes, { tempo, ended }) {
    this.stop();
    const audio = this.#audio ??= new AudioContext();
    await audio.resume();
    this.#wave ??= audio.createPeriodicWave(Float32Array.from(HARMONICS), new Float32Array(HARMONICS.length));
    const organ = this.#organ = openOrgan(audio);
    this.#stepSeconds = 60 / tempo;
    this.#begin = audio.currentTime + 0.1;
    const end = Math.max(0, ...notes.map(({ start, length }) => start + length));
    let next = 0;
    const look = () => {
      const until = this.position + AHEAD / this.#stepSeconds;
      for (; next < notes.length && notes[next].start < until; next++) {
        this.#strike(audio, organ, notes[next]);
      }
      if (this.position < end) return;
      this.stop();
      ended();
    };
    look();
    this.#looks = setInterval(look, LOOK * 1000);
  }

  /** Ends what is played. */
  stop() {
    clearInterval(this.#looks);
    this.#looks = undefined;
    const organ = this.#organ, audio = this.#audio;
    if (!organ || !audio) return;
    organ.gain.setTargetAtTime(0, audio.currentTime, RELEASE / 4);
    setTimeout(() => organ.disconnect(), 2000 * RELEASE);
    this.#organ = undefined;
  }

  /**
   * @param {AudioContext} audio
   * @param {AudioNode} organ
   * @param {Note} note
   */
  #strike(audio, organ, { pitch, start, length }) {
    const begin = this.#begin + start * this.#stepSeconds, end = begin + length * this.#stepSeconds;
    const pipe = audio.createOscillator(), valve = audio.createGain(), place = audio.createStereoPanner();
    pipe.setPeriodicWave(/** @type {PeriodicWave} */ (this.#wave));
    pipe.frequency.value = 440 * 2 ** ((pitch - 69) / 12);
    // High voices to the left, as one hears a choir; and softer, since they are heard more easily.
    place.pan.value = Math.min(Math.max((60 - pitch) / 40, -0.6), 0.6);
    const loudness = 0.17 * 2 ** ((60 - pitch) / 36);
    valve.gain.setValueAtTime(0, begin);
    valve.gain.linearRampToValueAtTime(loudness, begin + ATTACK);
    valve.gain.setValueAtTime(loudness, Math.max(begin + ATTACK, end - ATTACK));
    valve.gain.setTargetAtTime(0, Math.max(begin + ATTACK, end - ATTACK), RELEASE / 4);
    pipe.connect(valve).connect(place).connect(organ);
    pipe.start(begin);
    pipe.stop(end + RELEASE);
  }
}

/**
 * Returns what the pipes sound into: a room, and a limit to its loudness.
 *
 * @param {AudioContext} audio
 */
function openOrgan(audio) {
  const organ = audio.createGain(), limit = audio.createDynamicsCompressor();
  const room = audio.createConvolver(), echo = audio.createGain(), warmth = audio.createBiquadFilter();
  warmth.type = "lowpass";
  warmth.frequency.value = 3200;
  room.buffer = church(audio);
  echo.gain.value = 0.35;
  organ.connect(warmth).connect(limit);
  warmth.connect(room).connect(echo).connect(limit);
  limit.connect(audio.destination);
  return organ;
}

/**
 * Returns the echo of a room: noise that fades.
 *
 * @param {AudioContext} audio
 */
function church({ sampleRate }) {
  const buffer = new AudioBuffer({ numberOfChannels: 2, length: Math.round(1.8 * sampleRate), sampleRate });
  for (const channel of [0, 1]) {
    const data = buffer.getChannelData(channel);
    for (let i = 0; i < data.length; i++) data[i] = (2 * Math.random() - 1) * (1 - i / data.length) ** 4;
  }
  return buffer;
}
