"""Mean yearly trade of pairs of states, for fact A9, from a file that the user names (``analysis.datasets.trade``)."""

from pathlib import Path

from analysis.datasets import Dataset, trade
from sim.errors import NcrError


def load_trade(path: str | Path, first: int, last: int) -> dict[tuple[str, str], float]:
    """Mean yearly trade (million US$) of each pair of codes, in alphabetical order, over the years first … last."""
    return mean_trade(trade.load(path), first, last)


def mean_trade(data: Dataset, first: int, last: int) -> dict[tuple[str, str], float]:
    """The same of a file that was read before. Raises NcrError where it has nothing of these years."""
    frame = data.frame[data.frame["year"].between(first, last) & data.frame["trade"].notna()]
    if frame.empty:
        raise NcrError(f"trade file {data.file}: no trade of {first}-{last} in it")
    return frame.groupby(["iso3_a", "iso3_b"])["trade"].mean().to_dict()
