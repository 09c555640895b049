"""ema_workbench, imported where it is used and without its warnings."""

import warnings
from importlib import import_module

from sim.errors import NcrError


def workbench(module: str = "ema_workbench"):
    """A module of ema_workbench; NcrError with the command that installs it where it is missing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of executors that nobody asked for
        try:
            return import_module(module)
        except ImportError:
            raise NcrError(
                "this needs ema_workbench, which is not installed; run: pip install 'ncr-sim[analysis]'"
            ) from None
