// @ts-check
/**
 * <vssid-chat>: makes the desk's server-rendered conversation live, or brings the conversation to a host's page (docs/host-app.md).
 * Underneath it is plain forms that work without this file. Unsent messages carry a client_id, so that each is answered exactly once.
 * Never writes markup from a string that a person typed: every text goes in as text.
 */
import { Desk } from "./chat-desk.js";
import { furnish } from "./chat-embed.js";
import { showMine } from "./chat-mine.js";
import { element, newId, useIcons } from "./chat-parts.js";
import { openScreen, screenOf } from "./chat-screens.js";
import { Suggest } from "./chat-suggest.js";
import { whenVoicesCome } from "./chat-tools.js";
import { SAY, View } from "./chat-view.js";

/** @typedef {import("./chat-desk.js").Waiting} Waiting */

const WITH_AGENT = 4; // seconds between two looks for new messages
const FOLLOWED = 20;

class VssidChat extends HTMLElement {
  #token = "";

  /** The host's JWT of the signed-in person; may be set before or after the element is on the page. */
  get token() {
    return this.#token;
  }

  set token(value) {
    this.#token = String(value || "");
    if (this.desk) this.desk.token = this.#token;
    if (this.view) this.sync(true);
  }

  connectedCallback() {
    if (this.desk) {
      if (this.view) this.sync(); // moved within the page
      return;
    }
    this.desk = new Desk(this.getAttribute("base") || "");
    this.desk.token = this.#token;
    this.delay = 2;
    if (this.querySelector("[data-log]")) {
      this.start(this);
      return;
    }
    const root = this.attachShadow({ mode: "open" });
    furnish(root, this.desk, () => this.start(root).then(() => this.begin()));
  }

  disconnectedCallback() {
    clearTimeout(this.followTimer);
    this.suggest?.cancel();
  }

  /** @param {HTMLElement | ShadowRoot} root */
  async start(root) {
    useIcons(root);
    this.root = root;
    this.queue = this.desk.queue;
    this.view = new View(root, root === this);
    this.suggest = new Suggest(root, this.view.input, this.desk);
    whenVoicesCome(root);
    root.querySelector("[data-composer]")?.setAttribute("novalidate", "");
    this.listen(root);
    const { input, log } = this.view;
    if (!input.value) input.value = this.desk.draft;
    this.queue.forEach((item) => this.view.showWaiting(item));
    log.lastElementChild?.scrollIntoView({ block: "nearest" });
    this.last = Number(this.dataset.last) || 0;
    await this.pump();
    this.follow();
  }

  /** On a host's page: what was said before, else the question that the host starts with. */
  async begin() {
    await this.sync(true);
    const question = this.getAttribute("question")?.trim();
    if (question && this.view.log.childElementCount === 0) this.enqueue({ client_id: newId(), text: question, title: question });
    this.dispatchEvent(new CustomEvent("chat-ready", { bubbles: true, composed: true }));
  }

