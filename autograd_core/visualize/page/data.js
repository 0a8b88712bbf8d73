"use strict";
// The page shows what was recorded; it computes no gradient and lays out nothing.
const $ = id => document.getElementById(id), page = JSON.parse($("data").textContent);

// ---- building: text goes in as text, never as markup
const real = kids => kids.flat(9).filter(kid => kid != null && kid !== false);
const put = (e, props, kids) => {
  for (const [key, value] of Object.entries(props)) {
    if (typeof value == "function") e.addEventListener(key, value);
    else if (value !== false && value != null) e.setAttribute(key, value);
  }
  e.append(...real(kids));
  return e;
};
const h = (tag, props = {}, ...kids) => put(document.createElement(tag), props, kids);
const s = (tag, props = {}, ...kids) => put(document.createElementNS("http://www.w3.org/2000/svg", tag), props, kids);
const fill = (e, ...kids) => e.replaceChildren(...real(kids));
const soft = text => h("p", { class: "soft" }, text);
const button = (text, click, props) => h("button", { type: "button", click, ...props }, text);
const remembered = use => { try { return use(localStorage); } catch { return null; } }; // a notebook may have no storage

// ---- one computation: steps are 0 the start, the forward pass, the seeds, and one for each edge of the backward pass
const at = { step: 0, sel: null, view: 0, frame: 0, wide: false, turned: null };
let data, nodes, arrays, views, fwd, seeds, bwd, F, STEPS, made, got, users, sent;
function load(frame) {
  if (!frame.views) { // another step of the same graph
    frame.views = data.views;
    frame.start = data.start;
    frame.nodes.forEach((node, i) => node.home = nodes[i].home);
  }
  data = frame;
  ({ nodes, arrays, views, fwd, seeds, bwd } = data);
  F = fwd.length;
  STEPS = F + (seeds.length && 1 + bwd.length);
  views.forEach(view => Object.assign(view, { made: 0, back: Infinity }));
  made = nodes.map(() => 0), got = nodes.map(() => []), users = nodes.map(() => []), sent = new Map();
  fwd.forEach((i, k) => made[i] = k + 1);
  nodes.forEach((node, i) => node.in.forEach(([p]) => made[i] = Math.max(made[i], made[p])));
  seeds.forEach(([i, a]) => got[i].push({ step: F + 1, given: a, total: a, from: -1 }));
  bwd.forEach(([from, operand, to, given, total, part, local], k) => {
    const event = { step: F + 2 + k, from, operand, to, given, total, part, local };
    got[to].push(event);
    if (!sent.has(from)) sent.set(from, []);
    sent.get(from).push(event);
  });
  nodes.forEach((node, i) => node.in.forEach(([p]) => users[p].includes(i) || users[p].push(i)));
  nodes.forEach((node, i) => { // a closed module is done when its last node is
    for (let v = node.home; v != null; v = views[v].up) {
      views[v].made = Math.max(views[v].made, made[i]);
      views[v].back = Math.min(views[v].back, got[i][0]?.step ?? Infinity);
    }
  });
}
const gradAt = (i, step) => {
  const events = got[i];
  if (!events.length) return nodes[i].grad;
  if (events.at(-1).step <= step) return nodes[i].grad ?? events.at(-1).total;
  for (let k = events.length - 1; k >= 0; k--) if (events[k].step <= step) return events[k].total;
};
const eventsOf = i => i < 0 ? [] : [made[i], ...[...got[i], ...sent.get(i) || []].map(e => e.step)].sort((a, b) => a - b);
const eventAt = step => { // of the backward pass
  const row = bwd[step - F - 2];
  return row && got[row[2]].find(event => event.step == step);
};
load(page.frames[0]);
