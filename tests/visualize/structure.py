"""DOT text read back, and what remains when it is compared with torchviz's: what is computed from what."""

import re

BOX = re.compile(r'^\s*(?!graph)(\w+) \[label=(?:"((?:[^"\\]|\\.)*)"|(\w+))([^\n]*)\]$', re.MULTILINE | re.DOTALL)
ARROW = re.compile(r"^\s*(\w+) -> (\w+)(.*)$", re.MULTILINE)
SAME = {
    "Addmm": "linear", "BinaryCrossEntropy": "binary_cross_entropy", "Pow": "power", "Mul": "multiply", "Slice": "getitem",
}  # fmt: skip
WITHOUT = ("AccumulateGrad", "TBackward0")  # boxes that we do not draw


def read(text):
    """({id: (label, rest)}, [(from, to, rest)])."""
    boxes = {one: (quoted or word, rest) for one, quoted, word, rest in BOX.findall(text)}
    return boxes, ARROW.findall(text)


def read_torchviz(text):
    """The same of torchviz's text, whose labels have raw line breaks, in our words."""
    text = re.sub(r'label="([^"]*)"', lambda found: 'label="' + found[1].replace("\n", "\\n") + '"', text)
    boxes, arrows = read(text)
    found = {}
    for one, (label, rest) in boxes.items():
        first, _, shape = label.partition("\\n")
        if "Backward" in first:
            name = first.removesuffix("Backward0")
            first, shape = SAME.get(name, name.lower()), ""
        shape = re.sub(r"^\((\d+)\)$", r"(\1,)", shape.strip())
        found[one] = f"{first}\\n{shape}", rest
    found = {one: (label, rest) for one, (label, rest) in found.items() if boxes[one][0] not in WITHOUT}
    return found, [(_through(one, boxes, arrows), to, rest) for one, to, rest in arrows if to in found]


def _through(one, boxes, arrows):
    """What stands before the boxes that we do not draw."""
    while boxes[one][0] in WITHOUT:
        one = next(start for start, end, _ in arrows if end == one)
    return one


def shape_of(boxes, arrows, kinds):
    """The graph as nested text from the output upwards: (label, sorted what goes in). Inputs and constants are left out,
    operations have no shape, unnamed boxes no name, and an index in two steps (torchviz's slices) is one."""
    inside = {one: [] for one in boxes}
    dotted = []
    for start, end, rest in arrows:
        if "dotted" in rest and "none" not in rest:
            dotted.append((start, end))
        elif "dir=none" not in rest and start in inside and end in inside:
            inside[end].append(start)

    def told(one):
        label, rest = boxes[one]
        kind = kinds(label, rest)
        if kind in ("input", "const"):
            return None
        first, _, shape = label.partition("\\n")
        name = {"op": first, "param": f"{first} {shape}"}.get(kind, f"{kind} {shape}")
        parts = sorted(part for part in map(told, inside[one]) if part)
        if name == "getitem" and parts[0].startswith("getitem"):
            return parts[0]
        return f"{name}[{', '.join(parts)}]"

    outputs = [one for one, (label, rest) in boxes.items() if kinds(label, rest) == "output"]
    return sorted(map(told, outputs)), sorted((told(start), told(end)) for start, end in dotted)


def torchviz_kinds(label, rest):
    colours = {"darkolivegreen1": "output", "darkolivegreen3": "base", "lightblue": "param", "orange": "saved"}
    return next((kind for colour, kind in colours.items() if colour in rest), "op")


def our_kinds(label, rest):
    return re.search(r"class=(\w+)", rest)[1]
