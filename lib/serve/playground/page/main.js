// @ts-check
/** The page: what the repository has is shown, and what it lacks is said. */
import { Composer } from "./composer.js";
import { loadDmm, PARTS } from "./dmm.js";
import { showLatentMap } from "./latent_map.js";
import { element, hideNotice, showError, showNotice } from "./messages.js";
import { showProvenance } from "./provenance.js";
import { PageError, Repository } from "./repository.js";
import { DECODER, loadDecoder } from "./vae.js";

const repository = new Repository();

async function open() {
  hideNotice();
  try {
    const models = await repository.models();
    element("access").hidden = true;
    for (const { name, reason } of models.values()) {
      if (reason) throw new PageError(`The model ${name} of the repository cannot be read: ${reason}`);
    }
    const composes = PARTS.every((name) => models.has(name)), draws = models.has(DECODER);
    if (composes) {
      const composer = new Composer(await loadDmm(repository, models));
      showProvenance(models);
      composer.start();
    } else {
      showNotice(
        "This repository has no Deep Markov Model, so nothing is composed here. The command “deno task export dmm” " +
          "puts one into it.",
        open,
      );
    }
    if (draws) await showLatentMap(await loadDecoder(repository, models));
  } catch (error) {
    if (error instanceof PageError && error.status === 401) askForToken();
    else showError(error, open);
  }
  document.body.dataset.ready = "true";
}

function askForToken() {
  element("access").hidden = false;
  element("token-hint").textContent = repository.token ? "The token is not the server's" : "";
  element("token").focus();
}

element("access").addEventListener("submit", (event) => {
  event.preventDefault();
  repository.token = /** @type {HTMLInputElement} */ (element("token")).value;
  open();
});

await open();
