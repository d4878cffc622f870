// All questions of a quiz, a page each. Python grades: it is sent the chosen letters and answers with the key.
// The helpers come from form.js and question.js.

class QuizPages {
  constructor(model) {
    this.model = model;
    this.questions = model.get("questions");
    this.at = 0;
    this.picked = new Map(); // question id -> chosen letters, or the text of a number
    this.graded = new Map(); // question id -> Python's answer
    this.retried = new Set(); // questions opened again after a grade
    this.flagged = new Set();
    this.pending = null;
    this.openedAt = performance.now();
    this.build();
    if (this.questions.length) this.draw();
  }

  get question() {
    return this.questions[this.at];
  }

  build() {
    const title = make("p", { class: "ls-title" }, `${this.model.get("kind")}: ${this.model.get("title")}`);
    this.root = makeRoot(title.textContent);
    this.score = make("p", { class: "ls-score" });
    this.rail = new Rail((index) => this.go(index));
    this.page = new QuestionPage((chosen) => this.pick(chosen), () => this.submit());
    this.status = makeStatus();
    this.result = makeFocusable("div", { class: "ls-result", tabindex: "-1" });
    this.previous = makeButton("Previous", () => this.go(this.at - 1));
    this.next = makeButton("Next", () => (this.isLast() ? this.showResult() : this.go(this.at + 1)));
    const head = make("div", { class: "ls-head" }, title, this.score, makeTypeSize(this.root));
    if (!this.questions.length) this.root.append(head, ...this.small("introduction"));
    else this.root.append(
      head, ...this.small("introduction"), this.rail.root, this.page.form, this.status, this.page.after,
      make("div", { class: "ls-actions ls-pager" }, this.previous, this.next), this.result, ...this.small("more"),
      ...this.small("kept"));
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
    this.drawPage(grade);
    if (grade) say(this.status, grade.verdict, grade.correct ? "ls-right" : "ls-wrong");
    else say(this.status, "");
  }

  drawPage(grade) {
    const main = grade ? makeButton("Try again", () => this.tryAgain()) : this.page.makeSubmit("Submit");
    this.page.draw(this.question, {
      heading: `Question ${this.at + 1} of ${this.questions.length}`,
      chosen: this.chosen(this.question), grade,
      buttons: [main, makeToggle("⚑ Flag", this.flagged.has(this.question.id), (event) => this.flag(event.target))],
    });
  }

  shownGrade() {
    return this.retried.has(this.question.id) ? undefined : this.graded.get(this.question.id);
  }

  drawRail() {
    const states = this.questions.map((question) =>
      ({ state: this.stateOf(question), flagged: this.flagged.has(question.id) }));
    this.rail.draw(states, this.at);
  }

  stateOf(question) {
    const grade = this.graded.get(question.id);
    if (grade) return grade.correct ? "right" : "wrong";
    return this.chosen(question).length ? "begun" : "open";
  }

  showScore(score) {
    if (score) this.score.textContent = score;
  }

  // ---- answering -----------------------------------------------------------------------------------------------

  chosen(question) {
    return this.picked.get(question.id) || [];
  }

  pick(chosen) {
    this.picked.set(this.question.id, chosen);
    this.page.showCount(chosen.length);
    this.drawRail();
  }

  flag(button) {
    const id = this.question.id;
    if (!this.flagged.delete(id)) this.flagged.add(id);
    button.setAttribute("aria-pressed", String(this.flagged.has(id)));
    this.drawRail();
  }

  submit() {
    if (this.pending || this.shownGrade()) return;
    const { id } = this.question;
    const chosen = this.chosen(this.question);
    const blocked = whyBlocked(this.question, chosen.length);
    if (blocked) {
      say(this.status, blocked);
      return;
    }
    this.pending = id;
    say(this.status, "Checking…");
    this.timer = setTimeout(() => say(this.status, NOT_ANSWERING), PATIENCE_MS);
    const seconds = Math.round((performance.now() - this.openedAt) / 100) / 10;
    this.model.send({ kind: "submit", question: id, chosen, flagged: this.flagged.has(id), seconds });
  }

  receive(message) {
    if (message.kind === "progress") this.catchUp(message);
    if (message.kind === "graded") this.take(message);
    if (message.kind === "refused") this.refuse(message);
  }

  catchUp(message) {
    const news = message.graded.filter((grade) => !this.graded.has(grade.question));
    for (const grade of news) this.graded.set(grade.question, grade);
    if (this.questions.length) this.showScore(message.score);
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
    const go = (index) => this.go(index);
    this.result.replaceChildren(
      make("p", {}, `${right} of ${this.questions.length} right.`),
      ...leadTo("To look at again:", this.questions, (question) => this.stateOf(question) === "wrong", go),
      ...leadTo("Not answered yet:", this.questions, (question) => !this.graded.has(question.id), go),
      ...leadTo("Flagged:", this.questions, (question) => this.flagged.has(question.id), go));
    this.result.focus();
  }

  // ---- moving about --------------------------------------------------------------------------------------------

  go(index) {
    if (index < 0 || index >= this.questions.length) return;
    this.at = index;
    this.openedAt = performance.now();
    this.draw();
    this.page.focus();
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
