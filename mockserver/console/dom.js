// Builds elements. Whatever comes from outside becomes a text node or an attribute, never markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** An HTML element; attributes that begin with "on" are listeners, children are nodes or text. */
export const h = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

/** An SVG element, likewise. */
export const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

/** Text that came from outside, in its own direction, so that it cannot turn its surroundings. */
export const foreign = (text, attributes = {}) => h("bdi", attributes, text);

/** Text to read and copy, which can be scrolled with the keyboard. */
export const code = (label, text = "") => h("pre", { tabindex: "0", role: "region", "aria-label": label }, text);

/** Words for those who cannot see what stands there. */
export const unseen = (text) => h("span", { class: "unseen" }, text);

/** Set an element's text, touching the document only where it changes. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Whether an element shows something else by now than `content`; then that is remembered. */
export function changed(element, content) {
  const text = JSON.stringify(content);
  if (element.dataset.shown === text) return false;
  element.dataset.shown = text;
  return true;
}

/** A sentence in which `backticks` mark code. */
export function prose(text) {
  return text.split("`").map((part, index) => (index % 2 ? h("code", {}, part) : part));
}

/** Run `action` when it has not been asked for again for so many milliseconds. */
export function settled(action, milliseconds) {
  let timer = 0;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

async function toClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Pages that are not served from this machine have no clipboard without TLS.
  const focused = document.activeElement;
  const area = h("textarea", { class: "unseen", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  focused.focus();
  if (!copied) throw new Error("The browser did not allow it.");
  return undefined;
}

/** A button that copies what `text()` returns, and says so. */
export function copyButton(label, text, announce) {
  const button = h("button", { type: "button", class: "quiet" }, label);
  button.addEventListener("click", async () => {
    try {
      await toClipboard(text());
      button.textContent = "Copied";
      announce("Copied.");
    } catch {
      button.textContent = "Not copied";
      announce("The browser did not allow copying.");
    }
    setTimeout(() => (button.textContent = label), 1600);
  });
  return button;
}
