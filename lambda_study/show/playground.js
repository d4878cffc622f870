// Controls whose values Python works with. The helpers come from form.js.
// At most one request is under way: what moves in the meantime is gathered and sent when the answer is there, so
// dragging never queues up work.

class Playground {
  constructor(model) {
    this.model = model;
    this.name = freshName();
    this.sent = 0;
    this.waiting = false;
    this.moved = false;
    this.inputs = new Map();
    this.root = makeRoot(model.get("title"));
    this.root.classList.add("ls-playground");
    this.text = makeFocusable("pre");
    this.answer = make("div", { class: "ls-answer", "aria-live": "polite" }, this.text);
    this.picture = make("div", { class: "ls-picture" });
    const controls = make("div", { class: "ls-controls" }, ...model.get("controls").flatMap((c) => this.control(c)));
    this.running = make("span", { class: "ls-running" });
    this.root.append(make("p", { class: "ls-title" }, model.get("title"), this.running), controls, this.answer, this.picture);
    this.follow();
    this.show();
  }

  control(control) {
    const id = `${this.name}-${control.name}`;
    const input = this.input(control, id);
    const value = make("output", { for: id, class: "ls-value" });
    value.style.minWidth = `${Math.max(...control.texts.map((text) => text.length))}ch`;
    this.inputs.set(control.name, { input, value, texts: control.texts });
    input.addEventListener("input", () => this.move(control.name));
    return [make("label", { for: id }, control.label), input, control.kind === "choice" ? make("span") : value];
  }

  input(control, id) {
    if (control.kind === "choice") {
      const options = control.texts.map((text, index) => make("option", { value: String(index) }, text));
      return makeFocusable("select", { id }, ...options);
    }
    if (control.kind === "switch") return makeFocusable("input", { type: "checkbox", id });
    return makeFocusable("input", { type: "range", id, min: "0", max: String(control.texts.length - 1), step: "1" });
  }

  position(input) {
    return input.type === "checkbox" ? Number(input.checked) : Number(input.value);
  }

  label(name) {
    const { input, value, texts } = this.inputs.get(name);
    const text = texts[this.position(input)];
    value.textContent = text;
    if (input.type === "range") input.setAttribute("aria-valuetext", text);
  }

  move(name) {
    this.label(name);
    this.moved = true;
    this.send();
  }

  send() {
    if (this.waiting || !this.moved) return;
    this.waiting = true;
    this.moved = false;
    this.sayRunning();
    this.sent += 1;
    const positions = {};
    for (const [name, { input }] of this.inputs) positions[name] = this.position(input);
    this.model.send({ kind: "move", serial: this.serial, positions });
  }

  // Only work that takes a while is told: words that flash at each step of a slider would disturb.
  sayRunning() {
    clearTimeout(this.slow);
    this.slow = setTimeout(() => { this.running.textContent = "running…"; }, 250);
  }

  sayDone() {
    clearTimeout(this.slow);
    this.running.textContent = "";
  }

  get serial() {
    return `${this.name}:${this.sent}`;
  }

  // Another view of the same playground was moved, or this one is drawn.
  follow() {
    if (this.waiting || this.moved) return;
    const positions = this.model.get("positions");
    for (const [name, { input }] of this.inputs) {
      if (input.type === "checkbox") input.checked = Boolean(positions[name]);
      else input.value = String(positions[name]);
      this.label(name);
    }
  }

  show() {
    const output = this.model.get("output");
    if (this.text.textContent !== output.text) this.text.textContent = output.text;
    this.fit();
    this.draw(output);
    if (output.serial !== this.serial) return;
    this.waiting = false;
    this.sayDone();
    this.send();
  }

  // An answer that gets shorter would make the page jump under the pointer. One that is too wide is scrolled, and a
  // keyboard needs a place to scroll it from.
  fit() {
    this.text.tabIndex = this.text.scrollWidth > this.text.clientWidth ? 0 : -1;
    const height = this.answer.offsetHeight;
    if (height > (parseFloat(this.answer.style.minHeight) || 0)) this.answer.style.minHeight = `${height}px`;
  }

  // The next picture takes the place of the last one when it is decoded: no moment without a picture.
  async draw({ image, serial }) {
    this.latest = serial;
    if (!image) {
      this.picture.replaceChildren();
      return;
    }
    const next = make("img", { alt: image.alt, src: image.src });
    await next.decode();
    if (this.latest === serial) this.picture.replaceChildren(next);
  }
}

function render({ model, el }) {
  const playground = new Playground(model);
  const follow = () => playground.follow();
  const show = () => playground.show();
  model.on("change:positions", follow);
  model.on("change:output", show);
  el.append(playground.root);
  requestAnimationFrame(() => playground.fit());
  return () => {
    model.off("change:positions", follow);
    model.off("change:output", show);
    clearTimeout(playground.slow);
  };
}

export default { render };