  /** @param {HTMLElement | ShadowRoot} root */
  listen(root) {
    const { input } = this.view;
    root.addEventListener("submit", (event) => this.onSubmit(/** @type {SubmitEvent} */ (event)));
    root.addEventListener("click", (event) => this.onClick(/** @type {MouseEvent} */ (event)));
    input.addEventListener("input", () => (this.desk.draft = input.value));
    input.addEventListener("keydown", (event) => {
      // While an input method composes a syllable, Enter belongs to it.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        input.form?.requestSubmit();
      }
    });
    window.addEventListener("online", () => this.sync());
    window.addEventListener("offline", () => this.queue.length && this.view.tell(SAY.offline));
    document.addEventListener("visibilitychange", () => document.hidden || this.sync());
    window.addEventListener("pageshow", (event) => event.persisted && this.sync());
  }

  /** @param {SubmitEvent} event */
  onSubmit(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    const { input } = this.view;
    if (form.closest("[data-clear]")) {
      this.clear(event);
    } else if (form.matches("[data-composer]")) {
      event.preventDefault();
      const text = input.value.trim();
      if (text) {
        this.emptyBox();
        this.enqueue({ client_id: newId(), text, title: text });
      }
      input.focus();
    } else if (form.matches("[data-ask], [data-choose]") && button) {
      event.preventDefault();
      if (form.closest("[data-suggestions]")) this.emptyBox();
      this.moveFocus = true;
      this.enqueue({ client_id: newId(), [button.name]: button.value, title: button.textContent?.trim() || "" });
    } else {
      openScreen(this, this.desk, event, screenOf(form.getAttribute("action") || "", this.desk.foreign));
    }
  }

  /** @param {MouseEvent} event */
  onClick(event) {
    const link = /** @type {Element} */ (event.target).closest("a[href]");
    if (link) openScreen(this, this.desk, event, screenOf(link.getAttribute("href") || "", this.desk.foreign));
  }

  /** On a host's page: the desk gives a link that opens the person's own ticket. @param {string} code @param {HTMLElement} button */
  async openLinked(code, button) {
    button.setAttribute("aria-disabled", "true");
    const reply = await this.desk.post(`/v1/my/tickets/${encodeURIComponent(code)}/link`, {}).catch(() => null);
    button.removeAttribute("aria-disabled");
    if (!reply?.ok) {
      this.view.showError(SAY.notOpened);
      return;
    }
    const url = this.desk.url((await reply.json()).path);
    const detail = { screen: "ticket", url, code };
    if (!this.dispatchEvent(new CustomEvent("open-screen", { bubbles: true, composed: true, cancelable: true, detail }))) return;
    const opened = window.open(url, "_blank");
    if (opened) opened.opener = null;
    // A browser that opens no windows by itself wants a press on a link of its own.
    else button.replaceWith(element("a", { class: "button", href: url }, [`Mở phiếu ${code}`]));
  }

  /** The person's own ticket: the desk lets this browser read it, then its page opens. @param {string} code @param {HTMLElement} button */
  async openMine(code, button) {
    if (this.desk.foreign) {
      await this.openLinked(code, button);
      return;
    }
    const pressed = new Event("click", { cancelable: true });
    const screen = screenOf(`/tickets/${code}`, this.desk.foreign);
    openScreen(this, this.desk, pressed, screen);
    if (pressed.defaultPrevented) return;
    button.setAttribute("aria-disabled", "true");
    const allowed = await this.desk.post(`/v1/my/tickets/${encodeURIComponent(code)}/open`, {}).catch(() => null);
    button.removeAttribute("aria-disabled");
    if (allowed?.ok) location.assign(screen.path);
    else this.view.showError(SAY.notOpened);
  }

  emptyBox() {
    this.view.input.value = "";
    this.desk.draft = "";
    this.suggest.hide();
  }

  /** @param {SubmitEvent} event */
  async clear(event) {
    if (!this.desk.foreign) {
      this.desk.forget(); // the form does the rest
      return;
    }
    event.preventDefault();
    const response = await this.desk.post("/v1/messages/clear", {}).catch(() => null);
    if (!response?.ok) {
      this.view.showError(SAY.notCleared);
      return;
    }
    this.desk.forget();
    this.queue = [];
    this.root.replaceChildren(...this.root.querySelectorAll("link"));
    furnish(this.shadowRoot, this.desk, () => this.start(this.root));
  }

  /** @param {Waiting} item */
  enqueue(item) {
    this.queue.push(item);
    this.desk.queue = this.queue;
    this.view.clearError();
    this.view.dropOptions();
    this.view.showWaiting(item);
    this.pump();
  }

  async pump() {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    try {
      while (this.queue.length && (await this.sendFirst())) this.desk.queue = this.queue;
    } finally {
      this.sending = false;
      this.view.thinking(false);
    }
    if (this.behind) {
      this.behind = false;
      await this.sync(true);
    }
  }

  /** Sends the oldest waiting message. @returns {Promise<boolean>} whether to go on with the next at once */
  async sendFirst() {
    const item = this.queue[0];
    this.view.setState(item, SAY.sending);
    this.view.thinking(true);
    let response, body;
    try {
      response = await this.desk.post("/v1/messages", { client_id: item.client_id, text: item.text, option: item.option });
      body = await response.json();
    } catch {
      return this.later(item, SAY.offline, this.delay);
    }
    if (response.ok) return this.accept(item, body);
    if (response.status === 401 && this.desk.token) return this.dropToken();
    const message = body.error?.message || SAY.failed;
    if (response.status === 429) return this.later(item, message, Number(response.headers.get("Retry-After")) || 10, SAY.held);
    if ([502, 503, 504].includes(response.status)) return this.later(item, body.error?.message || SAY.offline, this.delay, SAY.held);
    if (response.status >= 500) {
      this.view.offerAgain(item, message, () => this.pump());
      return false;
    }
    this.queue.shift(); // refused for good: the same words would be refused again
    this.desk.queue = this.queue;
    this.view.waitingRow(item)?.remove();
    this.view.showError(message);
    if (item.text && !this.view.input.value) this.view.input.value = item.text;
    this.behind = response.status === 409; // another tab went on: fetch what was said there
    return true;
  }

  /** @param {Waiting} item @param {string} message @param {number} seconds @param {string} [state] */
  later(item, message, seconds, state = SAY.waiting) {
    this.view.setState(item, state);
    this.view.tell(message);
    this.delay = Math.min(this.delay * 2, 30);
    this.timer = setTimeout(() => this.pump(), seconds * 1000);
    return false;
  }

  /** @param {Waiting} item @param {any} turn */
  accept(item, turn) {
    this.queue.shift();
    this.desk.queue = this.queue;
    this.delay = 2;
    this.view.tell("");
    this.view.thinking(false);
    this.take(turn, item);
    if (turn.ticket) {
      this.view.showTicket(turn.ticket.code);
      this.dispatchEvent(new CustomEvent("ticket-created", { bubbles: true, composed: true, detail: { code: turn.ticket.code } }));
    }
    this.view.reveal(turn.messages[0], Boolean(this.moveFocus));
    this.moveFocus = false;
    this.follow();
    return true;
  }

  /** @param {any} reply of a turn or a look for new messages @param {Waiting} [item] */
  take(reply, item) {
    const earlier = this.view.show(reply.earlier || []); // said by an agent since the last look: above one's own words
    this.last = Math.max(this.last || 0, earlier, this.view.show(reply.messages, item));
    this.withAgent = Boolean(reply.with_agent);
    if (reply.person && (reply.ticket || !this.root.querySelector("[data-mine]"))) {
      showMine(this.root, this.desk, (code, button) => this.openMine(code, button));
    }
  }

  /** The desk does not know the host's person: the conversation goes on without. */
  dropToken() {
    this.desk.token = "";
    this.dispatchEvent(new CustomEvent("token-refused", { bubbles: true, composed: true }));
    return true;
  }

  /** Fetches what was said meanwhile, in another tab or by an agent. @param {boolean} [always] also before anything was said */
  async sync(always = false) {
    if (!this.view || this.sending || !(this.last || always)) return this.view && this.pump();
    try {
      const response = await this.desk.call(`/v1/messages?after=${this.last}`);
      if (response.status === 401 && this.desk.token) this.dropToken();
      if (response.ok && !this.sending) this.take(await response.json());
      this.dataset.sync = response.ok ? "ok" : "failed";
    } catch {
      this.dataset.sync = "failed"; // no network: the next look, visit or `online` event tries again
    }
    await this.pump();
    this.follow();
  }

  /** Looks for agents' replies while the page is seen and one may come. */
  follow() {
    clearTimeout(this.followTimer);
    const seconds = this.withAgent ? WITH_AGENT : this.view.followed ? FOLLOWED : 0;
    if (seconds && !document.hidden && this.isConnected) this.followTimer = setTimeout(() => this.sync(), seconds * 1000);
  }
}

customElements.define("vssid-chat", VssidChat);
