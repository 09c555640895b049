"""Numbers change only on purpose."""

import json

from golden import FILE, numbers


def test_golden_numbers():
    # If this fails and the change is meant: `python tests/golden.py`, and *numbers change* in CHANGELOG.md.
    assert numbers() == json.loads(FILE.read_text())
