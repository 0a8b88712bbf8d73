// ---- arrays: numbers where there are few, else a heatmap and a histogram
const slices = {}; // which slice of the leading axes each card shows
function colour(v, scale) {
  if (v == "inf" || v == "-inf") v = v == "inf" ? scale : -scale;
  const t = typeof v == "number" && scale ? Math.max(-1, Math.min(1, v / scale)) : 0, end = t < 0 ? [33, 102, 172] : [179, 88, 6];
  return end.map(c => Math.round(242 + (c - 242) * Math.abs(t)));
}
function card(name, number, key, none) {
  const a = arrays[number];
  if (!a) return [h("h3", {}, name), soft(none)];
  const shape = a.s || [], parts = [h("h3", {}, name), soft(`${dims(a.s)} ${a.t || data.dtype}`)];
  if (shape.includes(0)) return [...parts, soft("empty: no elements")];
  if (a.q) parts.push(soft(["min", "max", "mean", "std"].map((word, k) => `${word} ${round(a.q[k])}`).join(" · ")));
  if (a.n) parts.push(soft(["zero", "NaN", "+inf", "−inf"].map((word, k) => a.n[k] && `${a.n[k]} ${word}`).filter(Boolean).join(", ")));
  parts.push(a.x ? picture(a, shape, key) : soft("Its values were left out to keep the page small."));
  if (a.h) {
    const top = Math.max(...a.h), label = `histogram from ${a.q[0]} to ${a.q[1]}, at most ${top} in a bin`;
    const bars = a.h.map((n, k) => s("rect", { x: k, width: .85, y: 1 - n / top, height: n / top }));
    parts.push(s("svg", { class: "hist", viewBox: `0 0 ${a.h.length} 1`, preserveAspectRatio: "none", role: "img", "aria-label": label }, bars));
  }
  if (a.x && !a.b) parts.push(button("Copy", e => copy(numpy(a, shape), e.target), { "aria-label": `Copy the ${name.toLowerCase()} as np.array` }));
  return parts;
}
function copy(text, told) {
  navigator.clipboard?.writeText(text).then(() => told.textContent = "Copied", () => prompt("Copy this:", text));
}
function numpy(a, shape) {
  const dtype = a.t || data.dtype, numbers = a.x.map(x => value(a, x, 17).replaceAll("−", "-").replace(/nan|inf/g, "np.$&"));
  return `np.array([${numbers.join(", ")}]${dtype == "float64" ? "" : `, dtype="${dtype}"`}).reshape(${shape.join(", ") || "()"})`;
}
function picture(a, shape, key) { // numbers where there are few, else a heatmap; of the last two axes, the others have sliders
  const lead = a.b ? [] : shape.slice(0, -2), rows = a.b ? shape.slice(0, -1).reduce((n, m) => n * m, 1) : shape.at(-2) ?? 1;
  const R = Math.ceil(rows / (a.b?.[0] ?? 1)), C = Math.ceil((shape.at(-1) ?? 1) / (a.b?.[1] ?? 1));
  const where = slices[key] ??= lead.map(() => 0), out = h("output", { class: "soft" }), body = h("div");
  const scale = a.q ? Math.max(...a.q.slice(0, 2).map(x => Math.abs(x) || 0)) : Math.abs(a.m?.[0] ?? a.x[0]) || 0;
  const index = (r, c) => where.reduce((n, k, axis) => n * lead[axis] + k, 0) * R * C + r * C + c;
  const tone = (r, c, most) => `rgb(${colour((a.m || a.x)[index(r, c)], most)})`;
  const range = n => Array.from({ length: n }, (_, k) => k);
  function numbers() {
    const cell = (r, c) => {
      const e = h("td", {}, value(a, a.x[index(r, c)], C > 2 ? 3 : 4));
      e.style.background = tone(r, c, scale / .55);
      return e;
    };
    fill(body, h("table", { class: "grid", "aria-label": "Values" }, h("tbody", {}, range(R).map(r => h("tr", {}, range(C).map(c => cell(r, c)))))));
  }
  function heatmap() {
    const side = Math.max(1, Math.min(16, Math.floor(340 / Math.max(R, C)))), label = `heatmap of ${R} by ${C}; arrow keys read the cells`;
    const wide = Math.max(side, Math.ceil(12 / C)), high = Math.max(side, Math.ceil(12 / R)); // a row or a column alone can be seen too
    const canvas = h("canvas", { width: C * wide, height: R * high, tabindex: 0, role: "img", "aria-label": label });
    const pen = canvas.getContext("2d");
    for (const r of range(R)) for (const c of range(C)) {
      pen.fillStyle = tone(r, c, scale);
      pen.fillRect(c * wide, r * high, wide, high);
      if ((a.m || a.x)[index(r, c)] == "nan") { // hatched
        pen.beginPath();
        pen.moveTo(c * wide, r * high + high);
        pen.lineTo(c * wide + wide, r * high);
        pen.stroke();
      }
    }
    let r = 0, c = 0;
    const tell = (row, column) => {
      r = Math.max(0, Math.min(R - 1, row));
      c = Math.max(0, Math.min(C - 1, column));
      const place = a.b ? `mean of block [${r}, ${c}]` : `[${[...where, ...shape.length > 1 ? [r] : [], c].join(", ")}]`;
      out.textContent = `${place} = ${value(a, a.x[index(r, c)])}`;
    };
    canvas.addEventListener("mousemove", e => tell(Math.floor(e.offsetY / canvas.clientHeight * R), Math.floor(e.offsetX / canvas.clientWidth * C)));
    canvas.addEventListener("keydown", e => {
      const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[e.key];
      if (by) e.preventDefault(), tell(r + by[0], c + by[1]);
    });
    const ends = [round(-scale), "0", round(scale)].map((text, k) => h("span", { class: k ? "push" : "" }, text));
    fill(body, canvas, h("div", { class: "key", role: "img", "aria-label": `colours from ${-scale} over 0 to ${scale}` }), h("div", { class: "row soft" }, ends));
  }
  const paint = R <= 12 && C <= 12 && !a.b ? numbers : heatmap;
  const sliders = lead.map((n, axis) => h("label", { class: "row soft" }, `axis ${axis}`, h("input", {
    type: "range", min: 0, max: n - 1, value: where[axis],
    input: e => { where[axis] = +e.target.value; paint(); out.textContent = `[${where.join(", ")}, …]`; },
  })));
  paint();
  return [a.b && soft(`averaged over blocks of ${a.b.join(" × ")}`), sliders, body, out];
}

