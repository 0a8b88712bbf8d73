// ---- the tour: four sentences, on the first visit
const TOUR = [
  ["pane", "This is your computation: numbers flow along the arrows from the inputs to the output."],
  ["next", "Next shows one step: first every operation computes its value, v."],
  ["slider", "Then gradients, g, come back: each arrow carries ḡ times the local derivative of its operation."],
  ["inspector", "Here stands what happens at this step, with its numbers; the keys ← and → work everywhere."],
];
function tour(k = 0) {
  document.querySelector(".shown-by-tour")?.classList.remove("shown-by-tour");
  $("tour").hidden = !TOUR[k];
  if (!TOUR[k]) return remembered(storage => storage.toured = "yes");
  $(TOUR[k][0]).classList.add("shown-by-tour");
  fill($("tour"), h("p", {}, h("b", {}, `${k + 1} of 4. `), TOUR[k][1]),
    h("div", { class: "row" }, button(k < 3 ? "Go on" : "Done", () => tour(k + 1)), k < 3 && button("Skip the tour", () => tour(4))));
}

// ---- start
document.title = data.title;
$("title").textContent = data.title;
graph.setAttribute("aria-label", `${data.title}: ${nodes.length} nodes`);
$("slider").max = STEPS;
$("banner").textContent = data.banner;
$("banner").hidden = !data.banner;
for (const [style, text] of [
  ["background:var(--param);border-width:2.5px", "parameter: collects a gradient"],
  ["border-style:dashed", "input or constant: gets none"],
  ["background:var(--op);border-radius:5px", "operation"],
  ["background:var(--output);border-style:double;border-width:4px", "output"],
  ["background:var(--module);border-radius:5px;border-width:2px", "a closed module; ×20: twenty in a row"],
  ["border-style:dotted", "not computed yet at this step"],
  ["border:3px solid var(--fwd)", "happening now (orange on the way back)"],
]) {
  const mark = h("i");
  mark.style.cssText = style;
  $("legend").append(h("div", { class: "row" }, mark, text));
}
for (const [word, text] of [
  ["v", "the value that was computed"], ["g", "the gradient so far; – if there is none yet"], ["ḡ", "the gradient that has reached an operation"],
  ["×3", "on an arrow: the local derivative"], ["6", "on an arrow, orange: what was sent back over it"], ["()", "the shape: () is one number, (5, 4) 5 rows of 4"],
]) $("legend").append(h("div", { class: "row" }, h("span", { class: "word" }, word), h("span", {}, text)));
$("close").addEventListener("click", () => $("help").close());
$("again").addEventListener("click", () => { $("help").close(); tour(); });
const start = new URLSearchParams(location.hash.slice(1));
function follow() { // #step=17&node=n4&view=2
  const hash = boxes.size ? new URLSearchParams(location.hash.slice(1)) : start, node = hash.get("node") || "";
  const n = node[0] == "m" ? -node.slice(1) : +node.slice(1), step = +hash.get("step") || 0;
  document.body.classList.toggle("embed", hash.get("embed") == "1");
  if (page.frames.length > 1 && page.frames[hash.get("frame")]) frame(+hash.get("frame"));
  const v = +(hash.get("view") ?? data.start);
  if (v != at.view || !boxes.size) open(views[v] ? v : 0, true);
  if (hash.has("step")) go(step);
  if (node && (nodes[n] || views[-n])) select(n, true);
  if (hash.get("quiz") == "1" && !quiz) start_quiz(true);
}
addEventListener("hashchange", follow);
let shape = [0, 0];
new ResizeObserver(() => { // a pane of another shape may want the graph to lead in another direction
  const now = [pane.clientWidth, pane.clientHeight], other = Math.abs(now[0] - shape[0]) + Math.abs(now[1] - shape[1]) > 80;
  shape = now;
  if (!now[0]) return;
  if (other && boxes.size && direction(views[at.view]) != at.wide) open(at.view, true);
  else settle();
}).observe(pane);
follow();
globalThis.build_lab?.(); // a page of one computation has none
// In a frame the page around it says what to look at, and the tour would cover half of the graph
if (self == top && !start.size && !remembered(storage => storage.toured) && data.start != null) tour();
document.documentElement.dataset.ready = "";
