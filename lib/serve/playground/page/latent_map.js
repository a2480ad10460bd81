// @ts-check
/** The map of an autoencoder's latent space: what is drawn at the place that the handle is at. */
import { contextOf } from "./canvas.js";
import { axesOf, stateAt } from "./latent_plane.js";
import { element, showError } from "./messages.js";
import { onColours, styled } from "./palette.js";

/** Images along each side of the map, and their size in pixels; that of the large image. */
const ALONG = 9, TILE = 40, LARGE = 280;

/** The way of an arrow key; with shift, five times as far. */
const STEP = 0.05;

const ARROWS = new Map([["ArrowLeft", [-1, 0]], ["ArrowRight", [1, 0]], ["ArrowUp", [0, 1]], ["ArrowDown", [
  0,
  -1,
]]]);

/** A map with its handle. */
class LatentMap {
  #axes;
  #x = 0;
  #y = 0;
  #seed = 1;
  #isDrawing = false;
  #isStale = false;

  /** @param {import("./vae.js").Decoder} decoder */
  constructor(decoder) {
    this.decoder = decoder;
    this.#axes = axesOf(this.#seed, decoder.size);
  }

  listen() {
    const plane = element("plane");
    plane.addEventListener("keydown", (event) => this.#onKey(event));
    plane.addEventListener("pointerdown", (event) => {
      plane.setPointerCapture(event.pointerId);
      this.#onPointer(event);
    });
    plane.addEventListener("pointermove", (event) => {
      if (plane.hasPointerCapture(event.pointerId)) this.#onPointer(event);
    });
    element("new-map").addEventListener("click", () => {
      this.#axes = axesOf(++this.#seed, this.decoder.size);
      this.draw().catch(showError);
    });
    onColours(() => this.draw().catch(showError));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const way = ARROWS.get(event.key);
    if (!way) return;
    event.preventDefault();
    const far = event.shiftKey ? 5 * STEP : STEP;
    this.#move(this.#x + way[0] * far, this.#y + way[1] * far);
  }

  /** @param {PointerEvent} event */
  #onPointer({ clientX, clientY }) {
    const { left, top, width, height } = element("plane").getBoundingClientRect();
    this.#move(2 * (clientX - left) / width - 1, 1 - 2 * (clientY - top) / height);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #move(x, y) {
    this.#x = Math.min(Math.max(x, -1), 1);
    this.#y = Math.min(Math.max(y, -1), 1);
    this.#drawDigit().catch(showError);
  }

  /** Draws all images of the map, and the one at the handle. */
  async draw() {
    const places = Array.from({ length: ALONG ** 2 }, (_, i) => {
      const column = i % ALONG, row = Math.floor(i / ALONG);
      return stateAt(this.#axes, (2 * column + 1) / ALONG - 1, 1 - (2 * row + 1) / ALONG);
    });
    const { side, images } = await this.decoder.decode(places);
    const context = contextOf(canvas("tiles"), ALONG * TILE, ALONG * TILE);
    for (const [i, image] of images.entries()) {
      paint(context, image, side, (i % ALONG) * TILE, Math.floor(i / ALONG) * TILE, TILE);
    }
    await this.#drawDigit();
  }

  /** Draws the image at the handle; one at a time, the newest last. */
  async #drawDigit() {
    const handle = element("handle");
    handle.style.left = `${50 * (this.#x + 1)}%`;
    handle.style.top = `${50 * (1 - this.#y)}%`;
    this.#isStale = true;
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    try {
      while (this.#isStale) {
        this.#isStale = false;
        const { side, images: [image] } = await this.decoder.decode([stateAt(this.#axes, this.#x, this.#y)]);
        paint(contextOf(canvas("digit"), LARGE, LARGE), image, side, 0, 0, LARGE);
      }
    } finally {
      this.#isDrawing = false;
    }
    element("place").textContent = `${percent(this.#x)} across, ${percent(this.#y)} up`;
  }
}

/** @param {number} part */
const percent = (part) => `${Math.round(50 * (part + 1))} %`;

/** @type {(id: string) => HTMLCanvasElement} */
const canvas = element;

/**
 * Paints a square image of numbers from 0 to 1.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array} image
 * @param {number} side its pixels along each side
 * @param {number} left
 * @param {number} top
 * @param {number} size that it is painted in
 */
function paint(context, image, side, left, top, size) {
  const [paper, ink] = ["paper", "ink"].map((name) => styled(name).split(" ").map(Number));
  const pixels = new ImageData(side, side);
  for (const [i, value] of image.entries()) {
    for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = paper[c] + value * (ink[c] - paper[c]);
    pixels.data[4 * i + 3] = 255;
  }
  const buffer = new OffscreenCanvas(side, side);
  buffer.getContext("2d")?.putImageData(pixels, 0, 0);
  context.drawImage(buffer, left, top, size, size);
}

/**
 * Shows the map.
 *
 * @param {import("./vae.js").Decoder} decoder
 */
export async function showLatentMap(decoder) {
  element("map").hidden = false;
  const map = new LatentMap(decoder);
  map.listen();
  await map.draw();
}
