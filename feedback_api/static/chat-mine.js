// @ts-check
/** "Phiếu của bạn": the tickets of the person whom the host's token names. Nothing is shown without such a person, or when the list cannot be had. */
import { element, icon } from "./chat-parts.js";

/** @param {any} row @param {(code: string, button: HTMLElement) => void} open */
function line(row, open) {
  const button = element("button", { type: "button", class: "button" }, [`${row.code} · ${row.status_title}`]);
  button.addEventListener("click", () => open(row.code, button));
  return element("li", {}, [button]);
}

/**
 * Puts the list, closed, below the conversation; called again it renews the list.
 * @param {HTMLElement | ShadowRoot} root @param {import("./chat-desk.js").Desk} desk @param {(code: string, button: HTMLElement) => void} open
 */
export async function showMine(root, desk, open) {
  let rows;
  try {
    const response = await desk.call("/v1/my/tickets");
    rows = response.ok ? (await response.json()).tickets : [];
  } catch {
    return; // no network: what was shown stays
  }
  const known = /** @type {HTMLDetailsElement | null} */ (root.querySelector("[data-mine]"));
  if (!rows.length) {
    known?.remove();
    return;
  }
  const fresh = /** @type {HTMLDetailsElement} */ (
    element("details", { "data-mine": "" }, [
      element("summary", {}, [icon("ticket"), `Phiếu của bạn (${rows.length})`]),
      element("ul", { class: "options" }, rows.map((/** @type {any} */ row) => line(row, open))),
    ])
  );
  fresh.open = Boolean(known?.open);
  if (known) known.replaceWith(fresh);
  else root.querySelector(".chat-foot")?.prepend(fresh);
}
