"""The theory, one file per stage, in the order in which a quarter runs (see ``sim/quarter.py``)."""
