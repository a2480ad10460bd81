// @ts-check
/** The piece as a table of names, a row a bar: what a screen reader reads of it. */
import { BEATS } from "./form.js";
import { element } from "./messages.js";
import { nameOf } from "./notes.js";

/**
 * Shows the chords of a piece.
 *
 * @param {readonly (readonly number[])[]} chords one a beat
 */
export function showTable(chords) {
  const rows = Array.from({ length: Math.ceil(chords.length / BEATS) }, (_, bar) => {
    const row = document.createElement("tr"), head = document.createElement("th");
    head.scope = "row";
    head.textContent = String(bar + 1);
    row.append(head);
    for (const chord of chords.slice(bar * BEATS, (bar + 1) * BEATS)) {
      row.insertCell().textContent = chord.map(nameOf).join(" ") || "rest";
    }
    return row;
  });
  element("note-rows").replaceChildren(...rows);
}
