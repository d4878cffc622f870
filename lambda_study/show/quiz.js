// All questions of a quiz, a page each. Python grades: it is sent the chosen letters and answers with the key.
// The helpers come from form.js.

const NOT_ANSWERING =
  "Python has not answered yet. If a cell is running, wait for it. If the kernel was restarted, run this cell again.";
const MARKS = { right: ["✓", "right"], wrong: ["✗", "not right"], begun: ["•", "begun"], open: ["", "open"] };

class QuizPages {
  constructor(model) {
    this.model = model;
    this.questions = model.get("questions");
    this.at = 0;
    this.picked = new Map(); // question id -> chosen letters, or the text of a number
    this.graded = new Map(); // question id -> Python's answer
    this.retried = new Set(); // questions opened again after a grade
    this.pending = null;
    this.name = freshName();
    this.build();
    this.draw();
  }

  get question() {
    return this.questions[this.at];
  }

  build() {
    const title = make("p", { class: "ls-title" }, `Quiz: ${this.model.get("title")}`);
    this.root = makeRoot(title.textContent);
    this.score = make("p", { class: "ls-score" });
    this.rail = make("div", { class: "ls-rail", role: "toolbar", "aria-label": "Questions" });
    this.rail.addEventListener("keydown", (event) => this.moveInRail(event));
    this.form = make("form", { novalidate: true });
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.form.addEventListener("input", () => this.pick());
    this.status = makeStatus();
    this.after = make("div", { class: "ls-after" });
    this.result = makeFocusable("div", { class: "ls-result", tabindex: "-1" });
    this.previous = makeButton("Previous", () => this.go(this.at - 1));
    this.next = makeButton("Next", () => (this.isLast() ? this.showResult() : this.go(this.at + 1)));
    this.root.append(
      make("div", { class: "ls-head" }, title, this.score), ...this.small("introduction"), this.rail, this.form,
      this.status, this.after, make("div", { class: "ls-actions ls-pager" }, this.previous, this.next), this.result,
      ...this.small("more"));
  }

  small(name) {
    const html = this.model.get(name);
    return html ? [makeFromHtml("div", { class: "ls-small" }, html)] : [];
  }

  // ---- drawing -------------------------------------------------------------------------------------------------

  draw() {
    const grade = this.shownGrade();
    this.previous.disabled = this.at === 0;
    this.next.textContent = this.isLast() ? "Result" : "Next";
    this.result.replaceChildren();
    this.drawRail();
    this.drawForm(grade);
    this.after.replaceChildren(...(grade ? this.noteAndSources(grade) : []));
    if (grade) say(this.status, grade.verdict, grade.correct ? "ls-right" : "ls-wrong");
    else say(this.status, "");
  }

  shownGrade() {
    return this.retried.has(this.question.id) ? undefined : this.graded.get(this.question.id);
  }

  drawRail() {
    const focused = this.rail.contains(this.rail.getRootNode().activeElement);
    this.rail.replaceChildren(...this.questions.map((question, index) => this.railButton(question, index)));
    if (focused) this.rail.children[this.at].focus();
  }

  railButton(question, index) {
    const state = this.stateOf(question);
    const [symbol, words] = MARKS[state];
    const current = index === this.at;
    return makeButton(`${index + 1}${symbol}`, () => this.go(index), {
      class: `ls-${state}`, "aria-label": `Question ${index + 1}, ${words}`,
      "aria-current": current ? "step" : null, tabindex: current ? "0" : "-1",
    });
  }

  stateOf(question) {
    const grade = this.graded.get(question.id);
    if (grade) return grade.correct ? "right" : "wrong";
    return this.chosen(question).length ? "begun" : "open";
  }

  drawForm(grade) {
    const question = this.question;
    const legend = makeFocusable(
      "legend", { id: `${this.name}-legend`, tabindex: "-1" }, `Question ${this.at + 1} of ${this.questions.length}`);
    const stem = makeFromHtml("div", { class: "ls-stem", id: `${this.name}-stem` }, question.stem);
    const fieldset = make("fieldset", { "aria-labelledby": `${this.name}-legend ${this.name}-stem` }, legend, stem);
    if (question.kind === "numeric") fieldset.append(this.numberField(question, grade));
    else fieldset.append(...question.options.map((option) => this.option(question, option, grade)));
    this.count = make("p", { class: "ls-count", id: `${this.name}-count`, "aria-live": "polite" });
    fieldset.append(this.count);
    this.form.replaceChildren(fieldset, make("div", { class: "ls-actions" }, this.mainButton(grade)));
    this.showCount();
  }

  mainButton(grade) {
    if (grade) return makeButton("Try again", () => this.tryAgain());
    this.submitButton = makeButton("Submit", null, {
      type: "submit", class: "ls-main", "aria-describedby": `${this.name}-count`,
    });
    return this.submitButton;
  }

