// ---- search, keys, theme
function search() {
  const text = $("search").value.trim().toLowerCase(), hits = [];
  for (let i = 0; text && i < nodes.length && hits.length < 10; i++) {
    const { name, op, mod } = nodes[i];
    if ([name, op, mod, `n${i}`].join(" ").toLowerCase().includes(text)) hits.push(i);
  }
  const found = hits.map(i => h("li", {}, button(called(i) + (nodes[i].mod ? ` in ${nodes[i].mod}` : ""), () => find(i))));
  fill($("found"), found.length ? found : h("li", { class: "soft" }, "nothing of that name"));
  $("found").hidden = !text;
  return hits;
}
function find(i) {
  $("search").value = "";
  search();
  if (i == null) boxes.get(at.sel)?.e.focus();
  else select(i);
}
const walk = next => { // i, o: to the first operand, the first consumer; with Shift, from one of them to the next
  const near = from => [...new Set((from < 0 ? members(-from) : [from]).flatMap(next).map(rep))].filter(i => i != null && i != from);
  return e => {
    if (!e.shiftKey) walk.from = at.sel;
    const list = near(walk.from ?? at.sel);
    if (list.length) select(list[(list.indexOf(at.sel) + 1) % list.length]);
  };
};
const step = by => e => {
  const own = e.shiftKey && eventsOf(at.sel);
  go(own ? (by > 0 ? own.find(k => k > at.step) : own.findLast(k => k < at.step)) ?? at.step : at.step + by);
};
const along = by => () => { const all = order(); select(all.at((all.indexOf(at.sel) + by) % all.length)); };
const help = () => $("help").showModal(), operands = walk(n => nodes[n].in.map(([p]) => p)), consumers = walk(n => users[n]);
const keys = {
  ArrowRight: step(1), ArrowLeft: step(-1), Home: () => go(0), End: () => go(STEPS), " ": () => play(),
  j: along(1), k: along(-1), i: operands, I: operands, o: consumers, O: consumers,
  Enter: () => at.sel < 0 ? open(-at.sel) : $("inspector").focus(), Backspace: () => views[at.view].up != null && open(views[at.view].up),
  v: () => $("value")?.focus(), g: () => $("gradient")?.focus(), "/": () => $("search").focus(), "?": help,
  f: () => fit(), "+": () => zoom(1.25), "-": () => zoom(.8), 0: () => zoom(1 / cam.k),
};
const letters = $("letters"); // the keys can be confined to the graph, for who speaks to the machine
letters.checked = remembered(storage => storage.letters) != "no";
letters.addEventListener("change", () => remembered(storage => storage.letters = letters.checked ? "yes" : "no"));
document.addEventListener("keydown", e => {
  const act = keys[e.key], on = e.target.closest?.("button, a, summary, input[type=checkbox]"), writes = e.target.closest?.("input:not([type=checkbox]), select, textarea, dialog, canvas");
  if (!act || e.ctrlKey || e.altKey || e.metaKey || writes || on && (e.key == "Enter" || e.key == " ") || !letters.checked && !e.target.closest?.("#pane")) return;
  if (["Home", "End"].includes(e.key) && e.target.closest?.("#list, #inspector") || e.key == "Enter" && e.target.closest?.("#inspector")) return;
  e.preventDefault();
  act(e);
});
$("inspector").addEventListener("keydown", e => e.key == "Escape" && boxes.get(at.sel)?.e.focus());
$("search").addEventListener("input", search);
$("search").addEventListener("keydown", e => {
  if (e.key == "Enter" && search().length) find(search()[0]);
  if (e.key == "Escape") find();
});
const clicks = {
  first: () => go(0), prev: () => go(at.step - 1), next: () => go(at.step + 1), last: () => go(STEPS), play: () => play(),
  in: () => zoom(1.25), out: () => zoom(.8), fit, ask: help, "as-table": () => table(), quiz: () => start_quiz(), "save-svg": save_svg, "save-png": save_png,
  turn: () => { at.turned = !at.wide; open(at.view); }, "copy-link": e => link_to({}, e), "copy-quiz": e => link_to({ step: F + 2, quiz: 1 }, e),
};
for (const [id, click] of Object.entries(clicks)) $(id).addEventListener("click", e => id == "fit" ? fit() : click(e));
$("speed").addEventListener("change", () => timer && play(true));
$("slider").addEventListener("input", e => go(+e.target.value));
const root = document.documentElement, system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
root.style.colorScheme = remembered(storage => storage.theme) || "";
$("theme").addEventListener("click", () => {
  root.style.colorScheme = (root.style.colorScheme || system) == "dark" ? "light" : "dark";
  remembered(storage => storage.theme = root.style.colorScheme);
});

