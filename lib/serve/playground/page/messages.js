// @ts-check
/** Texts to whoever looks at the page, or listens to it. */

/**
 * Returns an element of the page.
 *
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element "${id}"`);
  return /** @type {T} */ (found);
}

/**
 * Says what goes on, politely: a screen reader reads it when it is done with the rest.
 *
 * @param {string} text
 */
export function say(text) {
  element("status").textContent = text;
}

/**
 * Shows what went wrong, and offers to try it again.
 *
 * @param {string} text
 * @param {() => void} [retry]
 */
export function showNotice(text, retry) {
  const button = element("retry");
  element("notice").hidden = false;
  element("notice-text").textContent = text;
  button.hidden = !retry;
  button.onclick = () => {
    hideNotice();
    // The button that had the focus is gone.
    element("main").focus();
    retry?.();
  };
}

/** Takes away what went wrong. */
export function hideNotice() {
  element("notice").hidden = true;
  element("notice-text").textContent = "";
}

/**
 * Shows an error that was caught.
 *
 * @param {unknown} error
 * @param {() => void} [retry]
 */
export const showError = (error, retry) =>
  showNotice(error instanceof Error ? `${error.message}.` : String(error), retry);
