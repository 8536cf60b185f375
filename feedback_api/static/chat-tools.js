// @ts-check
/** Copy, print and read aloud under an answer: each is there only where the browser can do it. */
import { element, icon } from "./chat-parts.js";

const SAY = { copied: "Đã chép", notCopied: "Chưa chép được", read: "Đọc", stop: "Dừng đọc" };
const HEARD = ".question, .lead, .steps li";
const WRITTEN = `${HEARD}, .proof div`;

/** @param {HTMLElement} card @param {string} parts */
const words = (card, parts) => Array.from(card.querySelectorAll(parts), (part) => part.textContent?.trim()).join("\n");

/** @param {string} name @param {string} label @param {(button: HTMLElement) => void} act */
function tool(name, label, act) {
  const button = element("button", { type: "button", class: "button quiet", "data-tool": name }, [icon(name), label]);
  button.addEventListener("click", () => act(button));
  return button;
}

/** Prints one answer alone. @param {HTMLElement} card */
function print(card) {
  card.closest(".message")?.classList.add("printing");
  document.body.classList.add("print-one");
  window.print();
  document.body.classList.remove("print-one");
  card.closest(".message")?.classList.remove("printing");
}

/** @param {HTMLElement} button @param {string} text */
async function copy(button, text) {
  const done = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false, // a WebView may refuse
  );
  button.lastChild?.replaceWith(done ? SAY.copied : SAY.notCopied);
}

/** @returns {SpeechSynthesisVoice | undefined} */
const vietnamese = () => window.speechSynthesis?.getVoices().find((each) => each.lang.toLowerCase().startsWith("vi"));

/** Reads aloud, or stops when it is read already. @param {HTMLElement} button @param {string} text */
function speak(button, text) {
  const synthesis = window.speechSynthesis;
  const reading = button.getAttribute("aria-pressed") === "true";
  synthesis.cancel(); // whatever is read, its button hears `end` or `error` and goes back
  if (reading) return;
  const speech = new SpeechSynthesisUtterance(text);
  speech.voice = vietnamese() ?? null;
  speech.lang = "vi-VN";
  const say = (/** @type {boolean} */ on) => {
    button.setAttribute("aria-pressed", String(on));
    button.lastChild?.replaceWith(on ? SAY.stop : SAY.read);
  };
  speech.onend = speech.onerror = () => say(false);
  say(true);
  synthesis.speak(speech);
}

/** @param {HTMLElement} card an answer card @param {boolean} printable a host's page is not ours to print */
export function addTools(card, printable) {
  // Not announced: these are no part of what was said.
  const box = element("div", { class: "tools", "aria-live": "off" }, []);
  if (navigator.clipboard) box.append(tool("copy", "Sao chép", (button) => copy(button, words(card, WRITTEN))));
  if (printable) box.append(tool("print", "In", () => print(card)));
  card.querySelector(".proof")?.after(box);
  addSpeaker(card);
}

/** @param {HTMLElement} card */
function addSpeaker(card) {
  const box = card.querySelector(".tools");
  if (!box || box.querySelector('[data-tool="speaker"]') || !vietnamese()) return;
  const button = tool("speaker", SAY.read, () => speak(button, words(card, HEARD)));
  button.setAttribute("aria-pressed", "false");
  box.append(button);
}

/** Most browsers learn of their voices some time after the page is there. @param {HTMLElement | ShadowRoot} root */
export function whenVoicesCome(root) {
  window.speechSynthesis?.addEventListener?.("voiceschanged", () => {
    root.querySelectorAll(".answer-card").forEach((card) => addSpeaker(/** @type {HTMLElement} */ (card)));
  });
  window.addEventListener("pagehide", () => window.speechSynthesis?.cancel());
}
