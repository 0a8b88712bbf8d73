"""numpy.fft: odd and even lengths, cropped and padded, every norm, along every axis."""

from tests.derivatives.cases import C, R, call, covers

NORMS = [None, "backward", "ortho", "forward"]

for name in ("fft.fft", "fft.ifft"):
    covers(
        name,
        call(R(5)),
        call(C(4)),
        call(C(5), 3),
        call(R(3), n=6),
        call(C(3, 2), axis=0),
        call(C(2, 3), None, -1, "ortho"),
        call(C(1)),
        call(C(0, 3)),
    )
    covers(name, *(call(C(4), norm=norm) for norm in NORMS))
for name in ("fft.rfft", "fft.ihfft"):
    covers(
        name,
        call(R(5)),
        call(R(4)),
        call(R(5), 4),
        call(R(3), n=6),
        call(R(3, 2), axis=0),
        call(R(2, 3), None, -2, "ortho"),
        call(R(1)),
    )
    covers(name, *(call(R(5), norm=norm) for norm in NORMS), *(call(R(4), 2, norm=norm) for norm in NORMS))
for name in ("fft.irfft", "fft.hfft"):
    covers(
        name,
        call(C(3)),
        call(C(3), 5),
        call(C(4), n=3),
        call(C(2), n=8),
        call(C(3, 2), axis=0),
        call(R(3)),
        call(C(2, 3), None, -1, "ortho"),
        call(C(2)),
    )
    covers(name, *(call(C(3), 5, norm=norm) for norm in NORMS), *(call(C(3), norm=norm) for norm in NORMS))
for name in ("fft.fft2", "fft.ifft2"):
    covers(name, call(R(2, 3)), call(C(2, 3), (3, 2)), call(C(2, 3, 2), axes=(0, 1)), call(C(2, 2), norm="ortho"))
covers("fft.rfft2", call(R(2, 3)), call(R(2, 4), (3, 3)), call(R(2, 3, 2), axes=(0, 1)), call(R(2, 3), norm="forward"))
covers("fft.irfft2", call(C(2, 3)), call(C(2, 3), (3, 3)), call(C(2, 3, 2), axes=(0, 1)), call(C(2, 3), norm="ortho"))
for name in ("fft.fftn", "fft.ifftn"):
    covers(
        name,
        call(R(2, 3, 2)),
        call(C(2, 3), axes=(0,)),
        call(C(2, 3), (4, -1), (0, 1)),
        call(C(2, 3), axes=(1, 1)),
        call(C(4), norm="forward"),
    )
covers(
    "fft.rfftn",
    call(R(2, 3, 2)),
    call(R(2, 3), axes=(1, 0)),
    call(R(2, 3), (4, 4), (0, 1)),
    call(R(2, 3), axes=(1, 1)),
    call(R(5), norm="ortho"),
)
covers(
    "fft.irfftn",
    call(C(2, 3, 2)),
    call(C(2, 3), axes=(1, 0)),
    call(C(2, 3), (4, 3), (0, 1)),
    call(C(2, 3), axes=(0,)),
    call(C(3), norm="forward"),
)
covers("fft.fftshift", call(R(5)), call(R(2, 3)), call(C(3, 4), axes=1), call(R(2, 3), axes=(0,)))
covers("fft.ifftshift", call(R(5)), call(R(2, 3)), call(C(3, 4), axes=1), call(R(2, 3), axes=(0,)))
