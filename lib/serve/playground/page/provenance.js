// @ts-check
/** The origin of the model, as its files tell it. */
import { PARTS } from "./dmm.js";
import { element } from "./messages.js";

/** Entries of a model's configuration, and the words for them. */
const WORDS = [
  ["experiment", "Experiment"],
  ["profile", "Profile"],
  ["epoch", "Epoch"],
  ["valid_nll", "Loss of the validation part, nats a beat"],
  ["data", "Trained on"],
  ["commit", "Commit"],
  ["parameters_sha256", "Parameters, SHA-256"],
];

/**
 * Shows where the Deep Markov Model is from.
 *
 * @param {Map<string, import("./repository.js").PageModel>} models
 */
export function showProvenance(models) {
  const parameters = models.get(PARTS[0])?.parameters ?? {};
  const rows = WORDS.filter(([name]) => parameters[name]).flatMap(([name, words]) => {
    const term = document.createElement("dt"), value = document.createElement("dd");
    term.textContent = words;
    value.textContent = parameters[name];
    return [term, value];
  });
  element("provenance").replaceChildren(...rows);
  element("state-size").textContent = String(JSON.parse(parameters.z_0 ?? "[]").length);
}
