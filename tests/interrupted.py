"""A command that somebody watches on a terminal and stops with Ctrl-C; shared by tests."""

import os
import pty
import signal
import subprocess
import sys
import termios
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def interrupted(*words) -> tuple[int, str]:
    """Exit code and stderr of ``ncr words``, interrupted once its progress bar, which only a terminal has, shows that runs have begun."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    process = subprocess.Popen(
        [sys.executable, "-m", "sim.cli", *map(str, words)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=theirs,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    os.close(theirs)
    said, sent = b"", False
    while part := _read(ours):
        said += part
        if b"|" in said and not sent:
            process.send_signal(signal.SIGINT)
            sent = True
    os.close(ours)
    return process.wait(timeout=300), said.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux says that the other end is closed
        return b""
