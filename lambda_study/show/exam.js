// An exam: a page to begin, the questions, a page of all of them, the result. Python keeps every answer and grades.
// The helpers come from form.js and question.js.

const ANNOUNCED_MINUTES = [10, 5, 1];

class ExamPages {
  constructor(model) {
    this.model = model;
    this.questions = model.get("questions");
    this.at = 0;
    this.picked = new Map(); // question id -> chosen letters
    this.graded = new Map(); // question id -> Python's answer, in study mode or at the end
    this.flagged = new Set();
    this.seconds = new Map(); // question id -> seconds spent on its page
    this.waiting = 0;
    this.result = "";
    this.build();
  }

  get question() {
    return this.questions[this.at];
  }

  get studying() {
    return this.mode === "study";
  }

  // ---- the frame -----------------------------------------------------------------------------------------------

  build() {
    const title = make("p", { class: "ls-title" }, `${this.model.get("kind") || "Exam"}: ${this.model.get("title")}`);
    this.root = makeRoot(title.textContent);
    this.time = make("span", { role: "timer", "aria-live": "off", class: "ls-time" });
    this.pauseButton = makeButton("Pause", () => this.send({ kind: this.running ? "pause" : "go_on" }));
    this.timerButton = makeToggle("Timer", true, () => this.send({ kind: "timer", on: this.minutes === null }));
    this.clockBar = make("div", { class: "ls-actions ls-clock" }, this.time, this.pauseButton, this.timerButton);
    this.rail = new Rail((index) => this.go(index));
    this.page = new QuestionPage((chosen) => this.pick(chosen), () => this.submit());
    this.page.form.addEventListener("keydown", (event) => this.enter(event));
    this.panel = makeFocusable("div", { class: "ls-panel", tabindex: "-1" });
    this.status = makeStatus();
    this.announcer = make("p", { class: "ls-said", "aria-live": "polite" });
    this.previous = makeButton("Previous", () => this.go(this.at - 1));
    this.next = makeButton("Next", () => (this.isLast() ? this.showOverview() : this.go(this.at + 1)));
    this.overviewButton = makeButton("All questions", () => (this.result ? this.showResult() : this.showOverview()));
    this.pager = make("div", { class: "ls-actions ls-pager" }, this.previous, this.next, this.overviewButton);
    this.root.append(
      make("div", { class: "ls-head" }, title, makeTypeSize(this.root)), this.clockBar, this.announcer,
      this.rail.root, this.panel, this.page.form, this.status, this.page.after, this.pager);
    this.showOnly();
  }

  showOnly(...parts) {
    const all = [this.rail.root, this.panel, this.page.form, this.page.after, this.pager];
    for (const part of all) part.hidden = !parts.includes(part);
    this.clockBar.hidden = !this.begun || Boolean(this.result) || this.mode !== "exam";
  }

  showPanel(...children) {
    this.panel.replaceChildren(...children);
    say(this.status, "");
  }

  // ---- talking with Python -------------------------------------------------------------------------------------

  send(message) {
    this.waiting += 1;
    this.waitForAnswer();
    this.model.send(message);
  }

  // Counted from the first message without an answer: whoever answers fast has to hear of it too.
  waitForAnswer() {
    this.patience ??= setTimeout(() => {
      this.patience = null;
      say(this.status, NOT_ANSWERING, "ls-wrong");
    }, PATIENCE_MS);
  }

  stopWaiting() {
    clearTimeout(this.patience);
    this.patience = null;
  }

  receive(message) {
    this.waiting = Math.max(0, this.waiting - 1);
    this.stopWaiting();
    if (this.waiting) this.waitForAnswer();
    if (this.status.textContent === NOT_ANSWERING) say(this.status, "");
    if (message.kind === "exam") this.open(message);
    if (message.kind === "kept") this.take(message);
    if (message.kind === "time") this.takeTime(message, true);
    if (message.kind === "refused") this.refuse(message);
  }

  // The whole exam as Python knows it: at the beginning, in a second view, and when it is handed in.
  open(message) {
    const wasOpen = this.begun;
    this.begun = message.begun;
    if (!this.begun) {
      this.showStart("Begin");
      return;
    }
    this.mode = message.mode;
    this.result = message.result;
    this.picked = new Map(Object.entries(message.answers));
    this.flagged = new Set(message.flagged);
    for (const grade of message.graded) this.graded.set(grade.question, grade);
    this.takeTime(message, false);
    if (this.result) this.showResult();
    else if (this.timeIsUp) this.showTimeIsUp();
    else if (this.asked || wasOpen) this.goToFirstOpen();
    else this.showStart(`Go on: ${this.picked.size} of ${this.questions.length} answered`);
  }

