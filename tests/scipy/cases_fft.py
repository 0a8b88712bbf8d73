"""scipy.fft."""

from tests.scipy.cases import C, R, call, covers, refuses

for name in ("fft", "ifft"):
    covers(f"fft.{name}", call(C(4)), call(R(2, 3), 5, 0, "ortho"))
for name in ("rfft", "ihfft"):
    covers(f"fft.{name}", call(R(5)), call(R(2, 4), 3, -1, "forward"))
for name in ("irfft", "hfft"):
    covers(f"fft.{name}", call(C(3)), call(C(2, 3), 5, norm="ortho"))
for name in ("fft2", "ifft2", "fftn", "ifftn"):
    covers(f"fft.{name}", call(C(2, 3)), call(C(2, 3), (3, 2), (1, 0), "ortho"))
covers("fft.fftn", call(R(2, 3, 2), s=(2, 2)))
for name in ("rfft2", "rfftn", "ihfft2", "ihfftn"):
    covers(f"fft.{name}", call(R(2, 4)), call(R(3, 2), (2, 3), norm="forward"))
for name in ("irfft2", "irfftn", "hfft2", "hfftn"):
    covers(f"fft.{name}", call(C(2, 3)), call(C(2, 2), (3, 3), norm="ortho"))
covers("fft.fftshift", call(R(5)), call(R(2, 4), axes=1))
covers("fft.ifftshift", call(R(5)), call(R(2, 4), axes=1))
for name in ("dct", "idct", "dst", "idst"):
    for type in (1, 2, 3, 4):
        covers(f"fft.{name}", call(R(4), type), call(R(2, 3), type, axis=0, norm="ortho"), call(R(3), type, 4, norm="forward"))
        covers(
            f"fft.{name}",
            call(R(3), type, orthogonalize=True),
            call(C(3), type, 2),
            call(R(3), type, 2, norm="ortho", orthogonalize=False),
        )
    covers(f"fft.{name}n", call(R(2, 3)), call(R(2, 3), 3, norm="ortho"), call(R(2, 3, 2), 1, (3, 3), (0, 1), orthogonalize=True))
    refuses(
        f"fft.{name}", call(C(3), orthogonalize=True), words="complex x SciPy applies orthogonalize=True to the real part alone"
    )
for name in ("fht", "ifht"):
    covers(f"fft.{name}", call(R(6), 0.1, 0.5), call(R(2, 5), 0.2, 1.0, 0.3, 0.1))
