// @ts-check
/** The settings of a piece: in the form, and in the address, which leads back to it. */
import { chorales } from "./chorales.js";
import { element } from "./messages.js";
import { chordsOfFile } from "./own_opening.js";

/** @typedef {import("./chorales.js").Chorale} Chorale */

/**
 * @typedef {object} Choice
 * @property {number} seed
 * @property {number} temperature
 * @property {number} steps
 * @property {number} tempo
 * @property {boolean} isHeld
 * @property {Chorale | undefined} opening
 */

/** @type {(id: string) => HTMLInputElement} */
const field = element;

const NAMES = ["seed", "temperature", "bars", "tempo", "opening"];

/** @type {Chorale[]} */
const openings = [...chorales];

/** Beats of a bar. */
export const BEATS = 4;

/** Returns the settings in the form. @returns {Choice} */
export function readForm() {
  const number = (/** @type {string} */ id) => Number(field(id).value);
  return {
    seed: number("seed"),
    temperature: number("temperature"),
    steps: number("bars") * BEATS,
    tempo: number("tempo"),
    isHeld: field("hold").checked,
    opening: openings.find(({ id }) => id === field("opening").value),
  };
}

/** Puts the settings of the form into the address. */
export function writeAddress() {
  const entries = NAMES.map((name) => [name, field(name).value]).filter(([, value]) => value !== "");
  const held = field("hold").checked ? [] : [["hold", "no"]];
  history.replaceState(null, "", `#${new URLSearchParams([...entries, ...held])}`);
}

/** Puts the settings of the address, as far as they are any, into the form. */
function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const name of NAMES) {
    const value = given.get(name), input = field(name), before = input.value;
    if (value === null) continue;
    input.value = value;
    if (input.value !== value || !input.checkValidity()) input.value = before;
  }
  field("hold").checked = given.get("hold") !== "no";
}

/** Shows the numbers of the ranges beside them, and tells them to screen readers. */
function showRanges() {
  const texts = {
    temperature: Number(field("temperature").value).toFixed(2),
    tempo: `${field("tempo").value} beats a minute`,
  };
  for (const [id, text] of Object.entries(texts)) {
    element(`${id}-shown`).textContent = text;
    field(id).ariaValueText = text;
  }
}

/** Puts another seed into the form. */
export function drawSeed() {
  field("seed").value = String(crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000);
}

/** Puts the MIDI file that was chosen before the openings there are, in the place of one before. */
export async function addFile() {
  const [file] = field("file").files ?? [];
  if (!file) return;
  const { Midi } =
    /** @type {{ Midi: typeof import("@tonejs/midi").Midi }} */ (/** @type {any} */ (globalThis));
  const chords = chordsOfFile(Midi, new Uint8Array(await file.arrayBuffer()));
  const title = file.name.replace(/\.midi?$/i, "");
  openings.splice(chorales.length, 1, { id: "own", title, chords });
  document.getElementById("own")?.remove();
  const option = new Option(title, "own", false, true);
  option.id = "own";
  field("opening").append(option);
}

/**
 * Makes the form ready: with the openings, where the model can go on from them, and with the
 * settings of the address.
 *
 * @param {boolean} canGoOn
 */
export function setUpForm(canGoOn) {
  for (const field of document.querySelectorAll(".opening")) field.toggleAttribute("hidden", !canGoOn);
  if (!canGoOn) openings.length = 0;
  for (const { id, title } of openings) field("opening").append(new Option(title, id));
  readAddress();
  showRanges();
  element("settings").addEventListener("input", showRanges);
}
