// A question on its page and the rail of all questions: what quiz.js and exam.js share. The helpers come from form.js.

const NOT_ANSWERING =
  "Python has not answered yet. If a cell is running, wait for it. If the kernel was restarted, run this cell again.";
const PATIENCE_MS = 4000;
const MARKS = {
  right: ["✓", "right"], wrong: ["✗", "not right"], begun: ["•", "begun"], open: ["", "open"],
  answered: ["•", "answered"], part: ["◐", "not complete"],
};

// Why `question` cannot be submitted with so many chosen; "" if it can.
function whyBlocked(question, number) {
  if (question.kind === "numeric") return number ? "" : "Write a number first.";
  if (question.kind === "single") return number ? "" : "Choose an option first.";
  if (number === question.select) return "";
  return `Select ${question.select} options. ${number} of ${question.select} selected.`;
}

class QuestionPage {
  constructor(onPick, onSubmit) {
    this.name = freshName();
    this.form = make("form", { novalidate: true });
    this.form.addEventListener("input", () => onPick(this.read()));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      onSubmit();
    });
    this.after = make("div", { class: "ls-after" });
  }

  draw(question, { heading, chosen, grade, disabled, buttons }) {
    this.question = question;
    this.grade = grade;
    const legend = makeFocusable("legend", { id: `${this.name}-legend`, tabindex: "-1" }, heading);
    const stem = makeFromHtml("div", { class: "ls-stem", id: `${this.name}-stem` }, question.stem);
    const fieldset = make("fieldset", { "aria-labelledby": `${this.name}-legend ${this.name}-stem` }, legend, stem);
    const locked = Boolean(grade) || Boolean(disabled);
    if (question.kind === "numeric") fieldset.append(this.numberField(chosen, locked));
    else fieldset.append(...question.options.map((option) => this.option(option, chosen, locked)));
    this.count = make("p", { class: "ls-count", id: `${this.name}-count`, "aria-live": "polite" });
    fieldset.append(this.count);
    this.form.replaceChildren(fieldset, make("div", { class: "ls-actions" }, ...buttons));
    this.after.replaceChildren(...(grade ? this.noteAndSources() : []));
    this.showCount(chosen.length);
  }

  makeSubmit(text) {
    this.submitButton = makeButton(text, null, {
      type: "submit", class: "ls-main", "aria-describedby": `${this.name}-count`,
    });
    return this.submitButton;
  }

  read() {
    const number = this.form.querySelector('input[type="text"]');
    const letters = [...this.form.querySelectorAll("input:checked")].map((input) => input.value);
    return number ? [number.value.trim()].filter(Boolean) : letters;
  }

  showCount(number) {
    const blocked = whyBlocked(this.question, number);
    if (this.submitButton) this.submitButton.setAttribute("aria-disabled", String(Boolean(blocked)));
    const many = this.question.kind === "multiple" && !this.grade;
    this.count.textContent = many ? `${number} of ${this.question.select} selected` : "";
  }

  focus() {
    this.form.querySelector("legend").focus();
  }

  option([letter, html], chosen, locked) {
    const grade = this.grade;
    const id = `${this.name}-${letter}`;
    const input = makeFocusable("input", {
      type: this.question.kind === "multiple" ? "checkbox" : "radio", name: this.name, value: letter,
      checked: (grade ? grade.chosen : chosen).includes(letter), disabled: locked,
      "aria-describedby": grade ? `${id}-mark ${id}-reason` : null,
    });
    const label = make("label", {}, input, make("span", { class: "ls-letter" }, `${letter}.`),
      makeFromHtml("span", { class: "ls-text" }, html));
    if (!grade) return make("div", { class: "ls-option" }, label);
    const right = grade.key.includes(letter);
    return make("div", { class: `ls-option ${right ? "ls-right" : "ls-wrong"}` }, label,
      make("p", { class: "ls-mark", id: `${id}-mark` }, this.markText(right, grade.chosen.includes(letter))),
      makeFromHtml("div", { class: "ls-reason", id: `${id}-reason` }, grade.reasons[letter] || ""));
  }

  markText(right, chosen) {
    if (right) return chosen ? "✓ Correct, your choice" : "✓ Correct, not chosen";
    return chosen ? "✗ Not correct, your choice" : "– Not correct";
  }

  numberField(chosen, locked) {
    const grade = this.grade;
    const input = makeFocusable("input", {
      type: "text", inputmode: "decimal", autocomplete: "off", disabled: locked,
      value: (grade ? grade.chosen : chosen)[0] || "",
    });
    const label = make("label", { class: "ls-number" }, make("span", {}, "Your answer"), input);
    if (this.question.unit) label.append(make("span", {}, this.question.unit));
    const reason = grade ? grade.reasons[grade.key[0]] || "" : "";
    return make("div", {}, label, makeFromHtml("div", { class: "ls-reason" }, reason));
  }

  noteAndSources() {
    const grade = this.grade;
    const note = grade.note ? [makeFromHtml("div", { class: "ls-note" }, grade.note)] : [];
    if (!grade.sources.length) return note;
    const sources = grade.sources.map(([url, read]) => make("li", {},
      makeFocusable("a", { href: url, target: "_blank", rel: "noopener" }, url), ` (read ${read})`));
    return [...note, make("p", { class: "ls-sources" }, "Sources"), make("ul", {}, ...sources)];
  }
}

