// ---- training steps on a slider; and, if the program still runs, numbers and expressions to change
const lab = $("lab"), live = page.live;
let wanted = null, busy = false, repeating = null;
function frame(k, data = page.frames[k]) {
  at.frame = k;
  const before = views;
  load(data);
  rows = null;
  $("slider").max = STEPS;
  at.step = Math.min(at.step, STEPS);
  if (views != before) at.sel = null;
  if (quiz) start_quiz(false);
  if (!boxes.size || views != before) open(views == before ? at.view : data.start, true);
  else draw(at.view), refresh();
  if (!$("list").hidden) table(true);
}
function curve(losses, k) {
  const known = losses.map((y, x) => [x, y]).filter(([, y]) => y != null), ys = known.map(([, y]) => y), low = Math.min(...ys), high = Math.max(...ys);
  const place = ([x, y]) => [140 * x / Math.max(1, losses.length - 1) + 5, 39 - 34 * (y - low) / (high - low || 1)];
  const now = known.find(([x]) => x == k), [cx, cy] = now ? place(now) : [];
  if (known.length < 2) return "";
  return s("svg", { class: "curve", viewBox: "0 0 150 44", role: "img", "aria-label": `loss: ${losses.map(y => y == null ? "–" : round(y)).slice(-12).join(", ")}` },
    s("path", { d: known.map((point, n) => (n ? "L" : "M") + place(point).map(x => x.toFixed(1)).join(" ")).join("") }), now && s("circle", { cx, cy, r: 3.5 }));
}
async function ask(request) { // one at a time; of several that wait, the last
  if (busy) { wanted = request; return; }
  busy = true;
  try {
    const reply = await send({ ...request, have: data.shape });
    $("wrong").textContent = reply.wrong || "";
    if (reply.frame) {
      Object.assign(live, reply.live);
      frame(0, reply.frame);
      show_live();
    } else repeat(false);
  } catch (error) {
    $("wrong").textContent = "The program that computes for this page has ended.";
    repeat(false);
  }
  busy = false;
  if (wanted) [request, wanted] = [wanted, null], await ask(request);
}
const waiting = new Map();
function send(request) {
  if (live.at == "here") return fetch("ask", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(request) }).then(reply => reply.json());
  const id = Math.random();
  parent.postMessage({ autograd: id, request }, "*");
  return new Promise(done => waiting.set(id, done));
}
addEventListener("message", e => {
  const done = e.source == parent && waiting.get(e.data?.autograd);
  if (done) waiting.delete(e.data.autograd), done(e.data.reply);
});
function repeat(on = !repeating) {
  clearInterval(repeating);
  repeating = on ? setInterval(() => busy || ask({ do: "step", lr: +$("lr").value, times: 1 }), 200) : null;
  $("repeat").setAttribute("aria-pressed", on);
}
const controls = [];
function control(name) { // one leaf: which element, a slider, a number
  const node = () => nodes.find(node => node.k == "param" && node.name == name), array = () => arrays[node()?.val];
  const which = h("select", { "aria-label": `element of ${name}` }), slide = h("input", { type: "range", step: "any", "aria-label": `${name}, slider` });
  const field = h("input", { type: "number", step: "any", "aria-label": name }), k = () => +which.value || 0;
  const set = e => e.target.value != "" && ask({ do: "set", leaf: name, index: k(), value: +e.target.value });
  slide.addEventListener("input", set);
  field.addEventListener("change", set);
  const row = h("label", { class: "mono" }, name, which, slide, field);
  function update() {
    const a = array(), known = a?.x && !a.b;
    row.hidden = !known;
    if (!known) return;
    which.hidden = a.x.length < 2;
    if (which.length != a.x.length) fill(which, a.x.map((_, n) => h("option", { value: n }, `[${a.s ? unravel(n, a.s).join(", ") : ""}]`)));
    const x = +a.x[k()], most = Math.max(5, 2 * Math.abs(x));
    if (document.activeElement != slide) slide.min = -most, slide.max = most, slide.value = x;
    if (document.activeElement != field || document.activeElement == field && field.value != x) field.value = +x.toPrecision(6);
  }
  which.addEventListener("change", update);
  controls.push(update);
  return row;
}
const unravel = (n, shape) => shape.map((_, axis) => Math.floor(n / shape.slice(axis + 1).reduce((m, d) => m * d, 1)) % shape[axis]);
function show_live() {
  controls.forEach(update => update());
  $("curve").replaceChildren(curve(live.losses, live.losses.length - 1), soft(`loss ${data.loss == null ? "–" : round(data.loss, 5)}`));
}
function build_lab() {
  if (page.frames.length > 1) {
    const losses = page.frames.map(frame => frame.loss), n = page.frames.length - 1, words = h("output"), drawn = h("span");
    const slide = h("input", { type: "range", min: 0, max: n, value: at.frame, "aria-label": "Training step", id: "training", input: e => frame(+e.target.value) });
    const update = () => {
      slide.value = at.frame;
      words.textContent = `${at.frame} / ${n}, loss ${data.loss == null ? "–" : round(data.loss)}`;
      drawn.replaceChildren(curve(losses, at.frame));
    };
    slide.addEventListener("input", update);
    fill(lab, h("label", {}, "Training step", slide), words, drawn);
    update();
  } else if (live) {
    const field = h("input", { type: "text", id: "expression", value: live.expression || "", placeholder: `an expression of ${live.leaves.join(", ")}`, "aria-label": "Expression", spellcheck: false });
    const enter = h("form", { class: "row", submit: e => { e.preventDefault(); ask({ do: "expression", text: field.value }); } }, h("label", {}, "f =", field), h("button", {}, "Compute"));
    fill(lab, live.writes && enter, live.leaves.slice(0, 12).map(control),
      h("label", {}, "lr", h("input", { type: "number", id: "lr", value: live.lr, step: "any", min: 0 })),
      button("Take a step", () => ask({ do: "step", lr: +$("lr").value, times: 1 }), { id: "take" }),
      button("Repeat", () => repeat(), { id: "repeat", "aria-pressed": false }),
      button("Start again", () => ask({ do: "reset" }), { id: "reset" }), h("span", { id: "curve", class: "row" }), h("p", { id: "wrong", role: "alert" }));
    show_live();
  }
  lab.hidden = !lab.childNodes.length;
}
