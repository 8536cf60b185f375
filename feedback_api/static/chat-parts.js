// @ts-check
/** The parts of a message, built like templates/chat/_message.html does on the server. Text in, nodes out; no state. */

/** A UUID for a message. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // pages over plain http have no randomUUID
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** @param {string} tag @param {Record<string, string>} attributes @param {(Node | string)[]} children @returns {HTMLElement} */
export function element(tag, attributes, children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** @type {Document | HTMLElement | ShadowRoot} */
let icons = document;

/** @param {HTMLElement | ShadowRoot} root where the icons' templates are */
export function useIcons(root) {
  icons = root;
}

/** A copy of an icon that the page brought along. @param {string} name @returns {Node} */
export function icon(name) {
  const template = /** @type {HTMLTemplateElement | null} */ (icons.querySelector(`template[data-icon="${name}"]`));
  return template ? template.content.cloneNode(true) : document.createTextNode("");
}

/** @param {string} url */
function webOnly(url) {
  try {
    return ["http:", "https:"].includes(new URL(url).protocol);
  } catch {
    return false; // not an address: nothing to link to
  }
}

/** @param {string} kind @param {string} url */
function outward(kind, url) {
  const host = new URL(url).hostname.replace(/^www\./, "");
  return element("div", {}, [
    icon("link"),
    element("a", { href: url, rel: "noopener noreferrer", target: "_blank" }, [`${kind}: ${host}`]),
  ]);
}

/** @param {string} value `2026-11-24` or `2025-06` */
export function day(value) {
  return value.slice(0, 10).split("-").reverse().join("/");
}

/** `18:45`, with the day when it is not today; Viet Nam's clock like everywhere on the desk. @param {Date} moment */
export function clock(moment) {
  /** @param {Date} date @param {Intl.DateTimeFormatOptions} parts */
  const say = (date, parts) => date.toLocaleString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", hour12: false, ...parts });
  const day = /** @type {Intl.DateTimeFormatOptions} */ ({ day: "2-digit", month: "2-digit" });
  const time = say(moment, { hour: "2-digit", minute: "2-digit" });
  return say(moment, day) === say(new Date(), day) ? time : `${time} ${say(moment, day)}`;
}

/** @param {string} question */
export function askButton(question) {
  const button = element("button", { class: "button", name: "text", value: question }, [question]);
  return element("li", {}, [element("form", { method: "post", action: "/chat#composer", "data-ask": "" }, [button])]);
}

/** @param {any} entry an entry as docs/contracts.md has it @returns {HTMLElement} */
export function card(entry) {
  const node = element("article", { class: "answer-card", "aria-label": "Câu trả lời" }, [
    element("h3", { class: "question" }, [entry.question]),
    element("p", { class: "lead" }, [entry.answer]),
  ]);
  if (entry.steps.length) {
    const steps = entry.steps.map((/** @type {string} */ step) => element("li", {}, [element("span", {}, [step])]));
    node.append(element("ol", { class: "steps" }, steps));
  }
  const proof = element("div", { class: "proof" }, []);
  if (entry.legal_basis.length) {
    const acts = entry.legal_basis.map((/** @type {any} */ basis) => `${basis.article ? basis.article + ", " : ""}văn bản số ${basis.act}`);
    proof.append(element("div", {}, [icon("book"), element("span", {}, [`Căn cứ: ${acts.join("; ")}`])]));
  }
  for (const url of entry.links.filter(webOnly)) proof.append(outward("Trang chính thức", url));
  for (const url of entry.sources.filter(webOnly)) proof.append(outward("Nguồn", url));
  if (entry.reviewed_on) {
    proof.append(element("div", {}, [icon("check"), element("span", {}, [`Rà soát ngày ${day(entry.reviewed_on)}`])]));
  }
  node.append(proof);
  if (entry.related.length) {
    const questions = entry.related.map((/** @type {any} */ other) => askButton(other.question));
    node.append(
      element("div", { class: "related" }, [
        element("h3", {}, ["Câu hỏi liên quan"]),
        element("ul", { class: "options questions" }, questions),
      ]),
    );
  }
  return node;
}

/** What the desk itself has to say: what it hid, where a message went. @param {string} text */
export function maskedNote(text) {
  return element("p", { class: "masked" }, [icon("shield"), element("span", {}, [text])]);
}

/** @param {any[]} options @param {string} kind */
function choiceList(options, kind) {
  const items = options.map((option) => {
    if (!option.id) return element("li", {}, [element("a", { class: "button", href: option.href }, [option.title])]);
    const button = element("button", { class: "button", name: "option", value: option.id }, [option.title]);
    return element("li", {}, [element("form", { method: "post", action: "/chat#composer", "data-choose": "" }, [button])]);
  });
  return element("ul", { class: kind }, items);
}

/** Verdicts on an answer first, then questions; numbered through, as the bot understands "số 2".
 * @param {any[]} options `{id, title}` or `{title, href}` @param {boolean} afterAnswer */
export function choices(options, afterAnswer) {
  const issued = options.filter((option) => option.id);
  const questions = options.filter((option) => option.title.endsWith("?"));
  const box = element("div", { class: `choices${issued.length > 1 ? " numbered" : ""}`, "data-options": "" }, []);
  if (afterAnswer && issued.length) {
    box.append(element("p", { class: "ask-solved" }, ["Câu trả lời này đã giải quyết việc của bạn chưa?"]));
  }
  if (afterAnswer && questions.length) {
    const verdicts = options.filter((option) => !questions.includes(option));
    if (verdicts.length) box.append(choiceList(verdicts, "options"));
    box.append(element("p", { class: "ask-solved" }, ["Câu hỏi liên quan"]), choiceList(questions, "options questions"));
  } else {
    box.append(choiceList(options, questions.length ? "options questions" : "options"));
  }
  return box;
}

/** Opening the ticket sets a cookie, so it is a POST. @param {string} code */
export function openTicket(code) {
  const button = element("button", { class: "button primary" }, [icon("ticket"), `Xem phiếu ${code}`]);
  return element("form", { method: "post", action: `/tickets/${encodeURIComponent(code)}/open` }, [button]);
}
