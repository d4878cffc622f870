// A guess that the learner commits to before running the code. Once committed it stays.
// The helpers come from form.js.

class Guess {
  constructor(model) {
    this.model = model;
    this.name = freshName();
    this.root = makeRoot("Prediction");
    this.form = make("form", { novalidate: true });
    this.form.addEventListener("submit", (event) => this.commit(event));
    this.status = makeStatus();
    this.root.append(this.form, this.status);
    this.draw();
    this.sayWhereItStands();
  }

  get committed() {
    return this.model.get("committed");
  }

  get truth() {
    const { truth } = this.model.get("outcome");
    return truth === undefined ? -1 : truth;
  }

  get closed() {
    return this.committed >= 0 || this.model.get("outcome").text !== undefined;
  }

  draw() {
    const legend = makeFromHtml("legend", { class: "ls-stem" }, this.model.get("question"));
    const options = this.model.get("options").map((html, index) => this.option(html, index));
    const fieldset = make("fieldset", {}, legend, ...options);
    const button = makeButton("Commit", null, { type: "submit", class: "ls-main" });
    this.form.replaceChildren(fieldset, ...(this.closed ? [] : [make("div", { class: "ls-actions" }, button)]));
  }

  option(html, index) {
    const chosen = index === this.committed;
    const input = makeFocusable("input", {
      type: "radio", name: this.name, value: String(index), checked: chosen, disabled: this.closed,
    });
    const label = make("label", {}, input, makeFromHtml("span", { class: "ls-text" }, html));
    const right = index === this.truth;
    if (this.truth < 0 || !(right || chosen)) return make("div", { class: "ls-option" }, label);
    const mark = right ? (chosen ? "✓ Right, your guess" : "✓ This is it") : "✗ Your guess";
    return make("div", { class: `ls-option ${right ? "ls-right" : "ls-wrong"}` }, label,
      make("p", { class: "ls-mark" }, mark));
  }

  commit(event) {
    event.preventDefault();
    const picked = this.form.querySelector("input:checked");
    if (!picked) {
      say(this.status, "Choose an option first.");
      return;
    }
    this.mine = true;
    this.model.send({ kind: "commit", option: Number(picked.value) });
  }

  // Python has taken the guess.
  lock() {
    this.draw();
    this.sayWhereItStands();
    if (this.mine) this.status.focus();
    this.mine = false;
  }

  // Another cell has revealed the truth.
  reveal() {
    this.draw();
    this.sayWhereItStands();
  }

  sayWhereItStands() {
    const { text } = this.model.get("outcome");
    if (text !== undefined) {
      const kind = this.truth < 0 || this.committed < 0 ? "ls-done" : this.truth === this.committed ? "ls-right" : "ls-wrong";
      say(this.status, this.committed < 0 ? `${text} To guess after all, run this cell again.` : text, kind);
    } else if (this.committed >= 0) {
      const chosen = this.form.querySelector("input:checked");
      say(this.status, `You guessed: ${chosen.closest("label").textContent}. Now run the next cell.`, "ls-done");
    }
  }
}

function render({ model, el }) {
  const guess = new Guess(model);
  const lock = () => guess.lock();
  const reveal = () => guess.reveal();
  model.on("change:committed", lock);
  model.on("change:outcome", reveal);
  el.append(guess.root);
  return () => {
    model.off("change:committed", lock);
    model.off("change:outcome", reveal);
  };
}

export default { render };
