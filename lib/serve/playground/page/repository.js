// @ts-check
/** The models that the server has for this page. */

/**
 * @typedef {object} PageModel
 * @property {string} name
 * @property {number} [version] none where it cannot be read
 * @property {string} [reason] why it cannot
 * @property {Readonly<Record<string, string>>} parameters entries of its configuration
 * @property {readonly { name: string, dims: readonly number[] }[]} inputs without a batch's axis
 */

/** A failure that can be told to whoever looks at the page. */
export class PageError extends Error {
  /**
   * @param {string} message
   * @param {number} [status] of the server's answer
   */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** The models of a server, which may ask for a token. */
export class Repository {
  /** The bearer token, where the server asks for one. */
  token = "";

  /**
   * Returns the models that there are for the page.
   *
   * @returns {Promise<Map<string, PageModel>>}
   */
  async models() {
    const response = await this.#get("models.json", "the list of models");
    /** @type {{ models: PageModel[] }} */
    const { models } = await response.json();
    return new Map(models.map((model) => [model.name, model]));
  }

  /**
   * Returns a model's file.
   *
   * @param {string} name
   * @returns {Promise<Uint8Array>}
   */
  async file(name) {
    const response = await this.#get(`models/${name}.onnx`, `the model ${name}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  /**
   * @param {string} path
   * @param {string} what
   */
  async #get(path, what) {
    /** @type {Response} */
    let response;
    try {
      response = await fetch(new URL(path, import.meta.url), {
        headers: this.token ? { authorization: `Bearer ${this.token}` } : {},
      });
    } catch {
      throw new PageError(`The server does not answer: it may have ended. It was asked for ${what}`);
    }
    if (response.ok) return response;
    const { error = response.statusText } = await response.json().catch(() => ({}));
    throw new PageError(`The server cannot give ${what}: ${error}`, response.status);
  }
}
