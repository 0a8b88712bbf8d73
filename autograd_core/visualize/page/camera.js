// ---- camera: a CSS transform while it moves, the viewBox when it rests, so that text is sharp
const cam = { x: 0, y: 0, k: 1 };
let base = { ...cam }, resting, dragged = false;
function settle() {
  base = { ...cam };
  graph.setAttribute("viewBox", [cam.x, cam.y, pane.clientWidth / cam.k, pane.clientHeight / cam.k].join(" "));
  graph.style.transform = "";
  graph.classList.remove("moving");
  graph.classList.toggle("far", cam.k < .35);
}
function move() {
  graph.classList.add("moving");
  graph.style.transform = `translate(${(base.x - cam.x) * cam.k}px,${(base.y - cam.y) * cam.k}px) scale(${cam.k / base.k})`;
  clearTimeout(resting);
  resting = setTimeout(settle, 150);
}
function zoom(factor, px = pane.clientWidth / 2, py = pane.clientHeight / 2) {
  const k = Math.min(4, Math.max(.02, cam.k * factor));
  cam.x += px / cam.k - px / k; cam.y += py / cam.k - py / k; cam.k = k;
  move();
}
function fit(least = .02) { // the whole view, or as much of its beginning as can be read
  const [w, height] = plan().size, foot = pane.clientWidth < 600 && !document.body.classList.contains("embed") ? 40 : 0; // on a phone the buttons lie there
  const k = Math.min(1.3, (pane.clientWidth - 40) / w, (pane.clientHeight - 40 - foot) / height);
  cam.k = Math.max(k, least);
  const x = w / 2 - pane.clientWidth / 2 / cam.k, y = height / 2 - (pane.clientHeight - foot) / 2 / cam.k;
  cam.x = x < 0 || w * cam.k < pane.clientWidth ? x : -20; cam.y = y < 0 || height * cam.k < pane.clientHeight ? y : -20;
  settle();
}
function show(...items) { // bring boxes into sight, the first one above all
  const w = pane.clientWidth / cam.k, height = pane.clientHeight / cam.k, found = items.map(i => boxes.get(i)).filter(Boolean);
  const room = 12 / cam.k, out = box => box.x - room < cam.x || box.x + box.w + room > cam.x + w || box.y - room < cam.y || box.y + box.h + room > cam.y + height;
  if (!found.some(out)) return;
  const ends = (start, length) => [Math.min(...found.map(box => box[start])), Math.max(...found.map(box => box[start] + box[length]))];
  const [left, right] = ends("x", "w"), [top, foot] = ends("y", "h"), fits = right - left < w && foot - top < height, { x, y, w: wide, h: high } = found[0];
  cam.x = fits ? (left + right - w) / 2 : x + wide / 2 - w / 2;
  cam.y = fits ? (top + foot - height) / 2 : y + high / 2 - height / 2;
  const whole = plan().size, edge = 20 / cam.k, within = (at, all, seen) => all + 2 * edge < seen ? at : Math.max(-edge, Math.min(at, all - seen + edge));
  cam.x = within(cam.x, whole[0], w); cam.y = within(cam.y, whole[1], height); // no more blank space than there must be
  settle();
}
const fingers = new Map();
pane.addEventListener("pointerdown", e => {
  dragged = false;
  if (!e.target.closest("#zoom, #legend, #tour")) fingers.set(e.pointerId, e);
});
pane.addEventListener("pointermove", e => {
  const before = fingers.get(e.pointerId);
  if (!before) return;
  const other = [...fingers.values()].find(f => f.pointerId != e.pointerId), box = pane.getBoundingClientRect();
  if (!dragged && Math.hypot(e.clientX - before.clientX, e.clientY - before.clientY) < 3 && !other) return;
  if (!dragged) pane.setPointerCapture(e.pointerId);
  dragged = true;
  cam.x -= (e.clientX - before.clientX) / cam.k / (other ? 2 : 1);
  cam.y -= (e.clientY - before.clientY) / cam.k / (other ? 2 : 1);
  if (other) {
    const far = f => Math.hypot(f.clientX - other.clientX, f.clientY - other.clientY);
    zoom(far(e) / far(before), (e.clientX + other.clientX) / 2 - box.x, (e.clientY + other.clientY) / 2 - box.y);
  }
  fingers.set(e.pointerId, e);
  move();
});
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, e => fingers.delete(e.pointerId));
pane.addEventListener("wheel", e => {
  const box = pane.getBoundingClientRect();
  e.preventDefault();
  zoom(Math.exp(-e.deltaY / (e.ctrlKey ? 100 : 500)), e.clientX - box.x, e.clientY - box.y);
}, { passive: false });

