// @ts-check
/** Small helps on every citizen's page: text size, copy buttons, unfinished forms, the secret of a mail's link. Pages work without it. */

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

// An unfinished form outlives a reload in the middle of it; never the consent, which is given anew. Sent: the ticket's page forgets it.
const FORM = "vssid-form";
const store = {
  /** @returns {Record<string, string>} */
  read() {
    try {
      return JSON.parse(sessionStorage.getItem(FORM) || "{}");
    } catch {
      return {}; // storage refused, or something foreign in it
    }
  },
  /** @param {Record<string, string>} values */
  write(values) {
    try {
      sessionStorage.setItem(FORM, JSON.stringify(values));
    } catch {
      document.documentElement.dataset.storage = "off";
    }
  },
};
const kept = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-keep]"));
if (kept) {
  const fields = /** @type {(HTMLInputElement | HTMLTextAreaElement)[]} */ (
    Array.from(kept.querySelectorAll("textarea, input[type=text], input[type=tel], input[type=email]"))
  );
  const values = store.read();
  if (kept.dataset.keep === "fresh") for (const field of fields) if (values[field.name]) field.value = values[field.name];
  kept.addEventListener("input", () => store.write(Object.fromEntries(fields.map((field) => [field.name, field.value]))));
}
if (document.querySelector("[data-forget-form]")) store.write({});

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
