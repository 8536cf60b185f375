// @ts-check
/** Console helps: puts an FAQ answer into the reply, moves through the queue by j and k. Every page works without it. */

document.addEventListener("click", (event) => {
  const link = /** @type {HTMLElement} */ (event.target).closest("[data-insert]");
  const reply = /** @type {HTMLTextAreaElement | null} */ (document.querySelector("#reply-text"));
  const source = link && document.getElementById(link.getAttribute("data-insert") || "");
  if (!source || !reply) return;
  event.preventDefault();
  const words = source.textContent?.trim() || "";
  reply.value = reply.value.trim() ? `${reply.value.trim()}\n\n${words}` : words;
  const entry = /** @type {HTMLSelectElement | null} */ (document.querySelector("#resolution_entry"));
  if (entry) entry.value = link?.getAttribute("data-entry") || "";
  reply.focus();
  reply.setSelectionRange(reply.value.length, reply.value.length);
});

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key !== "j" && event.key !== "k") return;
  const rows = /** @type {HTMLElement[]} */ (Array.from(document.querySelectorAll(".queue a.row")));
  if (!rows.length) return;
  const at = rows.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const next = at < 0 ? 0 : at + (event.key === "j" ? 1 : -1);
  rows[Math.max(0, Math.min(rows.length - 1, next))].focus();
});
