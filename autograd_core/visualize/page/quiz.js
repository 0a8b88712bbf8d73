// ---- the quiz: what does this edge send back?
let quiz = null; // {answers: Map of step -> true, false, or null if it was skipped}
const asked = step => { // the element that is asked for, of a contribution whose numbers are all here
  const event = eventAt(step), a = event && arrays[event.given];
  if (!a?.x?.length || a.b || typeof a.x[0] != "number") return null;
  const k = step * 7 % a.x.length, index = [];
  for (let n = k, axis = (a.s || []).length - 1; axis >= 0; n = Math.floor(n / a.s[axis--])) index.unshift(n % a.s[axis]);
  return { event, a, k, right: a.x[k], where: a.s ? ` at [${index.join(", ")}]` : "" };
};
function start_quiz(on = !quiz) {
  quiz = on ? { answers: new Map() } : null;
  $("quiz").setAttribute("aria-pressed", on);
  $("question").hidden = !on;
  play(false);
  if (!on) return refresh();
  if (at.step <= F + 1 || at.step == STEPS) go(F + 2);
  else go(at.step);
}
function skipped(step) {
  if (step != at.step && asked(step) && !quiz.answers.has(step)) quiz.answers.set(step, null);
}
function score() {
  const given = [...quiz.answers.values()].filter(answer => answer != null), right = given.filter(Boolean).length;
  return `${right} of ${given.length} right`;
}
function ask_next(said) {
  const question = asked(at.step), answered = quiz.answers.has(at.step), last = at.step == STEPS;
  if (eventAt(at.step) && !question) quiz.answers.set(at.step, null); // too large to ask for
  const lead = !question ? `Go on to the next step of the backward pass. ${score()}.`
    : `What does ${called(question.event.from)} send back to ${called(question.event.to)}${question.where}?`;
  const field = h("input", { id: "answer", "aria-label": "Your answer", inputmode: "text", autocomplete: "off", size: 8 });
  fill($("question"), h("span", {}, lead),
    question && !answered && [field, h("button", {}, "Check")],
    question && answered && !last && button("Next question", () => go(at.step + 1), { id: "go-on" }),
    h("output", { "aria-live": "polite" }, said, answered && last && h("strong", {}, ` The end: ${score()}.`)));
}
function explained(question, typed) { // right or wrong, with the reason
  const { event, right, k } = question, near = (a, b) => Math.abs(a - b) <= Math.abs(b) * .01 + 1e-12;
  const text = rule(event), local = arrays[event.local]?.x?.[arrays[event.local].s ? k : 0], total = arrays[event.total]?.x?.[k];
  const reason = `${text ? `the rule ${text}${!question.where && ruleFilled(event) ? ` = ${ruleFilled(event)}` : ""} gives ` : "it is "}${round(right)}.`;
  if (near(typed, right)) return [h("span", { class: "right" }, "Right: "), reason];
  const hint = near(typed, -right) ? " The sign is the other one." : local != null && near(typed, local) ? " That is the local derivative alone: multiply it by ḡ."
    : total != null && near(typed, total) ? " That is the sum so far, not what this edge adds." : "";
  return [h("span", { class: "wrong" }, "Not quite: "), `${reason}${hint}`];
}
function check(e) {
  e.preventDefault();
  const question = asked(at.step), [top, foot = "1"] = $("answer").value.replaceAll("−", "-").replace(",", ".").split("/"), typed = top.trim() ? top / foot : NaN;
  if (Number.isNaN(typed)) return ask_next("Write a number, such as 0.25, or 1/4."), $("answer").focus();
  const said = explained(question, typed);
  quiz.answers.set(at.step, said[0].className == "right");
  ask_next(said);
  refresh();
  $("go-on")?.focus();
}
$("question").addEventListener("submit", check);
