"""A command that somebody watches on a terminal and stops with Ctrl-C; shared by tests."""

import pty
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = 600, 300  # seconds: to show that runs have begun, compilation included; to end once interrupted


def interrupted(*words) -> tuple[int, str]:
    """Exit code and stderr of ``ncr words``, interrupted once its progress bar, which only a terminal has, shows that runs have begun.

    TimeoutError, with what the command has said, if it does not begin or end in time; it is killed in any case.
    """
    ours, theirs = pty.openpty()
    with open(ours, "rb", buffering=0) as terminal:
        with open(theirs, "wb", buffering=0) as stderr:
            termios.tcsetwinsize(stderr, (24, 100))
            process = subprocess.Popen(
                [sys.executable, "-m", "sim.cli", *map(str, words)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=stderr,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            )  # fmt: skip
        return _stopped(process, terminal)


def _stopped(process: subprocess.Popen, terminal) -> tuple[int, str]:
    said, sent, deadline = b"", False, time.monotonic() + BEGIN
    try:
        while part := _read(terminal, deadline, said):
            said += part
            if b"|" in said and not sent:
                process.send_signal(signal.SIGINT)
                sent, deadline = True, time.monotonic() + END
        return process.wait(timeout=END), said.decode()
    finally:
        process.kill()
        process.wait()


def _read(terminal, deadline: float, said: bytes) -> bytes:
    """What comes next from the command, empty at its end; ``said`` is for the message of TimeoutError."""
    if not select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))[0]:
        raise TimeoutError(f"neither a word nor an end in time, after {said.decode(errors='replace')!r}")
    try:
        return terminal.read(4096)
    except OSError:  # how Linux says that the other end is closed
        return b""
