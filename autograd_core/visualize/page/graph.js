// ---- the graph
const graph = $("graph"), pane = $("pane"), MANY = 80; // boxes beyond which arrows have no numbers, but that of the step
let boxes = new Map(), places = [], edges = [], path = new Set(); // a leaf may have several places
const rep = i => { // what stands for a node in this view: itself, or the closed module that it is in
  if (boxes.has(i)) return i;
  for (let v = i < 0 ? views[-i].up : nodes[i].home; v; v = views[v].up) if (boxes.has(-v)) return -v;
};
const isIn = (i, v) => { for (let u = nodes[i].home; u; u = views[u].up) if (u == v) return true; };
const members = v => [...nodes.keys()].filter(i => isIn(i, v));
const plan = () => at.wide ? views[at.view].wide : views[at.view];
function spoken(i) { // behind what the box says
  if (i < 0) return "module, Enter opens it";
  const node = nodes[i], operands = node.in.map(([p]) => title(p)).join(" and ");
  return [node.name && node.op, `${node.k} n${i}`, node.shape && `shape ${node.shape.join(" by ") || "scalar"}`,
    operands && `operands ${operands}`].filter(Boolean).join(", ");
}
function direction(view) { // the one in which more of it can be read
  if (!view.wide) return false;
  if (at.turned != null) return at.turned;
  const scale = size => Math.min(1.6, (pane.clientWidth - 40) / size[0], (pane.clientHeight - 40) / size[1]);
  return scale(view.wide.size) > scale(view.size) * 1.05;
}
function draw(v) {
  at.view = v;
  const view = views[v];
  at.wide = direction(view);
  $("turn").hidden = !view.wide;
  boxes = new Map();
  places = [];
  const { box: placed, edge: lines, frame } = plan();
  edges = lines.map(([from, to, d, operand]) => ({ from, to, operand, e: s("path", { class: "e", d }) }));
  for (const [i, x, y, w, height] of placed) {
    const node = nodes[i], lines = [], box = { i, x, y, w, h: height, lines };
    const write = (text, name) => {
      lines.push(s("text", { x: w / 2, y: 17 + 15 * lines.length, class: name }, text));
      return lines.at(-1);
    };
    const rect = (grow, props) => s("rect", { x: -grow, y: -grow, width: w + 2 * grow, height: height + 2 * grow, ...props });
    const words = i < 0 ? title(i).replace(/\(.*\)/, "") : title(i);
    write(words.length > 40 ? words.slice(0, 39) + "…" : words, "");
    write(i < 0 ? `${views[-i].count} nodes` : node.k == "const" ? "constant" : dims(node.shape), "small");
    if (height > 50) box.v = write("", "small v");
    if (height > 65) box.grad = write("", "small g");
    box.e = s("g", {
      transform: `translate(${x},${y})`, role: "button", tabindex: -1, click: () => dragged || select(i),
      dblclick: () => i < 0 && open(-i), focus: () => at.sel != i && select(i, true),
    }, rect(5, { class: "halo", rx: 10 }), rect(0, { rx: i < 0 ? 10 : node.k == "op" ? 8 : 2 }),
    node?.k == "output" && rect(-3, { class: "twice", rx: 2 }), lines.map(line => [line, " "]));
    places.push(box);
    if (!boxes.has(i)) boxes.set(i, box);
  }
  const tip = { id: "tip", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, markerUnits: "userSpaceOnUse" };
  fill(graph, s("defs", {}, s("marker", { ...tip, orient: "auto-start-reverse" }, s("path", { d: "M0 0L10 5L0 10z" }))),
    frame.map(([name, x, y, width, height]) => s("g", { class: "frame" }, s("rect", { x, y, width, height, rx: 8 }),
      s("text", at.wide ? { x: -y - height + 8, y: x + 13, transform: "rotate(-90)" } : { x: x + 8, y: y + 13 }, name))),
    edges.map(edge => edge.e), places.map(box => box.e));
  const number = edge => edge.label = s("text", { class: "l", "aria-hidden": true });
  edges.forEach(edge => edge.at = () => edge.label || (number(edge), graph.append(edge.label), edge.label));
  const crumbs = [], all = views.findIndex(view => view.all);
  for (let u = view.all ? null : v; u != null; u = views[u].up) {
    crumbs.unshift(u == v ? h("span", { "aria-current": "page" }, views[u].name) : [button(views[u].name, () => open(u)), " › "]);
  }
  const turn = all > 0 && button(view.all ? "Close modules" : "Open all", () => open(view.all ? 0 : all));
  fill($("crumbs"), views.length > 1 ? [crumbs, turn] : []);
  if (at.sel != null && !boxes.has(at.sel)) at.sel = rep(at.sel);
  at.sel ??= (view.box.findLast(box => nodes[box[0]]?.k == "output") ?? view.box.at(-1))[0];
}
function numbers(step) { // on the arrows: local derivatives, and what has been sent over them
  const few = places.length <= MANY, written = [];
  const short = number => { const words = brief(number, 3); return words.length <= 16 && !words.includes("…") ? words : dims(arrays[number].s); };
  for (const edge of edges) {
    const event = edge.operand == null || edge.to < 0 ? null : (sent.get(edge.to) || []).find(e => e.operand == edge.operand);
    const hot = !!event && event.step == step;
    let text = "";
    if (event && (few || hot) && step >= made[edge.to]) {
      const local = arrays[event.local]?.s ? null : event.local, g = gradAt(edge.to, step);
      const times = local == null ? "" : `×${minus(brief(local, 3)).replace(/^−.*/, "($&)")}`;
      if (event.step > step) text = times;
      else if (hidden(event)) text = hot ? `${short(g)}${times} = ?` : "?";
      else text = times && hot ? `${short(g)}${times} = ${short(event.given)}` : short(event.given);
    }
    if (!text && !edge.label) continue;
    const label = edge.at(), name = `l${event && event.step <= step ? " sent" : ""}${hot ? " hot" : ""}`;
    label.textContent = text;
    if (label.getAttribute("class") != name) label.setAttribute("class", name);
    if (text) written.push({ edge, label, hot, short: hot && !hidden(event) && short(event.given) });
  }
  const taken = places.map(({ x, y, w, h }) => ({ x: x - 6, y: y - 6, w: w + 12, h: h + 12, cost: 9 }));
  taken.thick = [];
  for (const item of written.sort((a, b) => b.hot - a.hot)) put_aside(item, taken);
}
const points = edge => edge.points ??= Array.from({ length: 13 }, (_, k) => edge.e.getPointAtLength(edge.e.getTotalLength() * k / 12));
function put_aside({ edge, label, hot, short }, taken) { // beside the arrow, where it covers no box and no other text; if there is no room, less text
  const twins = edges.filter(other => other.from == edge.from && other.to == edge.to), first = twins.length > 1 && twins[0] == edge;
  const size = hot ? 13 : 11, along = points(edge), lines = places.length > MANY ? along : edges.flatMap(points), thick = hot ? along : taken.thick;
  if (hot) taken.thick = along;
  let best = { cost: Infinity };
  for (const text of short && short != label.textContent ? [label.textContent, short] : [label.textContent]) {
    const w = text.length * size * .61, [xs, ys] = [along.map(p => p.x), along.map(p => p.y)], least = (xs, far) => Math.min(...xs) - far, most = (xs, far) => Math.max(...xs) + far;
    const around = { x: least(xs, w + 20), y: least(ys, 30), w: most(xs, w + 20) - least(xs, w + 20), h: most(ys, 30) - least(ys, 30) };
    const solid = taken.filter(other => meets(around, other)), thin = lines.filter(p => meets(around, { x: p.x, y: p.y, w: 0, h: 0 }));
    for (const [n, k] of [6, 5, 7, 4, 8, 3, 9, 2, 10].entries()) {
      if (best.cost < n / 100 + (text == short ? 2 : 0)) break;
      const { x, y } = along[k], slope = along[k + 1].x - along[k - 1].x, rest = [[x + 6, y + 4 - size], [x - 6 - w, y + 4 - size], [x + 6, y + 3], [x - 6 - w, y + 3]];
      const sides = at.wide ? [[x - w / 2, y - 6 - size], [x - w / 2, y + 4], ...rest] : [...rest, [x - w / 2, y - 6 - size], [x - w / 2, y + 4]];
      if (first != (!at.wide && slope > 6)) sides.unshift(...sides.splice(1, 1)); // of two arrows on the outer sides; of a slanting one on the free one
      for (const [m, [left, top]] of sides.entries()) {
        const place = { x: left, y: top, w, h: size + 2 }, covers = other => meets(place, other) ? other.cost : 0;
        const cost = solid.reduce((sum, other) => sum + covers(other), 0) + near(place, thin, 1) / 4 + near(place, thick, 3)
          + (n + m) / 100 + (text == short ? 2 : 0);
        if (cost < best.cost) best = { cost, place, text };
      }
    }
  }
  const { x, y, w } = best.place;
  label.textContent = best.text;
  for (const [name, value] of [["x", x + w / 2], ["y", y + size - 1], ["text-anchor", "middle"]]) label.setAttribute(name, value);
  taken.push({ ...best.place, cost: 9 });
}
const near = (place, points, r) => points.filter(p => meets(place, { x: p.x - r, y: p.y - r, w: 2 * r, h: 2 * r })).length;
const meets = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
