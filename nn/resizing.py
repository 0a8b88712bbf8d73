"""Layers that change the size of images: Upsample, PixelShuffle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nn import functional
from nn.module import SameKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nn.types import X


class Upsample(SameKind):
    """Images of another size, as `nn.functional.interpolate` makes them: (n, c, *sizes) -> (n, c, *size).

    size, scale_factor   one of them: a number, or one for each axis
    mode                 "nearest", "linear", "bilinear", "bicubic" or "trilinear"
    align_corners        of all but "nearest": whether the middles of the outermost elements stay where they are

    >>> import numpy as np, nn
    >>> nn.Upsample(scale_factor=2)(np.array([[[1.0, 3.0]]]))
    array([[[1., 1., 3., 3.]]])
    """

    def __init__(
        self, size: int | Sequence[int] | None = None, scale_factor: float | Sequence[float] | None = None, mode: str = "nearest",
        align_corners: bool | None = None, recompute_scale_factor: bool | None = None,
    ) -> None:  # fmt: skip
        self.size, self.scale_factor, self.mode = size, scale_factor, mode
        self.align_corners, self.recompute_scale_factor = align_corners, recompute_scale_factor

    def forward(self, x: X) -> X:
        return functional.interpolate(x, self.size, self.scale_factor, self.mode, self.align_corners, self.recompute_scale_factor)


class UpsamplingNearest2d(Upsample):
    """Upsample with mode="nearest", for (n, c, h, w).

    >>> import numpy as np, nn
    >>> nn.UpsamplingNearest2d(scale_factor=2)(np.array([[[[1.0, 3.0]]]]))
    array([[[[1., 1., 3., 3.],
             [1., 1., 3., 3.]]]])
    """

    def __init__(self, size: int | Sequence[int] | None = None, scale_factor: float | Sequence[float] | None = None) -> None:
        super().__init__(size, scale_factor)


class UpsamplingBilinear2d(Upsample):
    """Upsample with mode="bilinear" and align_corners=True, for (n, c, h, w).

    >>> import numpy as np, nn
    >>> nn.UpsamplingBilinear2d((1, 3))(np.array([[[[1.0, 3.0]]]]))
    array([[[[1., 2., 3.]]]])
    """

    def __init__(self, size: int | Sequence[int] | None = None, scale_factor: float | Sequence[float] | None = None) -> None:
        super().__init__(size, scale_factor, "bilinear", align_corners=True)


class PixelShuffle(SameKind):
    """Channels as pixels: (…, c r², h, w) -> (…, c, h r, w r), r = upscale_factor.

    >>> import numpy as np, nn
    >>> nn.PixelShuffle(2)(np.zeros((10, 12, 5, 7))).shape
    (10, 3, 10, 14)
    """

    def __init__(self, upscale_factor: int) -> None:
        self.upscale_factor = upscale_factor

    def forward(self, x: X) -> X:
        return functional.pixel_shuffle(x, self.upscale_factor)


class PixelUnshuffle(SameKind):
    """Pixels as channels, what PixelShuffle undoes: (…, c, h r, w r) -> (…, c r², h, w), r = downscale_factor.

    >>> import numpy as np, nn
    >>> nn.PixelUnshuffle(2)(np.array([[[1.0, 2.0], [3.0, 4.0]]])).ravel()
    array([1., 2., 3., 4.])
    >>> nn.PixelUnshuffle(2)(np.zeros((1, 4, 6))).shape
    (4, 2, 3)
    """

    def __init__(self, downscale_factor: int) -> None:
        self.downscale_factor = downscale_factor

    def forward(self, x: X) -> X:
        return functional.pixel_unshuffle(x, self.downscale_factor)
