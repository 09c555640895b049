"""The same rules as plain Python: a child process with ``NUMBA_DISABLE_JIT=1`` that answers one line with one line.

``quarter``: seconds of one quarter from the given situation, which it sets back first. ``decide``: seconds of the
decision stage alone. ``save``: write the situation as it stands beside the given one. An empty line ends it.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from benchmarks import worlds
from benchmarks.timing import ROOT, environment, seconds
from sim.world import BURN_IN, Situation


class Child:
    """The child process, seen from the benchmark."""

    def __init__(self, folder: Path, states: int, quarters: int, clock: int, situation: Situation, lock_in: np.ndarray):
        self.saved = folder / "after.npz"
        np.savez(folder / "before.npz", **situation._asdict(), lock_in=lock_in)
        command = [sys.executable, "-m", "benchmarks.plain", str(folder), str(states), str(quarters), str(clock)]
        here, pipe = environment(NUMBA_DISABLE_JIT="1"), subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, env=here, stdin=pipe, stdout=pipe, text=True)
        assert self.process.stdin and self.process.stdout
        self.questions, self.answers = self.process.stdin, self.process.stdout

    def ask(self, what: str) -> float:
        """Send a line; the number that comes back."""
        self.questions.write(what + "\n")
        self.questions.flush()
        answer = self.answers.readline()
        if not answer:
            raise RuntimeError("the process of the plain rules ended early")
        return json.loads(answer)

    def situation(self) -> Situation:
        """The situation in which it stands."""
        self.ask("save")
        with np.load(self.saved) as arrays:
            return Situation(**{name: arrays[name] for name in Situation._fields})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.questions.close()
        self.process.wait()
        self.answers.close()


def main() -> None:
    """Serve one benchmark: folder, number of states, quarters, and the clock of the quarter to run."""
    from benchmarks.kernel import Bench

    folder, states, quarters, clock = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    bench = Bench(worlds.arrays(states, quarters))
    with np.load(folder / "before.npz") as arrays:
        before = {name: arrays[name] for name in arrays.files}
    lock_in = before.pop("lock_in")
    start = Situation(**before)
    bench.clock(0, 0)  # what does not change within a run

    def set_back():
        bench.reset(start)
        bench.engine.work.pair.lock_in[...] = lock_in  # of the quarter before: new leaders read it

    for line in sys.stdin:
        what = line.strip()
        if what == "quarter":
            set_back()
            answer = seconds(lambda: bench.clock(clock, clock + 1))
        elif what == "decide":
            answer = seconds(lambda: bench.decide(clock - BURN_IN))
        elif what == "save":
            np.savez(folder / "after.npz", **bench.engine.situation._asdict())
            answer = 0.0
        else:
            break
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
