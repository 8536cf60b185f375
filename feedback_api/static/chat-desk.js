// @ts-check
/**
 * The desk over HTTP, and what one browser keeps between two visits: unsent messages, the unfinished text, and on a host's
 * page, where the desk's cookie does not exist, the conversation's token. Storage may be refused; then it lasts as long as the page.
 */

/** @typedef {{client_id: string, text?: string, option?: string, title: string}} Waiting */

const CHAT_HEADER = "X-Vssid-Chat";
const TIMEOUT = 25000; // ms; the slowest network that still works brings an answer in less

/** @param {() => Storage} area may throw where storage is off */
function keeper(area) {
  /** @type {Record<string, string>} */
  const spare = {};
  return {
    /** @param {string} key */
    get(key) {
      try {
        return area().getItem(key) ?? spare[key] ?? "";
      } catch {
        return spare[key] ?? ""; // storage is off: what this page knows itself
      }
    },
    /** @param {string} key @param {string} value empty removes */
    set(key, value) {
      spare[key] = value;
      try {
        if (value) area().setItem(key, value);
        else area().removeItem(key);
      } catch {
        spare[key] = value; // storage is off or full: kept in the page alone
      }
    },
  };
}

const visit = keeper(() => sessionStorage);
const device = keeper(() => localStorage);

export class Desk {
  /** @param {string} base address of the desk, empty on its own pages */
  constructor(base) {
    this.base = base.replace(/\/+$/, "");
    /** Whether the page belongs to another origin than the desk: no cookies there. */
    this.foreign = Boolean(this.base) && new URL(this.base, location.href).origin !== location.origin;
    this.name = `vssid-chat${this.base ? ":" + this.base : ""}`;
    /** The host's JWT of the signed-in person. */
    this.token = "";
  }

  /** @param {string} path @returns {string} the address as the browser needs it here */
  url(path) {
    return new URL(path, this.base ? this.base + "/" : location.href).href;
  }

  /**
   * @param {string} path @param {RequestInit} [options] @param {AbortSignal} [cancel] @returns {Promise<Response>}
   * @throws when there is no network, no answer in time, or `cancel` fires
   */
  async call(path, options = {}, cancel) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TIMEOUT);
    cancel?.addEventListener("abort", () => stop.abort());
    const headers = new Headers(options.headers);
    if (this.token && /^\/v1\/(messages|my)\b/.test(path)) headers.set("Authorization", `Bearer ${this.token}`);
    const known = this.foreign && device.get(this.name);
    if (known) headers.set(CHAT_HEADER, known);
    try {
      const credentials = this.foreign ? "omit" : "same-origin";
      const response = await fetch(this.base + path, { ...options, headers, credentials, signal: stop.signal });
      const fresh = this.foreign ? response.headers.get(CHAT_HEADER) : null;
      if (fresh !== null) device.set(this.name, fresh);
      return response;
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {string} path @param {object} body @param {AbortSignal} [cancel] */
  post(path, body, cancel) {
    return this.call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }, cancel);
  }

  /** @returns {Waiting[]} */
  get queue() {
    try {
      return JSON.parse(visit.get(`${this.name}-queue`) || "[]");
    } catch {
      return []; // something foreign under our name; the chat works without it
    }
  }

  set queue(items) {
    visit.set(`${this.name}-queue`, items.length ? JSON.stringify(items) : "");
  }

  /** What stands in the box and is not sent. */
  get draft() {
    return visit.get(`${this.name}-draft`);
  }

  set draft(text) {
    visit.set(`${this.name}-draft`, text);
  }

  forget() {
    device.set(this.name, "");
    this.queue = [];
    this.draft = "";
  }
}
