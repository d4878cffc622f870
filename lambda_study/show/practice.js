// A quiz on a page without Python: the page holds the key and grades by itself.
// It gives the quiz's own `render` (quiz.js) a model that answers as Python would.

const PRACTICE = JSON.parse(document.getElementById("practice").textContent);

class PracticeModel {
  constructor(state, answers) {
    this.state = state;
    this.answers = answers;
    this.handlers = [];
    this.first = new Map(); // question id -> whether its first answer was right
    this.last = new Map();
  }

  get(name) {
    return this.state[name];
  }

  on(_event, handler) {
    this.handlers.push(handler);
  }

  off(_event, handler) {
    this.handlers = this.handlers.filter((other) => other !== handler);
  }

  send(message) {
    if (message.kind !== "submit") return;
    const reply = this.reply(message);
    setTimeout(() => this.handlers.forEach((handler) => handler(reply)), 0);
  }

  reply({ question, chosen }) {
    const answer = this.answers[question];
    const [number, unit] = answer.value === undefined ? [null, ""] : readNumber(chosen[0]);
    if (number !== null && Number.isNaN(number)) {
      return { kind: "refused", question, text: "Write one number, for example 1,000 or 16.67." };
    }
    if (unit && bare(unit) !== bare(answer.unit)) {
      const asked = answer.unit ? `in ${answer.unit}` : "with a number alone";
      return { kind: "refused", question, text: `That is in ${unit}. Answer ${asked}.` };
    }
    const correct = number === null ? sameLetters(chosen, answer.key) : near(number, answer);
    if (!this.first.has(question)) this.first.set(question, correct);
    this.last.set(question, correct);
    return {
      kind: "graded", question, chosen, correct, ...answer,
      verdict: verdict(correct, chosen, answer), score: this.score(),
    };
  }

  score() {
    const right = [...this.last.values()].filter(Boolean).length;
    const first = [...this.first.values()].filter(Boolean).length;
    const tries = first === right ? "" : `, ${first} at the first try`;
    return `${right} of ${this.last.size} right so far${tries}.`;
  }
}

function sameLetters(chosen, key) {
  return [...chosen].sort().join() === [...key].sort().join();
}

function near(number, { value, tolerance }) {
  return Math.abs(number - value) <= tolerance + 1e-9 * Math.abs(value);
}

// A number as people write it, and its unit: 1,000 or $16.67 or 10 environments. NaN for what is none.
function readNumber(text) {
  const found = /^(\$?)\s*([+-]?(?:\d{1,3}(?:[,_ ]\d{3})+|\d+)?(?:\.\d+)?(?:e[+-]?\d{1,2})?)(?![\d.,])(.*)$/i.exec(text);
  const digits = found ? found[2].replace(/[,_ ]/g, "") : "";
  if (!/\d/.test(digits)) return [NaN, ""];
  return [Number(digits), found[3].trim() || (found[1] ? "USD" : "")];
}

// Case and a plural's s do not count.
function bare(unit) {
  return unit.toLowerCase().replace(/\.$/, "").replace(/s$/, "");
}

function verdict(correct, chosen, answer) {
  const told = `The answer is ${listed(answer.key)}.`;
  if (correct) return `Right. ${told}`;
  return `Not right. You ${answer.value === undefined ? "chose" : "wrote"} ${listed(chosen)}. ${told}`;
}

function listed(parts) {
  const before = parts.slice(0, -1).join(", ");
  return before ? `${before} and ${parts.at(-1)}` : parts[0];
}

render({ model: new PracticeModel(PRACTICE.state, PRACTICE.answers), el: document.getElementById("quiz") });
