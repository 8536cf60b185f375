// @ts-check
/** <vssid-chat> on a host's page: its insides come from the desk into a shadow root, so that neither page's styles touch the other's. */
import { element } from "./chat-parts.js";

const STYLES_WAIT = 4000; // ms; then the chat is shown as plain as it is

/** @param {ShadowRoot} root @param {string} href */
function styles(root, href) {
  const link = /** @type {HTMLLinkElement} */ (element("link", { rel: "stylesheet", href }, []));
  const loaded = new Promise((done) => {
    link.addEventListener("load", done);
    link.addEventListener("error", done);
    setTimeout(done, STYLES_WAIT);
  });
  root.append(link);
  return loaded;
}

/** @param {ShadowRoot} root @param {() => void} again */
function failed(root, again) {
  const retry = element("button", { type: "button", class: "button primary" }, ["Thử lại"]);
  const note = element("div", { class: "notice warn stack", role: "alert" }, [
    element("p", {}, ["Chưa mở được trò chuyện. Bạn kiểm tra kết nối mạng rồi bấm Thử lại, hoặc gọi tổng đài."]),
    element("div", { class: "actions" }, [retry, element("a", { class: "button", href: "tel:19009068" }, ["Gọi 1900.9068"])]),
  ]);
  retry.addEventListener("click", () => {
    note.remove();
    again();
  });
  root.append(note);
}

/**
 * Fills the shadow root and calls `ready`; without the desk it says so and offers to try again.
 * The desk's own markup is parsed inertly: nothing in it runs. @param {ShadowRoot} root @param {import("./chat-desk.js").Desk} desk
 * @param {() => void} ready
 */
export async function furnish(root, desk, ready) {
  const loaded = root.querySelector("link") ? Promise.resolve() : styles(root, desk.url("/static/desk.css"));
  let markup;
  try {
    const response = await desk.call("/chat/element");
    if (!response.ok) throw new Error(String(response.status));
    markup = await response.text();
  } catch {
    await loaded;
    failed(root, () => furnish(root, desk, ready));
    return;
  }
  await loaded;
  const parsed = new DOMParser().parseFromString(markup, "text/html");
  // The icons' templates land in the parsed head or body, wherever the parser puts them.
  root.append(...Array.from(parsed.body.childNodes, (node) => document.importNode(node, true)));
  ready();
}