  take(message) {
    for (const grade of message.graded) this.graded.set(grade.question, grade);
    this.takeTime(message, false);
    if (!message.graded.some((grade) => grade.question === this.question.id)) return;
    this.draw();
    this.status.focus();
  }

  refuse(message) {
    say(this.status, message.text, "ls-wrong");
  }

  // ---- the page to begin ---------------------------------------------------------------------------------------

  showStart(words) {
    const begin = makeButton(words, () => {
      this.asked = true;
      this.send({ kind: "begin" });
    }, { class: "ls-main" });
    this.showOnly(this.panel);
    this.showPanel(...this.model.get("facts").map((html) => makeFromHtml("div", {}, html)),
      make("p", {}, "Every answer is kept on this computer at once. Stop when you have to: run this cell again to go on."),
      make("div", { class: "ls-actions" }, begin));
  }

  goToFirstOpen() {
    const open = this.questions.findIndex((question) => this.stateOf(question) === "open");
    this.go(Math.max(open, 0));
  }

  // ---- the questions -------------------------------------------------------------------------------------------

  draw() {
    const grade = this.graded.get(this.question.id);
    this.showOnly(this.rail.root, this.page.form, this.page.after, this.pager);
    this.previous.disabled = this.at === 0;
    this.next.textContent = this.result ? "Next" : this.isLast() ? "Review and hand in" : "Next";
    this.next.disabled = Boolean(this.result) && this.isLast();
    this.overviewButton.textContent = this.result ? "Result" : "All questions";
    this.drawRail();
    const flag = makeToggle("⚑ Flag", this.flagged.has(this.question.id), (event) => this.flag(event.target));
    const submit = this.studying && !grade ? [this.page.makeSubmit("Submit")] : [];
    this.page.draw(this.question, {
      heading: `Question ${this.at + 1} of ${this.questions.length}`, chosen: this.chosen(this.question), grade,
      disabled: this.timeIsUp || Boolean(this.result), buttons: this.result ? [] : [...submit, flag],
    });
    say(this.status, grade ? grade.verdict : "", grade ? (grade.correct ? "ls-right" : "ls-wrong") : "");
  }

  drawRail() {
    const states = this.questions.map((question) =>
      ({ state: this.stateOf(question), flagged: this.flagged.has(question.id) }));
    this.rail.draw(states, this.at);
  }

  stateOf(question) {
    const grade = this.graded.get(question.id);
    if (grade) return grade.correct ? "right" : "wrong";
    const number = this.chosen(question).length;
    if (!number) return "open";
    return whyBlocked(question, number) ? "part" : "answered";
  }

  chosen(question) {
    return this.picked.get(question.id) || [];
  }

  pick(chosen) {
    this.picked.set(this.question.id, chosen);
    this.page.showCount(chosen.length);
    this.drawRail();
    if (!this.studying) this.sendAnswer();
  }

  sendAnswer() {
    const { id } = this.question;
    const seconds = Math.round(10 * ((this.seconds.get(id) || 0) + this.secondsHere())) / 10;
    this.send({ kind: "answer", question: id, chosen: this.chosen(this.question), seconds });
  }

