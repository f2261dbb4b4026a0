"""Where endpoints meet: a directory that is ours alone, and in it, for each name, a lock and a
socket."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import stat
from pathlib import Path

from .errors import InsecureDirectory, NameTaken, PathTooLong

# `sockaddr_un.sun_path` of Linux, less the NUL that ends it; see unix(7).
_MAX_SOCKET_PATH = 107
_BACKLOG = 1024


def default_directory() -> Path:
    if directory := os.environ.get("LAHJA_DIR"):
        return Path(directory)
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        return Path(runtime) / "lahja"
    return Path(os.environ.get("TMPDIR") or "/tmp") / f"lahja-{os.geteuid()}"


def check_path(path: Path) -> None:
    length = len(os.fsencode(path))
    if length > _MAX_SOCKET_PATH:
        raise PathTooLong(
            f"{path} is a path of {length} bytes, a socket's may have {_MAX_SOCKET_PATH}: use a "
            "shorter directory (LAHJA_DIR, or `base_path`)"
        )


def check_directory(directory: Path) -> None:
    """Refuses one in which others could put, remove or replace sockets."""
    found = os.lstat(directory)
    if not stat.S_ISDIR(found.st_mode):
        problem = "it is no directory (a symbolic link is not followed)"
    elif found.st_uid != os.geteuid():
        problem = f"it belongs to user {found.st_uid}, this process runs as {os.geteuid()}"
    elif found.st_mode & 0o022:
        mode = stat.S_IMODE(found.st_mode)
        problem = f"others can write to it (mode {mode:o}): use one that only you can, of mode 700"
    else:
        return
    raise InsecureDirectory(f"{directory} is not safe for sockets: {problem}")


class NameLock:
    """A name that is ours until `release`: its lock, and the socket if we listen."""

    def __init__(self, name: str, path: Path) -> None:
        """Takes the name, also from a process that died with it."""
        check_path(path)
        with contextlib.suppress(FileExistsError):  # whatever it is
            os.makedirs(path.parent, mode=0o700)
        check_directory(path.parent)
        self._path = path
        self._listens = False
        lock = path.with_suffix(".lock")
        self._lock = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            if not isinstance(error, BlockingIOError):
                raise
            message = f"the name {name} is taken: a live process holds {lock}"
            raise NameTaken(message) from None

    def listen(self) -> socket.socket:
        """With the lock ours, what lies at the socket's path was left by a crash."""
        self._path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            # On Linux the file gets the socket's own mode: it is 0600 from birth.
            os.fchmod(listener.fileno(), 0o600)
            listener.bind(os.fspath(self._path))
            self._listens = True
            listener.listen(_BACKLOG)
            listener.setblocking(False)
        except BaseException:
            listener.close()
            raise
        return listener

    def close(self) -> None:
        """Removes the socket, so that nobody connects any more."""
        if self._listens:
            self._listens = False
            self._path.unlink(missing_ok=True)

    def release(self) -> None:
        """Gives the name back. The lock file stays: removing it would let two processes lock two
        files of one name."""
        self.close()
        if self._lock >= 0:
            # Closing it frees the name only once no process that was forked meanwhile has it open.
            fcntl.flock(self._lock, fcntl.LOCK_UN)
            os.close(self._lock)
            self._lock = -1
