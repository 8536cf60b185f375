// @ts-check
/** What a link leads to, in words that a host app understands. */

/** @type {Record<string, string>} */
const SCREENS = { "/tickets/new": "new-ticket", "/tickets/status": "ticket-status" };

/**
 * @typedef {{screen: string, path: string, more: {code?: string}}} Screen
 * @param {string} href @param {boolean} foreign a host's page holds no cookie that opens a ticket: the look-up page asks for the rest
 * @returns {Screen | null} null for what is the system's business (tel:) and for places on the page
 */
export function screenOf(href, foreign) {
  if (/^https?:/.test(href)) return { screen: "web", path: href, more: {} };
  const path = href.split(/[?#]/)[0];
  const code = /^\/tickets\/(VS-[^/]+)(\/open)?$/.exec(path)?.[1];
  if (code) return { screen: "ticket", path: foreign ? `/tickets/status#${code}` : `/tickets/${code}`, more: { code } };
  return path.startsWith("/") ? { screen: SCREENS[path] || "page", path: href, more: {} } : null;
}

/**
 * Tells the host, which may cancel and open a screen of its own; else the desk's page opens, on a host's page beside it.
 * @param {HTMLElement} chat @param {import("./chat-desk.js").Desk} desk @param {Event} event @param {Screen | null} screen
 */
export function openScreen(chat, desk, event, screen) {
  if (!screen) return;
  const url = desk.url(screen.path);
  const detail = { screen: screen.screen, url, ...screen.more };
  const handled = !chat.dispatchEvent(new CustomEvent("open-screen", { bubbles: true, composed: true, cancelable: true, detail }));
  if (handled || desk.foreign) event.preventDefault();
  if (!handled && desk.foreign) window.open(url, "_blank", "noopener");
}