  // In study mode Enter submits, as everywhere. A page of an exam has nothing to submit: there it goes on.
  enter(event) {
    if (this.studying || event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    this.next.click();
  }

  submit() {
    if (this.graded.has(this.question.id)) return;
    const blocked = whyBlocked(this.question, this.chosen(this.question).length);
    if (blocked) say(this.status, blocked);
    else this.sendAnswer();
  }

  flag(button) {
    const { id } = this.question;
    const on = !this.flagged.delete(id);
    if (on) this.flagged.add(id);
    button.setAttribute("aria-pressed", String(on));
    this.drawRail();
    this.send({ kind: "flag", question: id, on });
  }

  secondsHere() {
    return this.openedAt === undefined ? 0 : (performance.now() - this.openedAt) / 1000;
  }

  leave() {
    this.seconds.set(this.question.id, (this.seconds.get(this.question.id) || 0) + this.secondsHere());
    this.openedAt = undefined;
  }

  isLast() {
    return this.at === this.questions.length - 1;
  }

  go(index) {
    if (index < 0 || index >= this.questions.length) return undefined;
    this.leave();
    this.at = index;
    if (this.timeIsUp) return this.showTimeIsUp();
    if (!this.running && !this.result) return this.showPaused();
    this.openedAt = performance.now();
    this.draw();
    return this.page.focus();
  }

  // ---- the page of all questions, and the end ------------------------------------------------------------------

  showOverview() {
    this.leave();
    this.showOnly(this.rail.root, this.panel);
    this.drawRail();
    const go = (index) => this.go(index);
    const missing = this.questions.filter((question) => !this.isAnswered(question)).length;
    const said = missing ? `${missing} not answered or not complete: they count as wrong.` : "Every question is answered.";
    this.showPanel(
      make("p", { class: "ls-strong" }, said),
      ...leadTo("Open:", this.questions, (question) => this.stateOf(question) === "open", go),
      ...leadTo("Not complete:", this.questions, (question) => this.stateOf(question) === "part", go),
      ...leadTo("Flagged:", this.questions, (question) => this.flagged.has(question.id), go),
      this.handInButtons(missing));
    this.panel.focus();
  }

  isAnswered(question) {
    return this.studying ? this.graded.has(question.id) : this.stateOf(question) === "answered";
  }

  handInButtons(missing) {
    const buttons = make("div", { class: "ls-actions" });
    const handIn = () => this.send({ kind: "hand_in" });
    const back = makeButton(`Back to question ${this.at + 1}`, () => this.go(this.at));
    const sure = makeButton("Hand in all the same", handIn, { class: "ls-main" });
    const ask = () => {
      buttons.replaceChildren(sure, back);
      sure.focus();
    };
    buttons.append(makeButton("Hand in", missing ? ask : handIn, { class: "ls-main" }), back);
    return buttons;
  }

  showResult() {
    clearInterval(this.ticking);
    const go = (index) => this.go(index);
    this.openedAt = undefined;
    this.showOnly(this.rail.root, this.panel);
    this.drawRail();
    this.showPanel(
      makeFromHtml("div", {}, this.result),
      ...leadTo("To look at again:", this.questions, (question) => this.stateOf(question) === "wrong", go),
      ...leadTo("Flagged:", this.questions, (question) => this.flagged.has(question.id), go));
    this.panel.focus();
  }

  // ---- time ----------------------------------------------------------------------------------------------------

  takeTime(message, shown) {
    const was = this.running;
    this.minutes = message.minutes;
    this.running = message.running;
    this.endsAt = message.left_s === null ? null : performance.now() + 1000 * message.left_s;
    this.left = message.left_s;
    this.pauseButton.textContent = this.running ? "Pause" : "Go on";
    this.timerButton.setAttribute("aria-pressed", String(this.minutes !== null));
    clearInterval(this.ticking);
    this.ticking = this.result ? undefined : setInterval(() => this.tick(), 1000);
    this.showTime();
    if (!shown || this.result) return;
    if (!this.running) this.showPaused();
    else if (was === false || this.timeWasUp) this.go(this.at);
    this.timeWasUp = this.timeIsUp;
  }

  get timeIsUp() {
    return this.left === 0 && !this.result;
  }

  tick() {
    if (!this.running || this.endsAt === null) return;
    const before = this.left;
    this.left = Math.max(0, (this.endsAt - performance.now()) / 1000);
    this.showTime();
    for (const minutes of ANNOUNCED_MINUTES) {
      if (before > 60 * minutes && this.left <= 60 * minutes) {
        this.announcer.textContent = minutes === 1 ? "1 minute left." : `${minutes} minutes left.`;
      }
    }
    if (before > 0 && this.left === 0) this.showTimeIsUp();
  }

  // In minutes, so that nothing flickers; in seconds for the last one.
  showTime() {
    const left = this.left;
    if (left === null) this.time.textContent = "No timer.";
    else this.time.textContent = left > 60 ? `${Math.ceil(left / 60)} min left` : `${Math.ceil(left)} s left`;
  }

  showPaused() {
    this.leave();
    this.showOnly(this.panel);
    this.showPanel(make("p", { class: "ls-strong" }, "Paused. The questions are hidden until you go on."),
      make("div", { class: "ls-actions" }, makeButton("Go on", () => this.send({ kind: "go_on" }), { class: "ls-main" })));
    this.panel.focus();
  }

  showTimeIsUp() {
    this.leave();
    this.timeWasUp = true;
    this.showOnly(this.panel);
    this.showPanel(make("p", { class: "ls-strong" }, "Time is up. Your answers are kept."),
      make("div", { class: "ls-actions" },
        makeButton("Hand in", () => this.send({ kind: "hand_in" }), { class: "ls-main" }),
        makeButton("10 minutes more", () => this.send({ kind: "more_time" }))));
    this.panel.focus();
  }
}

function render({ model, el }) {
  const pages = new ExamPages(model);
  const listen = (message) => pages.receive(message);
  model.on("msg:custom", listen);
  el.append(pages.root);
  pages.send({ kind: "hello" });
  return () => {
    pages.stopWaiting();
    clearInterval(pages.ticking);
    model.off("msg:custom", listen);
  };
}

export default { render };
