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
    if (this.committed >= 0) this.sayCommitted();
  }

  get committed() {
    return this.model.get("committed");
  }

  draw() {
    const legend = makeFromHtml("legend", { class: "ls-stem" }, this.model.get("question"));
    const options = this.model.get("options").map((html, index) => this.option(html, index));
    const fieldset = make("fieldset", {}, legend, ...options);
    const button = makeButton("Commit", null, { type: "submit", class: "ls-main" });
    this.form.replaceChildren(fieldset, ...(this.committed < 0 ? [make("div", { class: "ls-actions" }, button)] : []));
  }

  option(html, index) {
    const input = makeFocusable("input", {
      type: "radio", name: this.name, value: String(index),
      checked: index === this.committed, disabled: this.committed >= 0,
    });
    return make("div", { class: "ls-option" },
      make("label", {}, input, makeFromHtml("span", { class: "ls-text" }, html)));
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

  lock() {
    this.draw();
    this.sayCommitted();
    if (this.mine) this.status.focus();
    this.mine = false;
  }

  sayCommitted() {
    const chosen = this.form.querySelector("input:checked");
    say(this.status, `You guessed: ${chosen.closest("label").textContent}. Now run the next cell.`, "ls-done");
  }
}

function render({ model, el }) {
  const guess = new Guess(model);
  const lock = () => guess.lock();
  model.on("change:committed", lock);
  el.append(guess.root);
  return () => model.off("change:committed", lock);
}

export default { render };
