/**
 * Reading the API: JSON over HTTP, each address with the ETag of its last answer.
 */

/** @typedef {{body: any, changed: boolean}} Answer */

/** An answer that is no answer: a status other than 200 and 304, or no connection at all (status 0). */
export class ApiError extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export class Api {
  /** @type {Map<string, {etag: string, body: any}>} */
  #kept = new Map();

  /**
   * @param {string} root  path of the API, such as "/v1"
   * @param {{timeout?: number, keep?: number}} [options]  timeout in milliseconds; keep = how many answers to remember
   */
  constructor(root, { timeout = 15_000, keep = 60 } = {}) {
    this.root = root;
    this.timeout = timeout;
    this.keep = keep;
  }

  /**
   * Get one address; `changed` is false where the server said 304, and the body is the one from before.
   * @param {string} path  below the root, such as "/tallies"
   * @param {Record<string, string | number | null | undefined>} [query]
   * @returns {Promise<Answer>}
   * @throws {ApiError}
   */
  async get(path, query = {}) {
    const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
    const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
    const address = `${this.root}${path}${text ? `?${text}` : ""}`;
    const kept = this.#kept.get(address);
    const response = await this.#fetch(address, kept?.etag);
    if (response.status === 304 && kept) {
      await response.arrayBuffer();
      return { body: kept.body, changed: false };
    }
    if (!response.ok) throw new ApiError(response.status, `${path} answered ${response.status}`);
    const body = await response.json().catch(() => {
      throw new ApiError(response.status, `${path} did not answer in JSON`);
    });
    const etag = response.headers.get("ETag");
    if (etag) this.#remember(address, { etag, body });
    return { body, changed: true };
  }

  /**
   * Get all pages of a list as one body.
   * @param {string} path
   * @param {Record<string, any>} [query]
   * @returns {Promise<Answer>}
   */
  async all(path, query = {}) {
    let answer = await this.get(path, query);
    let { changed } = answer;
    const data = [...answer.body.data];
    while (answer.body.next && answer.body.data.length) {
      answer = await this.get(path, { ...query, page: answer.body.next });
      changed ||= answer.changed;
      data.push(...answer.body.data);
    }
    return { body: { ...answer.body, data }, changed };
  }

  /** @param {string} address @param {string | undefined} etag */
  async #fetch(address, etag) {
    // A conditional header of our own keeps the browser's cache out: the 304 is seen here.
    const headers = { Accept: "application/json", ...(etag ? { "If-None-Match": etag } : {}) };
    try {
      return await fetch(address, { headers, cache: "no-store", signal: AbortSignal.timeout(this.timeout) });
    } catch (error) {
      throw new ApiError(0, error instanceof DOMException && error.name === "TimeoutError" ? "no answer in time" : "no connection");
    }
  }

  /** @param {string} address @param {{etag: string, body: any}} answer */
  #remember(address, answer) {
    this.#kept.delete(address);
    this.#kept.set(address, answer);
    if (this.#kept.size > this.keep) this.#kept.delete(this.#kept.keys().next().value ?? "");
  }
}
