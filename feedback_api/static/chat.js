// @ts-check
/**
 * <vssid-chat>: makes the server-rendered conversation live. Underneath it is plain forms that work without this file.
 * Unsent messages wait in sessionStorage and carry a client_id, so that each is answered exactly once.
 * Never writes markup from a string: every text goes in as text.
 */
import { addTools, card, choices, clock, element, maskedNote, newId, openTicket } from "./chat-parts.js";

/** @typedef {{client_id: string, text?: string, option?: string, title: string}} Waiting */

const QUEUE = "vssid-chat-queue";
const SAY = {
  sending: "Đang gửi…",
  waiting: "Chưa gửi, sẽ tự gửi khi có mạng",
  offline: "Mất kết nối. Tin nhắn của bạn được giữ lại và tự gửi khi có mạng.",
  again: "Gửi lại",
  failed: "Chưa lưu được tin nhắn. Bạn bấm Gửi lại, hoặc gọi 1900.9068.",
  thinking: "Trợ lý đang tìm câu trả lời",
};
const WHO = { citizen: "Bạn", agent: "Cán bộ" };

class VssidChat extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.log = /** @type {HTMLElement} */ (this.querySelector("[data-log]"));
    this.input = /** @type {HTMLTextAreaElement} */ (this.querySelector("#text"));
    this.bar = /** @type {HTMLElement} */ (this.querySelector("[data-offline]"));
    this.delay = 2;
    /** @type {Waiting[]} */
    this.queue = this.stored();
    this.querySelector("[data-composer]")?.setAttribute("novalidate", "");
    this.addEventListener("submit", (event) => this.onSubmit(/** @type {SubmitEvent} */ (event)));
    this.input.addEventListener("keydown", (event) => {
      // While an input method composes a syllable, Enter belongs to it.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.input.form?.requestSubmit();
      }
    });
    window.addEventListener("online", () => this.pump());
    window.addEventListener("offline", () => this.queue.length && this.tell(SAY.offline));
    document.addEventListener("visibilitychange", () => document.hidden || this.sync());
    window.addEventListener("pageshow", (event) => event.persisted && this.sync());
    this.querySelectorAll(".answer-card").forEach((node) => addTools(/** @type {HTMLElement} */ (node)));
    this.queue.forEach((item) => this.showWaiting(item));
    if (this.log.lastElementChild) this.log.lastElementChild.scrollIntoView({ block: "nearest" });
    this.pump();
  }

  /** @returns {Waiting[]} */
  stored() {
    try {
      return JSON.parse(sessionStorage.getItem(QUEUE) || "[]");
    } catch {
      return []; // storage is off or holds something foreign; the chat works without it
    }
  }

  save() {
    try {
      sessionStorage.setItem(QUEUE, JSON.stringify(this.queue));
    } catch {
      this.dataset.storage = "off"; // private windows may refuse; the queue then lives in this page only
    }
  }

  /** @param {SubmitEvent} event */
  onSubmit(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.closest("[data-clear]")) {
      this.queue = [];
      this.save();
      return;
    }
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    if (form.matches("[data-composer]")) {
      event.preventDefault();
      const text = this.input.value.trim();
      if (text) {
        this.enqueue({ client_id: newId(), text, title: text });
        this.input.value = "";
      }
      this.input.focus();
    } else if (form.matches("[data-ask], [data-choose]") && button) {
      event.preventDefault();
      const title = button.textContent?.trim() || "";
      this.moveFocus = true;
      this.enqueue({ client_id: newId(), [button.name]: button.value, title });
    }
  }

  /** @param {Waiting} item */
  enqueue(item) {
    this.queue.push(item);
    this.save();
    this.clearError();
    this.log.querySelectorAll("[data-options]").forEach((node) => node.remove());
    this.querySelector("[data-most-asked]")?.remove();
    this.showWaiting(item);
    this.pump();
  }

  /** @param {Waiting} item */
  showWaiting(item) {
    const row = element("div", { class: "message citizen", "data-state": "waiting", "data-client": item.client_id }, [
      element("p", { class: "who" }, [WHO.citizen]),
      element("div", { class: "bubble" }, [item.title]),
      element("p", { class: "state" }, [navigator.onLine ? SAY.sending : SAY.waiting]),
    ]);
    this.log.append(row);
    row.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} clientId */
  waitingRow(clientId) {
    return /** @type {HTMLElement | null} */ (this.log.querySelector(`[data-client="${CSS.escape(clientId)}"]`));
  }

  /** @param {string} text */
  tell(text) {
    this.bar.textContent = text;
    this.bar.hidden = !text;
  }

  async pump() {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    try {
      while (this.queue.length && (await this.sendFirst())) this.save();
    } finally {
      this.sending = false;
      this.thinking(false);
    }
    if (this.behind) {
      this.behind = false;
      await this.sync();
    }
  }

  /** Sends the oldest waiting message. @returns {Promise<boolean>} whether to go on with the next at once */
  async sendFirst() {
    const item = this.queue[0];
    const row = this.waitingRow(item.client_id);
    const state = row?.querySelector(".state");
    if (state) state.textContent = SAY.sending;
    this.thinking(true);
    let response;
    try {
      response = await this.call("/v1/messages", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ client_id: item.client_id, text: item.text, option: item.option }),
      });
    } catch {
      return this.later(state, SAY.offline, this.delay);
    }
    const body = await response.json().catch(() => ({}));
    if (response.ok) return this.accept(item, row, body);
    const message = body.error?.message || SAY.failed;
    if (response.status === 429) return this.later(state, message, Number(response.headers.get("Retry-After")) || 10);
    if ([502, 503, 504].includes(response.status)) return this.later(state, SAY.offline, this.delay);
    if (response.status >= 500) return this.offerAgain(row, message);
    this.queue.shift(); // refused for good: the same words would be refused again
    this.save();
    row?.remove();
    this.showError(message);
    if (item.text && !this.input.value) this.input.value = item.text;
    this.behind = response.status === 409; // another tab went on: fetch what was said there
    return true;
  }

  /** @param {string} path @param {RequestInit} options */
  async call(path, options = {}) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 25000);
    try {
      return await fetch(path, { credentials: "same-origin", ...options, signal: stop.signal });
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {Element | null | undefined} state @param {string} message @param {number} seconds */
  later(state, message, seconds) {
    if (state) state.textContent = SAY.waiting;
    this.tell(message);
    this.delay = Math.min(this.delay * 2, 30);
    this.timer = setTimeout(() => this.pump(), seconds * 1000);
    return false;
  }

  /** @param {HTMLElement | null} row @param {string} message */
  offerAgain(row, message) {
    this.showError(message);
    const state = row?.querySelector(".state");
    if (state) {
      const again = element("button", { type: "button", class: "button" }, [SAY.again]);
      again.addEventListener("click", () => {
        this.clearError();
        this.pump();
      });
      state.replaceChildren(again);
    }
    return false;
  }

  /** @param {Waiting} item @param {HTMLElement | null} row @param {any} turn */
  accept(item, row, turn) {
    this.queue.shift();
    this.save();
    this.delay = 2;
    this.tell("");
    this.thinking(false);
    this.show(turn.messages, row);
    this.waitingRow(item.client_id)?.remove();
    if (turn.ticket) {
      this.log.lastElementChild?.append(openTicket(turn.ticket.code));
      this.dispatchEvent(new CustomEvent("ticket-created", { bubbles: true, detail: { code: turn.ticket.code } }));
    }
    const first = this.log.querySelector(`#m-${turn.messages[0]?.id}`);
    first?.scrollIntoView({ block: "start", behavior: "smooth" });
    const last = /** @type {HTMLElement | null} */ (this.log.lastElementChild);
    if (this.moveFocus && last) {
      last.tabIndex = -1; // the pressed button is gone; the keyboard goes on from the answer
      last.focus({ preventScroll: true });
    }
    this.moveFocus = false;
    return true;
  }

  /** Adds the messages that are not on the page yet. @param {any[]} messages @param {HTMLElement | null} [row] the citizen's waiting bubble */
  show(messages, row) {
    for (const message of messages) {
      if (this.log.querySelector(`#m-${message.id}`)) continue;
      this.log.querySelectorAll("[data-options]").forEach((node) => node.remove());
      const fresh = this.render(message);
      if (row && message.author === "citizen") {
        row.replaceChildren(...fresh.childNodes);
        row.id = fresh.id;
        row.removeAttribute("data-state");
        row.removeAttribute("data-client");
        row = null;
      } else {
        this.log.append(fresh);
      }
      this.dataset.last = String(Math.max(Number(this.dataset.last), message.id));
      this.querySelector("[data-clear]")?.removeAttribute("hidden");
    }
    const waiting = this.log.querySelectorAll("[data-client]");
    if (!row) this.log.append(...waiting); // what is not sent yet stays below what was said
  }

  /** @param {any} message */
  render(message) {
    const stamp = clock(new Date(message.created_at));
    const kind = `message ${message.author}${message.card ? " answer" : ""}`;
    const row = element("div", { class: kind, id: `m-${message.id}` }, []);
    if (message.author === "system") {
      row.append(maskedNote(message.text));
      return row;
    }
    const name = `${WHO[message.author] || "Trợ lý VssID"} · `;
    row.append(element("p", { class: "who" }, [name, element("time", { datetime: message.created_at }, [stamp])]));
    if (message.text && !message.card?.answer.startsWith(message.text)) {
      row.append(element("div", { class: "bubble" }, [message.text]));
    }
    if (message.card) {
      const node = card(message.card);
      row.append(node);
      addTools(node);
    }
    if (message.options?.length) row.append(choices(message.options, Boolean(message.card)));
    return row;
  }

  /** @param {boolean} on */
  thinking(on) {
    clearTimeout(this.thinkingTimer);
    this.log.querySelector("[data-thinking]")?.remove();
    if (!on) return;
    this.thinkingTimer = setTimeout(() => {
      const dots = element("span", { class: "typing" }, [1, 2, 3].map(() => element("i", {}, [])));
      const bubble = element("div", { class: "bubble" }, [dots, element("span", { class: "visually-hidden" }, [SAY.thinking])]);
      const row = element("div", { class: "message bot", "data-thinking": "", "aria-hidden": "true" }, [bubble]);
      this.log.append(row);
      row.scrollIntoView({ block: "nearest" });
    }, 400);
  }

  /** @param {string} message */
  showError(message) {
    this.clearError();
    const note = element("p", { class: "error", id: "chat-error", role: "alert" }, [message]);
    this.bar.before(note);
    this.input.setAttribute("aria-describedby", "chat-error");
  }

  clearError() {
    this.querySelector("#chat-error")?.remove();
    this.input.removeAttribute("aria-describedby");
    this.input.removeAttribute("aria-invalid");
  }

  /** Fetches what was said meanwhile, in another tab or by an agent. */
  async sync() {
    if (this.sending || !Number(this.dataset.last)) return;
    try {
      const response = await this.call(`/v1/messages?after=${this.dataset.last}`);
      if (response.ok) this.show((await response.json()).messages);
    } catch {
      this.dataset.sync = "failed"; // no network: the next visit, message or `online` event tries again
    }
    this.pump();
  }
}

customElements.define("vssid-chat", VssidChat);
