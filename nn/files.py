"""Writing a file as a whole or not at all, without leaving temporary files.

The content goes into a file in the same directory, is flushed to the disk, and is moved to its place in one step. On Linux that
file has no name until it is complete, so a killed process leaves nothing. Elsewhere it has a name, and is locked as long as its
writer lives: the next `write_whole` to the same path removes the files that nobody locks.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

try:
    import fcntl
except ImportError:  # Windows, which does not remove a file that is open
    fcntl = None  # type: ignore[assignment]

Content: TypeAlias = bytes | memoryview
ANYBODY = 0o666  # less the umask, as `open` has it


def write_whole(path: Path, content: Content, what: str) -> None:
    """Write a file with this content at `path`. Its mode and owner stay, and if it is a link, its target is written.

    what   the function that messages name

    Raises OSError, and leaves the old file as it was, if the file or its directory may not be written.
    """
    path = Path(os.path.realpath(path))
    try:
        old = _to_replace(path)
        _remove_abandoned(path)
        mode = ANYBODY if old is None else stat.S_IMODE(old.st_mode) & ANYBODY
        temporary = path.with_name(f"{_prefix(path)}{uuid4().hex}.tmp")
        try:
            _write_and_move(path, temporary, content, old, mode)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _flush_directory(path.parent)
    except OSError as error:
        words = f"{what}: {path} was not written, and is as it was before: {error.strerror or error}"
        raise type(error)(error.errno, words) from error


def _write_and_move(path: Path, temporary: Path, content: Content, old: os.stat_result | None, mode: int) -> None:
    for opened in (_without_name, _with_name):
        number = opened(temporary, mode)
        if number is None:
            continue
        with open(number, "wb") as file:
            file.write(content)
            file.flush()
            if old is not None:
                _make_like(number, old)
            os.fsync(number)
            if opened is _without_name and not _give_name(number, temporary):
                continue
            if fcntl is not None:  # while it is locked, so that nobody takes it for an abandoned one
                os.replace(temporary, path)
        if fcntl is None:  # Windows moves closed files only
            os.replace(temporary, path)
        return


def _to_replace(path: Path) -> os.stat_result | None:
    """What `os.stat` says of the file at the path, None if there is none; an error if it may not be replaced."""
    try:
        old = os.stat(path)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a directory")
    if not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise PermissionError(errno.EACCES, "the file is read-only")
    return old


def _make_like(number: int, old: os.stat_result) -> None:
    """Give an open file the owner and the mode of another."""
    if hasattr(os, "fchown"):
        with contextlib.suppress(OSError):  # only root may give a file away
            os.fchown(number, old.st_uid, old.st_gid)
    if hasattr(os, "fchmod"):
        os.fchmod(number, stat.S_IMODE(old.st_mode))


# The file beside


def _prefix(path: Path) -> str:
    return f".{path.name[:40]}."  # a name may have 255 bytes


def _without_name(path: Path, mode: int) -> int | None:
    """A new file beside `path`, open and locked, that disappears with its process; None if there are no such files here."""
    if not hasattr(os, "O_TMPFILE"):
        return None
    try:
        number = os.open(path.parent, os.O_TMPFILE | os.O_WRONLY, mode)
    except OSError:
        return None
    _lock(number)
    return number


def _give_name(number: int, path: Path) -> bool:
    """Whether a file without a name is at `path` now."""
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.link(f"/proc/self/fd/{number}", path.name, dst_dir_fd=directory)  # without dst_dir_fd it would link the link
    except OSError:
        return False
    finally:
        os.close(directory)
    return True


def _with_name(path: Path, mode: int) -> int:
    """A new file at `path`, open and locked."""
    while True:
        number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), mode)
        _lock(number)
        if path.exists():  # and not removed by another writer before the lock was there
            return number
        os.close(number)


def _lock(number: int) -> bool:
    """Whether an open file is ours now: until it is closed, or this process ends."""
    if fcntl is None:
        return False
    with contextlib.suppress(OSError):  # another process has it, or the file system has no locks
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _remove_abandoned(path: Path) -> None:
    """Remove the files that writers of this path have left when they were killed."""
    pattern = re.compile(re.escape(_prefix(path)) + r"[0-9a-f]{32}\.tmp")
    with contextlib.suppress(OSError):  # a directory that can be written to but not listed
        for name in filter(pattern.fullmatch, os.listdir(path.parent)):
            with contextlib.suppress(OSError):  # another writer was quicker, or it is not ours
                _remove_if_abandoned(path.with_name(name))


def _remove_if_abandoned(path: Path) -> None:
    if fcntl is None:
        path.unlink()  # an error while it is open
        return
    with open(path, "rb") as file:
        if _lock(file.fileno()):
            path.unlink()


def _flush_directory(path: Path) -> None:
    """Let the new name survive a loss of power too."""
    with contextlib.suppress(OSError):  # not every system can
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
