// ---- words and numbers
const minus = text => String(text).replaceAll("-", "−");
const number = node => node.k == "const" && node.val != null ? brief(node.val) : null;
const title = i => i < 0 ? views[-i].name : nodes[i].name || number(nodes[i]) || nodes[i].op;
const called = i => i < 0 || nodes[i].name || nodes[i].k == "const" ? title(i) : `${nodes[i].op} (n${i})`;
const round = (x, digits = 4) => minus(typeof x == "number" ? +x.toPrecision(digits) : x);
const dims = (shape = []) => `(${shape.join(", ")}${shape.length == 1 ? "," : ""})`;
const plural = (n, what) => `${n} ${what}${n == 1 ? "" : "s"}`;
const value = (a, x, digits) => (a.t || data.dtype) == "bool" ? x ? "True" : "False" : round(x, digits);
function brief(number, digits) {
  const a = arrays[number];
  if (!a) return "–";
  if (a.x && !a.s) return value(a, a.x[0], digits);
  if (a.x && a.x.length <= 4 && a.s.length == 1) return `[${a.x.map(x => value(a, x, digits)).join(", ")}]`;
  return a.q ? `${round(a.q[0])} … ${round(a.q[1])}` : a.x?.length ? value(a, a.x[0]) : a.x ? "empty" : "not finite";
}
const rule = event => event.from >= 0 && nodes[event.from].d[event.operand];
const ruleFilled = event => nodes[event.from].dn?.[event.operand];
const hidden = event => !!quiz && event.step >= at.step && !quiz.answers.has(event.step); // until it was answered
function sentence(step) { // [lead, …words and numbers of nodes]
  if (!step) {
    const given = plural(nodes.filter(node => !node.in.length).length, "input");
    return ["Start.", `What is given: ${given}, parameters among them. ${plural(F, "operation")} will use them`,
      seeds.length ? `, then ${plural(bwd.length, "gradient")} come back.` : "."];
  }
  if (step <= F) {
    const i = fwd[step - 1], node = nodes[i];
    const operands = node.in.map(([p, name], k) => [k ? ", " : " takes ", title(p) == name ? "" : [h("i", {}, name), " = "], { i: p }]);
    return ["Forward.", { i }, operands, node.f && [" and computes ", h("code", {}, node.f)], node.fn && ` = ${node.fn}`,
      node.val == null ? "." : ` → ${brief(node.val)}`];
  }
  if (step == F + 1) return ["Backward.", "It starts at ", { i: seeds[0][0] }, `, whose gradient by itself is ${brief(seeds[0][1])}.`];
  const event = eventAt(step), { from, to, given, total } = event, text = rule(event), before = gradAt(to, step - 1);
  const lead = ["Backward.", { i: from }, " sends its gradient back to ", { i: to }, ": "];
  if (hidden(event)) return [...lead, text ? ["the rule is ", h("code", {}, text), ". "] : "", "What does it give?"];
  return [...lead, text ? ["the rule ", h("code", {}, text), ruleFilled(event) && ` = ${ruleFilled(event)}`, " gives "] : "it gives ",
    `${brief(given)}. Gradient of ${called(to)} was ${brief(before)}, is now ${brief(total)}.`,
    before == null ? "" : " Contributions add up.", step == STEPS && " That was the last one: all gradients are complete."];
}