  option(question, [letter, html], grade) {
    const id = `${this.name}-${letter}`;
    const input = makeFocusable("input", {
      type: question.kind === "multiple" ? "checkbox" : "radio", name: this.name, value: letter,
      checked: (grade ? grade.chosen : this.chosen(question)).includes(letter), disabled: Boolean(grade),
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

  numberField(question, grade) {
    const input = makeFocusable("input", {
      type: "text", inputmode: "decimal", autocomplete: "off", disabled: Boolean(grade),
      value: (grade ? grade.chosen : this.chosen(question))[0] || "",
    });
    const label = make("label", { class: "ls-number" }, make("span", {}, "Your answer"), input);
    if (question.unit) label.append(make("span", {}, question.unit));
    const reason = grade ? grade.reasons[grade.key[0]] || "" : "";
    return make("div", {}, label, makeFromHtml("div", { class: "ls-reason" }, reason));
  }

  noteAndSources(grade) {
    const note = grade.note ? [makeFromHtml("div", { class: "ls-note" }, grade.note)] : [];
    if (!grade.sources.length) return note;
    const sources = grade.sources.map(([url, read]) => make("li", {},
      makeFocusable("a", { href: url, target: "_blank", rel: "noopener" }, url), ` (read ${read})`));
    return [...note, make("p", { class: "ls-sources" }, "Sources"), make("ul", {}, ...sources)];
  }

  showScore(score) {
    if (score) this.score.textContent = score;
  }

  // ---- answering -----------------------------------------------------------------------------------------------

  chosen(question) {
    return this.picked.get(question.id) || [];
  }

  pick() {
    const number = this.form.querySelector('input[type="text"]');
    const letters = [...this.form.querySelectorAll("input:checked")].map((input) => input.value);
    this.picked.set(this.question.id, number ? [number.value.trim()].filter(Boolean) : letters);
    this.showCount();
    this.drawRail();
  }

  showCount() {
    const blocked = this.whyBlocked();
    if (this.submitButton) this.submitButton.setAttribute("aria-disabled", String(Boolean(blocked)));
    const many = this.question.kind === "multiple" && !this.shownGrade();
    this.count.textContent = many ? `${this.chosen(this.question).length} of ${this.question.select} selected` : "";
  }

  whyBlocked() {
    const question = this.question;
    const number = this.chosen(question).length;
    if (question.kind === "numeric") return number ? "" : "Write a number first.";
    if (question.kind === "single") return number ? "" : "Choose an option first.";
    if (number === question.select) return "";
    return `Select ${question.select} options. ${number} of ${question.select} selected.`;
  }

  submit(event) {
    event.preventDefault();
    if (this.pending || this.shownGrade()) return;
    const blocked = this.whyBlocked();
    if (blocked) {
      say(this.status, blocked);
      return;
    }
    this.pending = this.question.id;
    say(this.status, "Checking…");
    this.timer = setTimeout(() => say(this.status, NOT_ANSWERING), 4000);
    this.model.send({ kind: "submit", question: this.question.id, chosen: this.chosen(this.question) });
  }

  receive(message) {
    if (message.kind === "progress") this.catchUp(message);
    if (message.kind === "graded") this.take(message);
    if (message.kind === "refused") this.refuse(message);
  }

  catchUp(message) {
    const news = message.graded.filter((grade) => !this.graded.has(grade.question));
    for (const grade of news) this.graded.set(grade.question, grade);
    this.showScore(message.score);
    if (news.length) this.draw();
  }

  take(grade) {
    const mine = this.settle(grade.question);
    this.graded.set(grade.question, grade);
    this.retried.delete(grade.question);
    this.showScore(grade.score);
    if (this.question.id !== grade.question) this.drawRail();
    else this.draw();
    if (mine && this.question.id === grade.question) this.status.focus();
  }

  refuse(message) {
    if (this.settle(message.question) && this.question.id === message.question) say(this.status, message.text);
  }

  // True when the answer belongs to what this view submitted, and not to another view of the same quiz.
  settle(id) {
    if (this.pending !== id) return false;
    this.pending = null;
    clearTimeout(this.timer);
    return true;
  }

  tryAgain() {
    this.retried.add(this.question.id);
    this.picked.delete(this.question.id);
    this.go(this.at);
  }

  // ---- the end -------------------------------------------------------------------------------------------------

  isLast() {
    return this.at === this.questions.length - 1;
  }

  showResult() {
    const right = this.questions.filter((question) => this.stateOf(question) === "right").length;
    this.result.replaceChildren(
      make("p", {}, `${right} of ${this.questions.length} right.`),
      ...this.again("To look at again:", (question) => this.stateOf(question) === "wrong"),
      ...this.again("Not answered yet:", (question) => !this.graded.has(question.id)));
    this.result.focus();
  }

  again(words, wanted) {
    const buttons = this.questions.map((question, index) =>
      wanted(question) ? makeButton(`Question ${index + 1}`, () => this.go(index)) : null);
    const some = buttons.some((button) => button);
    return some ? [make("div", { class: "ls-actions" }, make("span", {}, words), ...buttons)] : [];
  }

  // ---- moving about --------------------------------------------------------------------------------------------

  go(index) {
    if (index < 0 || index >= this.questions.length) return;
    this.at = index;
    this.draw();
    this.form.querySelector("legend").focus();
  }

  // The rail is one stop for Tab; the arrow keys move inside it.
  moveInRail(event) {
    const buttons = [...this.rail.children];
    const from = buttons.indexOf(event.target);
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (from < 0 || to === undefined) return;
    event.preventDefault();
    buttons[Math.min(Math.max(to, 0), buttons.length - 1)].focus();
  }
}

function render({ model, el }) {
  const pages = new QuizPages(model);
  const listen = (message) => pages.receive(message);
  model.on("msg:custom", listen);
  el.append(pages.root);
  model.send({ kind: "hello" }); // a second view, or a reloaded page, asks what was answered so far
  return () => {
    clearTimeout(pages.timer);
    model.off("msg:custom", listen);
  };
}

export default { render };
