// @ts-check
/**
 * Questions suggested while one types: asked for after a pause, one request at a time (a new one cancels the old),
 * never for texts that hold a longer number. Buttons above the box; arrow keys lead there and back, Escape closes.
 */
import { askButton, element } from "./chat-parts.js";

const PAUSE = 300; // ms
const SHORTEST = 3;
const LONGEST = 200;
const DIGITS = /\d(?:[ .-]?\d){3}/; // may be an OTP or a personal number: such texts leave the page only when they are sent

export class Suggest {
  /** @param {HTMLElement | ShadowRoot} root @param {HTMLTextAreaElement} input @param {import("./chat-desk.js").Desk} desk */
  constructor(root, input, desk) {
    this.box = /** @type {HTMLElement} */ (root.querySelector("[data-suggestions]"));
    this.status = /** @type {HTMLElement} */ (root.querySelector("[data-suggested]"));
    this.input = input;
    this.desk = desk;
    this.restUntil = 0;
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.fromInput(event));
    this.box.addEventListener("keydown", (event) => this.inList(event));
  }

  typed() {
    this.cancel();
    const text = this.input.value.trim();
    if (text.length < SHORTEST || text.length > LONGEST || DIGITS.test(text)) return this.show([]);
    this.timer = setTimeout(() => this.ask(text), PAUSE);
  }

  cancel() {
    clearTimeout(this.timer);
    this.running?.abort();
    this.running = null;
  }

  hide() {
    this.cancel();
    this.show([]);
  }

  /** @param {string} text */
  async ask(text) {
    if (!navigator.onLine || Date.now() < this.restUntil) return;
    const running = (this.running = new AbortController());
    try {
      const response = await this.desk.post("/v1/suggestions", { text }, running.signal);
      if (response.status === 429) this.restUntil = Date.now() + 1000 * (Number(response.headers.get("Retry-After")) || 30);
      const questions = response.ok ? (await response.json()).questions : [];
      if (this.running === running) this.show(questions);
    } catch {
      if (this.running === running) this.show([]); // suggestions are a help, not a need: without network there are none
    }
  }

  /** @param {string[]} questions */
  show(questions) {
    this.box.hidden = !questions.length;
    const items = questions.map((question) => askButton(question));
    this.box.replaceChildren(...(items.length ? [element("ul", { class: "options questions numbered" }, items)] : []));
    this.status.textContent = items.length ? `Có ${items.length} câu hỏi gợi ý. Bấm mũi tên lên để chọn.` : "";
  }

  /** @returns {HTMLElement[]} the buttons that can be seen: small screens hide some */
  buttons() {
    const all = /** @type {HTMLElement[]} */ (Array.from(this.box.querySelectorAll("button")));
    return all.filter((button) => button.offsetParent);
  }

  /** @param {KeyboardEvent} event */
  fromInput(event) {
    if (this.box.hidden || event.isComposing) return;
    if (event.key === "Escape") this.hide();
    else if (event.key === "ArrowUp" && !this.input.value.includes("\n")) {
      event.preventDefault();
      this.buttons().at(-1)?.focus();
    }
  }

  /** @param {KeyboardEvent} event */
  inList(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Escape") {
      this.hide();
      this.input.focus();
    } else if (step) {
      event.preventDefault();
      const all = this.buttons();
      const here = all.indexOf(/** @type {HTMLElement} */ (event.target));
      (all[Math.max(0, here + step)] ?? this.input).focus();
    }
  }
}