// The rail is one stop for Tab; the arrow keys move inside it.
class Rail {
  constructor(onGo) {
    this.onGo = onGo;
    this.root = make("div", { class: "ls-rail", role: "toolbar", "aria-label": "Questions" });
    this.root.addEventListener("keydown", (event) => this.move(event));
  }

  draw(states, at) {
    const focused = this.root.contains(this.root.getRootNode().activeElement);
    this.root.replaceChildren(...states.map((state, index) => this.button(state, index, index === at)));
    if (focused) this.root.children[at].focus();
  }

  button({ state, flagged }, index, current) {
    const [symbol, words] = MARKS[state];
    const flag = flagged ? ["⚑", ", flagged"] : ["", ""];
    return makeButton(`${index + 1}${symbol}${flag[0]}`, () => this.onGo(index), {
      class: `ls-${state}`, "aria-label": `Question ${index + 1}, ${words}${flag[1]}`,
      "aria-current": current ? "step" : null, tabindex: current ? "0" : "-1",
    });
  }

  move(event) {
    const buttons = [...this.root.children];
    const from = buttons.indexOf(event.target);
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (from < 0 || to === undefined) return;
    event.preventDefault();
    buttons[Math.min(Math.max(to, 0), buttons.length - 1)].focus();
  }
}

function makeToggle(text, pressed, onClick) {
  return makeButton(text, onClick, { "aria-pressed": String(pressed), class: "ls-toggle" });
}

// The choice holds for every quiz in this browser; where nothing can be stored it holds for this one.
function makeTypeSize(root) {
  const remembered = (write) => {
    try {
      if (write !== undefined) localStorage.setItem("lambda-study-large-type", write);
      return localStorage.getItem("lambda-study-large-type") === "true";
    } catch {
      return write === "true";
    }
  };
  const show = (large) => {
    root.classList.toggle("ls-large", large);
    button.setAttribute("aria-pressed", String(large));
  };
  const button = makeToggle("Larger type", false, () => {
    const large = !root.classList.contains("ls-large");
    remembered(String(large));
    show(large);
  });
  show(remembered());
  return button;
}

// Buttons that lead to those questions for which `wanted` holds, after some words; nothing if there are none.
function leadTo(words, questions, wanted, go) {
  const buttons = questions.map((question, index) =>
    wanted(question) ? makeButton(`${index + 1}`, () => go(index), { "aria-label": `Question ${index + 1}` }) : null);
  const some = buttons.some((button) => button);
  return some ? [make("div", { class: "ls-actions" }, make("span", {}, words), ...buttons)] : [];
}