function small(number, caption) { // for "ḡ × local = contribution": a number, a few numbers, or a heatmap without any
  const a = arrays[number], shape = a?.s || [];
  const inner = () => {
    if (!a) return h("span", { class: "mono" }, "?");
    if (!a.s) return h("strong", { class: "mono" }, brief(number));
    if (!a.x?.length) return h("span", { class: "mono" }, dims(shape));
    const R = Math.ceil((shape.length > 1 ? shape.slice(0, -1).reduce((n, m) => n * m, 1) : 1) / (a.b?.[0] ?? 1)), C = Math.ceil(shape.at(-1) / (a.b?.[1] ?? 1));
    const most = a.q ? Math.max(...a.q.slice(0, 2).map(x => Math.abs(x) || 0)) : 1, numbers = a.m || a.x;
    if (R * C <= 6 && C <= 3) {
      return h("table", { class: "grid" }, h("tbody", {}, Array.from({ length: R }, (_, r) => h("tr", {}, Array.from({ length: C }, (_, c) => {
        const cell = h("td", {}, value(a, a.x[r * C + c], 3));
        cell.style.background = `rgb(${colour(numbers[r * C + c], most / .55)})`;
        return cell;
      })))));
    }
    const side = Math.max(1, Math.min(12, Math.floor(96 / Math.max(R, C))));
    const wide = Math.max(side, Math.ceil(12 / C)), high = Math.max(side, Math.ceil(12 / R));
    const canvas = h("canvas", { width: C * wide, height: R * high, role: "img", "aria-label": `${caption}: heatmap of ${R} by ${C}, ${brief(number)}` }), pen = canvas.getContext("2d");
    numbers.forEach((x, k) => {
      pen.fillStyle = `rgb(${colour(x, most)})`;
      pen.fillRect(k % C * wide, Math.floor(k / C) * high, wide, high);
    });
    return canvas;
  };
  return h("figure", {}, h("figcaption", {}, caption, a?.s ? ` ${dims(shape)}` : ""), inner());
}
