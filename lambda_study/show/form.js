// What quiz.js, predict.js and playground.js share. Python joins the files into one module, because a widget's script has no imports.

// JupyterLab runs its shortcuts (arrows, a, b, x, d d) while a radio or a button in an output has the focus. This
// attribute stops them. It works only on the focused element itself, so each focusable element carries it.
const KEYS_STAY_HERE = { "data-lm-suppress-shortcuts": "true" };

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

function makeFocusable(tag, attributes = {}, ...children) {
  return make(tag, { ...KEYS_STAY_HERE, ...attributes }, ...children);
}

// `html` comes from Python, where Markdown was rendered with raw HTML switched off.
function makeFromHtml(tag, attributes, html) {
  const element = make(tag, attributes);
  element.innerHTML = html;
  for (const link of element.querySelectorAll("a")) link.setAttribute("data-lm-suppress-shortcuts", "true");
  return element;
}

function makeButton(text, onClick, attributes = {}) {
  const button = makeFocusable("button", { type: "button", ...attributes }, text);
  if (onClick) button.addEventListener("click", onClick);
  return button;
}

function makeStatus() {
  return makeFocusable("div", { class: "ls-status", role: "status", "aria-live": "polite", tabindex: "-1" });
}

// A fresh paragraph is announced even when its text is the one that was there before.
function say(status, text, kind = "") {
  status.className = `ls-status ${kind}`.trim();
  status.replaceChildren(...(text ? [make("p", {}, text)] : []));
}

function makeRoot(label) {
  const root = make("div", { class: "ls-quiz", role: "group", "aria-label": label });
  root.addEventListener("keydown", (event) => event.stopPropagation());
  return root;
}

// Element ids and radio groups need a name of their own when several views stand on one page.
function freshName() {
  return `ls-${Math.random().toString(36).slice(2)}`;
}
