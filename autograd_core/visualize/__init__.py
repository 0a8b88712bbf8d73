"""Pictures of the graph: torchviz's call and look, an SVG of our own that needs nothing installed, and text for terminals."""

from autograd_core.visualize.animate import animate
from autograd_core.visualize.dot import make_dot
from autograd_core.visualize.draw import Drawing, draw
from autograd_core.visualize.explore import explore
from autograd_core.visualize.keep import record
from autograd_core.visualize.listing import listing
from autograd_core.visualize.walk import records

__all__ = ["make_dot", "draw", "Drawing", "explore", "animate", "listing", "record", "records"]
