// @ts-check
/** The composer: settings, the piece that is being made of them, and what can be done with it. */
import { compose } from "./compose.js";
import { addFile, drawSeed, readForm, setUpForm, writeAddress } from "./form.js";
import { element, hideNotice, say, showError } from "./messages.js";
import { midiOf } from "./midi.js";
import { showTable } from "./note_table.js";
import { nameOf, notesOf } from "./notes.js";
import { onColours, wantsCalm } from "./palette.js";
import { Playback } from "./playback.js";
import { Roll } from "./roll.js";

/** @typedef {import("./compose.js").Step} Step */

/** Milliseconds from step to step, so that the roll is seen to fill. */
const PACE = 22;

/** A piece, as far as it is made. */
class Piece {
  /** @type {Step[]} */
  steps = [];

  /** @param {import("./form.js").Choice} choice */
  constructor(choice) {
    this.choice = choice;
    this.given = Math.min(choice.opening?.chords.length ?? 0, choice.steps);
  }

  get chords() {
    return this.steps.map(({ chord }) => chord);
  }
}

/** The composer of the page. */
export class Composer {
  /** @type {Piece | undefined} */
  #piece;
  #roll = new Roll(element("roll"), element("keys"), element("scroller"));
  #playback = new Playback(this.#roll);
  #address = "";

  /** @param {import("./compose.js").Model} model */
  constructor(model) {
    this.model = model;
  }

  /** Shows the composer, and lets it compose. */
  start() {
    setUpForm(this.model.guide !== undefined);
    element("composer").hidden = false;
    element("settings").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#compose();
    });
    element("new-seed").addEventListener("click", () => {
      drawSeed();
      this.#compose();
    });
    element("file").addEventListener("change", () => {
      addFile().then(() => this.#compose(), (error) => showError(error));
    });
    element("play").addEventListener("click", () => this.#play());
    for (const id of ["hold", "tempo"]) element(id).addEventListener("change", () => this.#change());
    onColours(() => this.#roll.draw());
    this.#compose();
  }

  get #notes() {
    return notesOf(this.#piece?.chords ?? [], { isHeld: readForm().isHeld });
  }

  async #compose() {
    const piece = this.#piece = new Piece(readForm()), { choice } = piece;
    hideNotice();
    writeAddress();
    this.#playback.stop();
    this.#offer(false);
    say(`Composing ${choice.steps} beats`);
    try {
      for await (const step of compose(this.model, { ...choice, opening: choice.opening?.chords })) {
        // Another piece has been begun.
        if (this.#piece !== piece) return;
        piece.steps.push(step);
        this.#show();
        await pause(wantsCalm() || piece.steps.length <= piece.given ? 0 : PACE);
      }
    } catch (error) {
      say("Nothing was composed");
      showError(error, () => this.#compose());
      return;
    }
    if (this.#piece !== piece) return;
    this.#finish();
  }

  #show() {
    const { steps, given, choice } = /** @type {Piece} */ (this.#piece);
    this.#roll.show({ steps, notes: this.#notes, total: choice.steps, given });
  }

  #finish() {
    const { chords, given, choice: { seed, steps } } = /** @type {Piece} */ (this.#piece),
      notes = this.#notes;
    const pitches = notes.map(({ pitch }) => pitch);
    const range = pitches.length
      ? ` from ${nameOf(Math.min(...pitches))} to ${nameOf(Math.max(...pitches))}`
      : "";
    const made = given ? `${given} beats given, ${steps - given} composed` : `${steps} beats composed`;
    const text = `${made} with seed ${seed}: ${notes.length} notes${range}`;
    say(text);
    element("roll").setAttribute("aria-label", `${text}. The notes are in the table below`);
    showTable(chords);
    this.#offer(true);
  }

  /** A piece sounds otherwise, and is the same. */
  #change() {
    writeAddress();
    this.#playback.stop();
    if (element("download").hidden) return;
    this.#show();
    this.#finish();
  }

  /** @param {boolean} isDone */
  #offer(isDone) {
    const link = /** @type {HTMLAnchorElement} */ (element("download"));
    /** @type {HTMLButtonElement} */ (element("play")).disabled = !isDone;
    link.hidden = !isDone;
    URL.revokeObjectURL(this.#address);
    if (!isDone) return;
    const { seed, opening } = /** @type {Piece} */ (this.#piece).choice, { tempo } = readForm();
    const name = `${opening?.id ?? "chorale"}-${seed}`;
    const bytes = midiOf(/** @type {any} */ (globalThis).Midi, this.#notes, { name, tempo });
    this.#address = URL.createObjectURL(new Blob([bytes], { type: "audio/midi" }));
    link.href = this.#address;
    link.download = `${name}.mid`;
  }

  #play() {
    if (this.#playback.isPlaying) this.#playback.stop();
    else this.#playback.start(this.#notes, readForm().tempo).catch((error) => showError(error));
  }
}

/**
 * Waits, and lets the page be drawn.
 *
 * @param {number} milliseconds
 */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
