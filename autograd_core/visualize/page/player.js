// ---- what changes with a step
function write(element, text) { // only what is new is drawn anew
  if (element.textContent != text) element.textContent = text;
}
function refresh() {
  const step = at.step, back = step > F, event = eventAt(step), seen = event && hidden(event) ? step - 1 : step;
  const now = event ? rep(event.from) : step && step <= F ? rep(fwd[step - 1]) : step > F ? rep(seeds[0]?.[0]) : null;
  const near = event ? [rep(event.to)] : step && step <= F ? nodes[fwd[step - 1]].in.map(([p]) => rep(p)) : [];
  document.body.classList.toggle("back", back);
  for (const box of places) {
    const { i } = box, node = nodes[i], view = views[-i], g = node && gradAt(i, seen);
    const is = {
      done: step >= (node ? made[i] : view.made), todo: step < (node ? made[i] : view.made), back: node ? g != null : step >= view.back,
      now: now == i, near: near.includes(i), sel: at.sel == i, ext: views[at.view].ext.includes(i),
    };
    const name = ["n", node ? node.k : "module", ...Object.keys(is).filter(word => is[word])].join(" ");
    if (box.name != name) box.e.setAttribute("class", box.name = name);
    const stop = at.sel == i && boxes.get(i) == box ? 0 : -1;
    if (box.stop != stop) box.e.setAttribute("tabindex", box.stop = stop);
    if (box.v) write(box.v, `v ${step >= made[i] ? brief(node.val, 3) : ""}`);
    if (box.grad) write(box.grad, `g ${brief(g, 3)}`);
    const said = box.v || !box.said ? `${box.lines.map(line => line.textContent).join(" ")}, ${spoken(i)}` : box.said;
    if (box.said != said) box.e.setAttribute("aria-label", box.said = said);
  }
  for (const edge of edges) {
    const hot = (event || step && step <= F) && edge.to == now && near.includes(edge.from)
      && (!event || edge.operand == null || edge.operand == event.operand);
    const name = "e" + (hot ? back ? " bwd" : " fwd" : path.has(edge.from) && path.has(edge.to) ? " path" : "");
    if (edge.name != name) edge.e.setAttribute("class", edge.name = name);
  }
  numbers(step);
  const [lead, ...words] = sentence(step);
  fill($("say"), h("b", {}, lead), words.flat(9).map(word => word?.i != null ? link(word.i) : word));
  $("where").textContent = `${step} / ${STEPS}`;
  $("slider").value = step;
  for (const id of ["first", "prev"]) $(id).disabled = !step;
  for (const id of ["next", "last"]) $(id).disabled = step == STEPS;
  if (rows) rows.forEach((row, i) => {
    write(row.g, brief(gradAt(i, seen)));
    row.e.classList.toggle("now", Boolean(event && (event.to == i || event.from == i)) || fwd[step - 1] == i);
  });
  inspect();
  try { history.replaceState(null, "", address()); } catch { /* a page inside a notebook has no address */ }
}
function address(more = {}) { // of this step: #step=17&node=n4&view=2
  const words = { step: at.step, node: at.sel < 0 ? "m" + -at.sel : "n" + at.sel };
  if (at.view != data.start) words.view = at.view;
  if (at.frame) words.frame = at.frame;
  if (document.body.classList.contains("embed")) words.embed = 1;
  return "#" + new URLSearchParams({ ...words, ...more });
}
function active(step = at.step) { // the nodes of a step, the one to look at first
  const event = eventAt(step);
  return event ? [event.to, event.from] : step > F ? [seeds[0][0]] : step ? [fwd[step - 1]] : [];
}
function go(step) {
  const before = at.step;
  at.step = Math.max(0, Math.min(STEPS, step));
  if (quiz) skipped(before);
  const items = active(), main = items.at(-1);
  if (main != null && !boxes.has(main)) { // what is stepped through opens by itself
    draw(nodes[main].home);
    fit(1);
  }
  if (items.length) {
    at.sel = boxes.has(items[0]) ? items[0] : main;
    path = new Set();
  }
  if (quiz) ask_next();
  refresh();
  if (items.length) show(...items.map(rep).reverse());
}
let timer = null;
function play(on = !timer) {
  clearInterval(timer);
  timer = on ? setInterval(() => at.step < STEPS ? go(at.step + 1) : play(false), 1400 / $("speed").value) : null;
  if (on && at.step == STEPS) go(0);
  $("play").setAttribute("aria-pressed", on);
  $("play").setAttribute("aria-label", on ? "Pause" : "Play");
  $("play").lastChild.textContent = on ? "Pause" : "Play";
  $("play").firstChild.childNodes.forEach((shape, k) => shape.toggleAttribute("hidden", (k == 0) == on));
}
function reach(i) { // the nodes on a path through i, towards the output and towards the leaves
  const found = new Set();
  for (const next of [n => users[n], n => nodes[n].in.map(([p]) => p)]) {
    const seen = new Set(i < 0 ? members(-i) : [i]);
    for (const n of seen) { // grows while it is walked
      found.add(rep(n));
      next(n).forEach(m => seen.add(m));
    }
  }
  return found;
}
function select(i, quiet) {
  if (i == null) return;
  if (i >= 0 && !boxes.has(i)) open(nodes[i].home, true);
  at.sel = i;
  path = reach(i);
  refresh();
  if (!quiet) { boxes.get(i)?.e.focus({ preventScroll: true }); show(i); }
}
function open(v, quiet) {
  draw(v);
  if (path.size) path = reach(at.sel);
  refresh();
  fit(1);
  show(...active().map(rep).filter(i => boxes.has(i)).slice(0, 1), ...at.step ? [] : [beginning()]);
  if (!quiet) boxes.get(at.sel)?.e.focus({ preventScroll: true });
}
const beginning = () => order().find(i => i < 0 || nodes[i].k == "op") ?? order()[0];
const order = () => [...boxes.keys()].sort((a, b) => (a < 0 ? views[-a].key : a) - (b < 0 ? views[-b].key : b));
