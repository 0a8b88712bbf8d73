"""The pictures of docs/gallery.md: `python -m docs.pictures.gallery [NAME …]` runs the examples and keeps what each draws.

Of the pictures that an example writes, the largest is taken, as it shows most; an SVG is copied as it is.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from examples.common import optional

HERE = Path(__file__).parent / "gallery"
EXAMPLES = Path(__file__).parent.parent.parent / "examples"
WIDTH, EDGE = 640, 8


def programs():
    """{name: docstring} of the examples that can be started."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.py"))}
    return {name: text.split('"""')[1].strip() for name, text in texts.items() if '__name__ == "__main__"' in text}


def run(name):
    """Run one and keep its picture, if it draws one."""
    program = [sys.executable, "-m", f"examples.{name}"]
    help_text = subprocess.run([*program, "--help"], check=True, capture_output=True, text=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*program, *["--out", folder] * ("--out" in help_text)], check=True)
        keep(name, Path(folder))


def keep(name, folder):
    """Of what an example has drawn into the folder, the picture of the gallery."""
    made = sorted(folder.rglob("*.png"), key=lambda path: path.stat().st_size)
    if made:
        image = optional("PIL.Image")
        picture = image.open(made[-1]).convert("RGB")
        left, top, right, foot = optional("PIL.ImageOps").invert(picture).getbbox()  # of what is not white
        wide, high = picture.size
        picture = picture.crop((max(0, left - EDGE), max(0, top - EDGE), min(wide, right + EDGE), min(high, foot + EDGE)))
        picture.thumbnail((WIDTH, 2 * WIDTH))
        few = picture.quantize(128, image.Quantize.MAXCOVERAGE)  # thin curves keep their colours
        few.save(HERE / f"{name}.png", optimize=True)
    elif drawn := sorted(folder.rglob("*.svg")):
        (HERE / f"{name}.svg").write_bytes(drawn[0].read_bytes())


def page():
    """docs/gallery.md's cards, one for each example; first those that have a picture."""
    pictures = {path.stem: path for path in HERE.iterdir()}
    lines = ['<div class="gallery">']
    for name, text in sorted(programs().items(), key=lambda item: item[0] not in pictures):
        title, picture = text.partition("\n\n")[0], pictures.get(name)
        shown = f"![what {name} draws](pictures/gallery/{picture.name})" if picture else ""
        lines += ["", '<div class="card">', "", shown, "", f"**{name}**", "", " ".join(title.split()), "",
                  f"`python -m examples.{name}`", "", "</div>"]  # fmt: skip
    return "\n".join([*lines, "", "</div>"])


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for name in sys.argv[1:] or programs():
        run(name)
