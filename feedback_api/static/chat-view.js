// @ts-check
/** The conversation on the screen: said and waiting messages, the dots, errors. Knows no network. */
import { card, choices, clock, element, maskedNote, openTicket } from "./chat-parts.js";
import { addTools } from "./chat-tools.js";

/** @typedef {import("./chat-desk.js").Waiting} Waiting */

export const SAY = {
  sending: "Đang gửi…",
  waiting: "Chưa gửi, sẽ tự gửi khi có mạng",
  held: "Chưa gửi, sẽ tự gửi lại",
  offline: "Mất kết nối. Tin nhắn của bạn được giữ lại và tự gửi khi có mạng.",
  again: "Gửi lại",
  failed: "Chưa lưu được tin nhắn. Bạn bấm Gửi lại, hoặc gọi 1900.9068.",
  thinking: "Trợ lý đang tìm câu trả lời",
  notOpened: "Chưa mở được phiếu. Bạn kiểm tra kết nối mạng rồi thử lại, hoặc gọi 1900.9068.",
  notCleared: "Chưa xóa được. Bạn kiểm tra kết nối mạng rồi thử lại.",
};
/** @type {Record<string, string>} */
const WHO = { citizen: "Bạn", agent: "Cán bộ" };

export class View {
  /** @param {HTMLElement | ShadowRoot} root @param {boolean} printable */
  constructor(root, printable) {
    this.root = root;
    this.printable = printable;
    this.log = /** @type {HTMLElement} */ (root.querySelector("[data-log]"));
    this.input = /** @type {HTMLTextAreaElement} */ (root.querySelector("#text"));
    this.bar = /** @type {HTMLElement} */ (root.querySelector("[data-offline]"));
    this.log.querySelectorAll(".answer-card").forEach((node) => addTools(/** @type {HTMLElement} */ (node), printable));
  }

  /** Whether an agent may still write here: one has, or a ticket was opened. */
  get followed() {
    return Boolean(this.log.querySelector('.message.agent, form[action^="/tickets/"], a[href^="/tickets/VS-"]'));
  }

  /** The citizen's own words are not announced back. @param {Waiting} item */
  showWaiting(item) {
    const row = element("div", { class: "message citizen", "data-state": "waiting", "data-client": item.client_id, "aria-live": "off" }, [
      element("p", { class: "who" }, [WHO.citizen]),
      element("div", { class: "bubble" }, [item.title]),
      element("p", { class: "state" }, [navigator.onLine ? SAY.sending : SAY.waiting]),
    ]);
    this.log.append(row);
    row.scrollIntoView({ block: "nearest" });
  }

  /** @param {Waiting} item @returns {HTMLElement | null} */
  waitingRow(item) {
    return this.log.querySelector(`[data-client="${CSS.escape(item.client_id)}"]`);
  }

  /** @param {Waiting} item @param {string} words */
  setState(item, words) {
    const state = this.waitingRow(item)?.querySelector(".state");
    if (state) state.textContent = words;
  }

  /** @param {Waiting} item @param {string} message @param {() => void} again */
  offerAgain(item, message, again) {
    this.showError(message);
    const button = element("button", { type: "button", class: "button" }, [SAY.again]);
    button.addEventListener("click", () => {
      this.clearError();
      again();
    });
    this.waitingRow(item)?.querySelector(".state")?.replaceChildren(button);
  }

  dropOptions() {
    this.log.querySelectorAll("[data-options]").forEach((node) => node.remove());
    this.root.querySelectorAll("[data-most-asked]").forEach((node) => node.remove());
  }

  /** Adds the messages that are not on the page yet; the first of `item`'s turn takes the place of its waiting row.
   * @param {any[]} messages @param {Waiting} [item] @returns {number} the youngest id */
  show(messages, item) {
    let row = item ? this.waitingRow(item) : null;
    const reading = this.log.getBoundingClientRect().bottom > innerHeight + 200; // further up: not torn away
    for (const message of messages) {
      if (this.log.querySelector(`#m-${message.id}`)) continue;
      this.dropOptions();
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
      this.root.querySelector("[data-clear]")?.removeAttribute("hidden");
    }
    row?.remove();
    this.log.append(...this.log.querySelectorAll("[data-client]")); // what is not sent yet stays below what was said
    if (messages.length && !item && !reading) this.log.lastElementChild?.scrollIntoView({ block: "nearest" });
    return Math.max(0, ...messages.map((message) => message.id));
  }

  /** @param {any} message */
  render(message) {
    const stamp = clock(new Date(message.created_at));
    const kind = `message ${message.author}${message.card ? " answer" : ""}`;
    const row = element("div", { class: kind, id: `m-${message.id}` }, []);
    if (message.author === "system") {
      row.append(maskedNote(message.text));
      if (message.options?.length) row.append(choices(message.options, false));
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
      addTools(node, this.printable);
    }
    if (message.options?.length) row.append(choices(message.options, Boolean(message.card)));
    return row;
  }

  /** @param {string} code */
  showTicket(code) {
    this.log.lastElementChild?.append(openTicket(code));
  }

  /** Brings the answer's beginning into view. @param {any} message the first of a turn @param {boolean} focus */
  reveal(message, focus) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.log.querySelector(`#m-${message?.id}`)?.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
    const last = /** @type {HTMLElement | null} */ (this.log.lastElementChild);
    if (focus && last) {
      last.tabIndex = -1; // the pressed button is gone; the keyboard goes on from the answer
      last.focus({ preventScroll: true });
    }
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

  /** @param {string} text empty hides the bar */
  tell(text) {
    this.bar.textContent = text;
    this.bar.hidden = !text;
  }

  /** @param {string} message */
  showError(message) {
    this.clearError();
    this.bar.before(element("p", { class: "error", id: "chat-error", role: "alert" }, [message]));
    this.input.setAttribute("aria-describedby", "chat-error");
  }

  clearError() {
    this.root.querySelector("#chat-error")?.remove();
    this.input.removeAttribute("aria-describedby");
    this.input.removeAttribute("aria-invalid");
  }
}
