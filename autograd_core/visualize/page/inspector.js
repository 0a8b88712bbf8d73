// ---- the inspector
const link = i => button(called(i), () => select(i), { class: "link" });
const formula = (text, numbers, lead) => [lead, h("code", {}, text), numbers && h("span", { class: "mono" }, ` = ${numbers}`)];
const section = (name, ...kids) => h("section", {}, h("h3", {}, name), kids);
function product(event) { // ḡ × local = contribution, and what it is added to
  const sign = text => h("span", { class: "sign" }, text), { from, to, given, total, local } = event, text = rule(event), before = gradAt(to, event.step - 1);
  const simple = local != null || text && !/[(/+−>]|where/.test(text), g = gradAt(from, event.step), factors = [small(g, `ḡ of ${called(from)}`)];
  if (local != null) factors.push(sign("×"), small(local, "local derivative"));
  else nodes[from].in.forEach(([p, name]) => { // the operands that the rule names
    if (nodes[p].val != null && text && new RegExp(`(?<![A-Za-z])${name.replace(/\W/g, "")}(?![A-Za-z])`).test(text)) {
      factors.push(sign(simple ? "·" : ","), small(nodes[p].val, `${name}${title(p) == name ? "" : ` = ${title(p)}`}`));
    }
  });
  const done = !hidden(event);
  return h("section", { class: "product", "aria-label": "This step" }, h("h3", {}, `This step: ${called(from)} → ${called(to)}`),
    text && h("p", { class: "soft" }, formula(text, done && ruleFilled(event), "rule ")),
    h("div", { class: "row" }, factors, sign(simple ? "=" : "→"), done ? small(given, "contribution") : sign("?")),
    done && h("p", { class: "soft" }, `Gradient of ${called(to)}: `, before == null ? "had none, " : `${brief(before)} + ${brief(given)}, `, h("strong", {}, `is now ${brief(total)}`)));
}
function inspect() {
  const i = at.sel, node = nodes[i], side = $("inspector"), event = eventAt(at.step), seen = event && hidden(event) ? at.step - 1 : at.step;
  if (i == null) return fill(side);
  if (i < 0) {
    const inside = members(-i);
    return fill(side, h("h2", {}, views[-i].path || views[-i].name), soft(`A module of ${inside.length} nodes.`),
      button("Open", () => open(-i)), section("Inside",
        h("div", { class: "row" }, inside.slice(0, 60).map(link), inside.length > 60 && `and ${inside.length - 60} more`)));
  }
  const received = got[i], row = (list, most) => [list.slice(0, most), list.length > most && soft(`and ${list.length - most} more`)];
  const wide = [node.val, gradAt(i, seen)].some(n => arrays[n]?.s?.at(-1) > 3 && arrays[n].s.at(-1) <= 12); // a table of numbers
  const kind = { op: "operation", param: "parameter", const: "constant" }[node.k] || node.k;
  const chips = [node.name && node.op, kind, node.shape && `shape ${dims(node.shape)}`, node.t || data.dtype, node.mod, `n${i}`];
  fill(side,
    h("h2", {}, title(i)),
    h("p", { class: "chips" }, chips.map(text => text && h("span", {}, text))),
    event && (i == event.to || i == event.from) && product(event),
    node.f && section("Formula", h("p", {}, formula(node.f, node.fn, "out = "))),
    node.in.length > 0 && section(node.k == "op" ? "Operands, and what each gets back" : "The result of",
      node.in.map(([p, name], k) => h("div", { class: "rule" },
        h("span", { class: "row" }, name && title(p) != name && h("span", { class: "mono" }, `${name} = `), link(p)),
        node.d[k] && h("div", {}, formula(node.d[k], !quiz && at.step > F && gradAt(i, at.step) != null && node.dn?.[k], "gradient "))))),
    node.attrs && h("p", { class: "soft mono" }, node.attrs.map(([key, text]) => `${key}=${text}`).join("  ")),
    node.src && section("Source", h("p", {}, h("code", {}, node.src[2])), soft(`${node.src[0]}:${node.src[1]}`)),
    h("section", { class: wide ? "arrays one" : "arrays" },
      h("div", { id: "value", tabindex: -1 }, card("Value", node.val, "v" + i,
        data.values ? "not recorded: write `with visualize.record():` around the computation" : "left out: values=False")),
      h("div", { id: "gradient", tabindex: -1 }, card("Gradient at this step", gradAt(i, seen), "g" + i,
        received.length ? "– not computed yet" : "– none is sent here"))),
    received.length > 0 && section(received.length > 1 ? `Gradient, a sum of ${received.length}` : "Gradient",
      row(received.map(e => h("div", { class: "row" }, button(`step ${e.step}`, () => go(e.step)),
        e.from < 0 ? "the start" : `from ${called(e.from)}`, e.from >= 0 && rule(e) && h("code", {}, rule(e)),
        !hidden(e) && h("span", { class: "mono" }, `${e.step <= at.step ? "+" : "later:"} ${brief(e.given)}`))), 40)),
    users[i].length > 0 && section("Used by", h("div", { class: "row" }, row(users[i].map(link), 60))),
    data.notes.map(soft));
}

// ---- the table: all nodes, with the same buttons
let rows = null;
function table(on = $("list").hidden) {
  $("list").hidden = !on;
  pane.hidden = on;
  $("as-table").setAttribute("aria-pressed", on);
  if (on && !rows) {
    const heads = ["Node", "Kind", "Shape", "Formula", "Operands", "Value", "Gradient at this step"];
    rows = nodes.map((node, i) => {
      const value = node.val == null ? "" : brief(node.val), operands = node.in.map(([p]) => link(p)), g = h("td");
      const cells = [link(i), node.k, node.shape ? dims(node.shape) : "", node.f || "", operands, value];
      return { g, e: h("tr", {}, cells.map(cell => h("td", {}, cell)), g) };
    });
    fill($("list"), h("table", {}, h("thead", {}, h("tr", {}, heads.map(text => h("th", { scope: "col" }, text)))), h("tbody", {}, rows.map(row => row.e))));
  }
  refresh();
  if (!on) fit();
}
