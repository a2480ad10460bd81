// @ts-check
/** The piece as it is heard: the button that plays, and the line that runs over the roll. */
import { element } from "./messages.js";
import { wantsCalm } from "./palette.js";
import { Player } from "./player.js";

/** Plays over a roll. */
export class Playback {
  #player = new Player();

  /** @param {import("./roll.js").Roll} roll */
  constructor(roll) {
    this.roll = roll;
  }

  get isPlaying() {
    return this.#player.isPlaying;
  }

  /**
   * @param {readonly import("./notes.js").Note[]} notes
   * @param {number} tempo in steps a minute
   */
  async start(notes, tempo) {
    await this.#player.play(notes, { tempo, ended: () => this.stop() });
    element("play").textContent = "Stop";
    element("playhead").hidden = false;
    this.#follow();
  }

  /** Stops; does nothing where nothing is played. */
  stop() {
    this.#player.stop();
    element("play").textContent = "Play";
    element("playhead").hidden = true;
  }

  #follow() {
    if (!this.isPlaying) return;
    const { stepWidth, room } = this.roll, exact = Math.max(0, this.#player.position);
    const at = (wantsCalm() ? Math.floor(exact) : exact) * stepWidth;
    element("playhead").style.transform = `translateX(${at}px)`;
    const isSeen = at > room.scrollLeft && at < room.scrollLeft + room.clientWidth - stepWidth;
    if (!isSeen && room.scrollWidth > room.clientWidth) room.scrollLeft = at - stepWidth;
    requestAnimationFrame(() => this.#follow());
  }
}
