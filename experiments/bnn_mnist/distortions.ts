import { type Key, random } from "@pyrosaur/pyrosaur/tensor";
import type { Images } from "./images.ts";

/** Applies a function to each image: from the pixels of one to those of another. */
function eachImage(
  images: Images,
  change: (from: Uint8Array, to: Uint8Array, index: number) => void,
): Images {
  const pixels = images.side ** 2, bytes = new Uint8Array(images.count * pixels);
  for (let i = 0; i < images.count; i++) {
    const part = (of: Uint8Array) => of.subarray(i * pixels, (i + 1) * pixels);
    change(part(images.bytes), part(bytes), i);
  }
  return { bytes, count: images.count, side: images.side };
}

/** The first images. */
export const firstOf = ({ bytes, side }: Images, count: number): Images => ({
  bytes: bytes.subarray(0, count * side * side),
  count,
  side,
});

/** Images of uniform noise. */
export function noiseImages(key: Key, count: number, side: number): Images {
  const drawn = random.randint(key, [count * side * side], 0, 256).dataSync();
  return { bytes: Uint8Array.from(drawn), count, side };
}

/** Turns images against the clock around their middle, linear between pixels; outside is paper. */
export function rotated(images: Images, degrees: number): Images {
  const { side } = images, middle = (side - 1) / 2, angle = degrees * Math.PI / 180;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return eachImage(images, (from, to) => {
    const at = (x: number, y: number) => x >= 0 && x < side && y >= 0 && y < side ? from[y * side + x] : 0;
    for (let p = 0; p < side * side; p++) {
      const dx = p % side - middle, dy = Math.floor(p / side) - middle;
      const x = c * dx - s * dy + middle, y = s * dx + c * dy + middle;
      const left = Math.floor(x), top = Math.floor(y), u = x - left, v = y - top;
      const above = at(left, top) * (1 - u) + at(left + 1, top) * u;
      const below = at(left, top + 1) * (1 - u) + at(left + 1, top + 1) * u;
      to[p] = Math.round(above * (1 - v) + below * v);
    }
  });
}

/** Swaps ink and paper. */
export const inverted = (images: Images): Images =>
  eachImage(images, (from, to) => to.set(from.map((byte) => 255 - byte)));

/** The number of tiles along each side. */
const TILES = 4;

/** Cuts images into tiles and puts these together in another order, a new one for each. */
export function shuffledTiles(images: Images, key: Key): Images {
  const { side } = images, size = side / TILES;
  return eachImage(images, (from, to, i) => {
    const order = random.permutation(key.foldIn(i), TILES * TILES).dataSync();
    for (let p = 0; p < side * side; p++) {
      const x = p % side,
        y = Math.floor(p / side),
        tile = Math.floor(y / size) * TILES + Math.floor(x / size);
      const column = order[tile] % TILES, row = Math.floor(order[tile] / TILES);
      to[p] = from[(row * size + y % size) * side + column * size + x % size];
    }
  });
}

/** Lays over each image the next one: two digits in one place. */
export function overlaid(images: Images): Images {
  const pixels = images.side ** 2;
  return eachImage(images, (from, to, i) => {
    const next = (i + 1) % images.count * pixels;
    from.forEach((byte, p) => to[p] = Math.max(byte, images.bytes[next + p]));
  });
}

/** Images that are no digits, or not upright ones, by name. */
export interface Strangers {
  /** Noise. */
  readonly noise: Images;
  /** Digits turned by each angle. */
  readonly rotated: readonly Images[];
  /** Digits with ink and paper swapped, cut into tiles, or two in one place. */
  readonly distorted: Readonly<Record<"inverted" | "tiles" | "overlaid", Images>>;
}

/** Draws the noise, and the tiles' order, by a key that all trainings share. */
const STRANGE = 20;

/** Returns the images that a classifier of digits should be unsure about. */
export function strangers(test: Images, changed: number, angles: readonly number[]): Strangers {
  const [forNoise, forTiles] = random.key(STRANGE).split(2), first = firstOf(test, changed);
  return {
    noise: noiseImages(forNoise, test.count, test.side),
    rotated: angles.map((angle) => rotated(first, angle)),
    distorted: {
      inverted: inverted(first),
      tiles: shuffledTiles(first, forTiles),
      overlaid: overlaid(first),
    },
  };
}
