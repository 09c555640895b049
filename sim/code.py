"""The code that is running, as one hash: taken when the package is first used, not when somebody asks.

A long-lived worker or notebook keeps the code that it imported while files change under it. A hash read from the files
later would vouch for code that never ran.
"""

import hashlib
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def code_hash(package: Path = PACKAGE) -> str:
    """SHA-256 of every source file of the package, as they are on disk now."""
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


CODE = code_hash()
