// @ts-check
/** The piano roll: a piece as a picture, time to the right and pitch upwards. */
import { contextOf } from "./canvas.js";
import { LOWEST } from "./compose.js";
import { drawKeys, isBlack } from "./keyboard.js";
import { colourOf, styled } from "./palette.js";

/** @typedef {import("./compose.js").Step} Step */
/** @typedef {import("./notes.js").Note} Note */

/** The pitches that are always shown: the four octaves of singing voices. */
const LOW = 40, HIGH = 85;

/** The height of a pitch, and the least width of a step, in pixels. */
const ROW = 8, LEAST = 9;

/**
 * @typedef {object} Picture
 * @property {readonly Step[]} steps those that are made
 * @property {readonly Note[]} notes
 * @property {number} total the steps of the whole piece
 * @property {number} given steps that were given
 */

/** A roll on a canvas, with the keys beside it. */
export class Roll {
  /** @type {Picture} */
  #picture = { steps: [], notes: [], total: 64, given: 0 };
  #low = LOW;
  #high = HIGH;
  #width = LEAST;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLCanvasElement} keys
   * @param {HTMLElement} room that the canvas lies in
   */
  constructor(canvas, keys, room) {
    this.canvas = canvas;
    this.keys = keys;
    this.room = room;
    new ResizeObserver(() => this.draw()).observe(room);
  }

  /** The width of a step in pixels. */
  get stepWidth() {
    return this.#width;
  }

  /** @param {Picture} picture */
  show(picture) {
    this.#picture = picture;
    const pitches = picture.steps.flatMap(({ chord }) => chord);
    this.#low = Math.min(LOW, ...pitches.map((pitch) => pitch - 1));
    this.#high = Math.max(HIGH, ...pitches.map((pitch) => pitch + 1));
    this.draw();
  }

  /** Draws it anew: its room or its colours may have changed. */
  draw() {
    const { total } = this.#picture, height = (this.#high - this.#low + 1) * ROW;
    this.#width = Math.max(LEAST, this.room.clientWidth / total);
    drawKeys(this.keys, this.#low, this.#high, ROW);
    const context = contextOf(this.canvas, this.#width * total, height);
    this.#drawGround(context, height);
    this.#drawConsidered(context);
    this.#drawNotes(context);
  }

  /** @param {number} pitch */
  #top(pitch) {
    return (this.#high - pitch) * ROW;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} height
   */
  #drawGround(context, height) {
    const { total, given } = this.#picture, width = this.#width * total;
    context.fillStyle = styled("roll");
    context.fillRect(0, 0, width, height);
    context.fillStyle = styled("roll-black");
    for (let pitch = this.#low; pitch <= this.#high; pitch++) {
      if (isBlack(pitch)) context.fillRect(0, this.#top(pitch), width, ROW);
    }
    for (let step = 1; step < total; step++) {
      context.fillStyle = styled(step % 16 === 0 ? "roll-phrase" : step % 4 === 0 ? "roll-bar" : "roll-beat");
      context.fillRect(Math.round(step * this.#width), 0, 1, height);
    }
    context.fillStyle = styled("roll-given");
    context.fillRect(0, 0, given * this.#width, height);
  }

  /** @param {CanvasRenderingContext2D} context */
  #drawConsidered(context) {
    for (const [step, { probabilities = [] }] of this.#picture.steps.entries()) {
      for (const [i, probability] of probabilities.entries()) {
        const pitch = LOWEST + i;
        if (probability < 0.02 || pitch < this.#low || pitch > this.#high) continue;
        context.fillStyle = colourOf(pitch, 0.5 * Math.sqrt(probability));
        context.fillRect(step * this.#width, this.#top(pitch), this.#width, ROW);
      }
    }
  }

  /** @param {CanvasRenderingContext2D} context */
  #drawNotes(context) {
    const { notes, given } = this.#picture, ink = styled("given"), border = given * this.#width;
    for (const { pitch, start, length } of notes) {
      // A note that was given may be held on.
      const colours = context.createLinearGradient(border, 0, border + 0.01, 0);
      colours.addColorStop(0, ink);
      colours.addColorStop(1, colourOf(pitch));
      context.fillStyle = colours;
      context.beginPath();
      context.roundRect(
        start * this.#width + 1,
        this.#top(pitch) + 0.5,
        length * this.#width - 1.5,
        ROW - 1,
        2.5,
      );
      context.fill();
    }
  }
}
