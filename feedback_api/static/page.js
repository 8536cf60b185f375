// @ts-check
/** Small helps on every citizen's page: text size, copy buttons, the secret of a mail's link. Pages work without it. */

const SIZES = ["", "large", "larger"];
const SIZE_NAMES = { "": "thường", large: "lớn", larger: "rất lớn" };

/** @returns {string} */
function storedSize() {
  try {
    return localStorage.getItem("vssid-text") || "";
  } catch {
    return ""; // storage refused: the size lasts as long as the page
  }
}

/** @param {string} size */
function setSize(size) {
  if (size) document.documentElement.dataset.text = size;
  else delete document.documentElement.dataset.text;
}

const button = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-text-size]"));
setSize(storedSize());
if (button) {
  button.hidden = false;
  const name = () => button.setAttribute("title", `Cỡ chữ: ${SIZE_NAMES[document.documentElement.dataset.text || ""]}`);
  name();
  button.addEventListener("click", () => {
    const next = SIZES[(SIZES.indexOf(document.documentElement.dataset.text || "") + 1) % SIZES.length];
    setSize(next);
    name();
    try {
      localStorage.setItem("vssid-text", next);
    } catch {
      button.dataset.storage = "off";
    }
  });
}

for (const copy of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-copy]"))) {
  if (!navigator.clipboard) continue;
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(copy.dataset.copy || "");
    copy.lastElementChild?.replaceChildren("Đã chép");
  });
}

// The mail's link carries code and secret behind `#`: browsers never send that part, so no log ever holds it.
const lookup = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-lookup]"));
const [code, secret] = decodeURIComponent(location.hash.slice(1)).split(".", 2);
if (lookup && code) {
  history.replaceState(null, "", location.pathname);
  const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (lookup.elements.namedItem(name));
  field("code").value = code;
  field("secret").value = secret || "";
  if (secret) lookup.requestSubmit();
  else field("secret").focus(); // from a host app's chat: the code alone
}
