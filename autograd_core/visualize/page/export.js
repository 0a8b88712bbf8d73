// ---- this picture as a file, and links
const LOOK = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-family", "font-size", "font-weight", "text-anchor", "paint-order", "stroke-linejoin"];
function picture_text() { // the part of the graph that is in sight, with its colours in it
  settle();
  const copy = graph.cloneNode(true), now = graph.querySelectorAll("rect, path, text"), colours = getComputedStyle(document.body);
  copy.querySelectorAll("rect, path, text").forEach((e, k) => {
    const style = getComputedStyle(now[k]);
    e.removeAttribute("class");
    e.setAttribute("style", LOOK.map(name => `${name}:${style.getPropertyValue(name)}`).join(";"));
    if (style.display == "none") e.remove();
    for (const end of ["marker-start", "marker-end"]) if (style.getPropertyValue(end) != "none") e.setAttribute(end, "url(#tip)");
  });
  copy.querySelectorAll("g").forEach(e => ["class", "role", "tabindex", "aria-label"].forEach(name => e.removeAttribute(name)));
  const [x, y, w, height] = copy.getAttribute("viewBox").split(" ").map(Number);
  for (const [name, value] of Object.entries({ xmlns: "http://www.w3.org/2000/svg", width: pane.clientWidth, height: pane.clientHeight })) copy.setAttribute(name, value);
  copy.removeAttribute("style");
  copy.prepend(s("title", {}, $("say").textContent), s("rect", { x, y, width: w, height, style: `fill:${colours.backgroundColor}` }));
  return new XMLSerializer().serializeToString(copy);
}
function download(blob, name) {
  const a = h("a", { href: URL.createObjectURL(blob), download: name });
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 1000);
}
function save_svg() { download(new Blob([picture_text()], { type: "image/svg+xml" }), `step-${at.step}.svg`); }
function save_png() {
  const image = new Image(), canvas = h("canvas", { width: 2 * pane.clientWidth, height: 2 * pane.clientHeight });
  image.onload = () => {
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(blob => download(blob, `step-${at.step}.png`));
  };
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(picture_text());
}
const link_to = (more, e) => copy(location.href.replace(/#.*/, "") + address(more), e.target);
