"""Scenario discovery: under what conditions does an outcome emerge? Boxes by PRIM and a shallow tree over a sweep.

``discover`` takes a finished sweep, ``find_boxes`` and ``find_leaves`` any table of points. See docs/sensitivity.md; on the
command line ``ncr discover``.
"""

from analysis.discovery.boxes import Box, Limit, find_boxes, inside
from analysis.discovery.sweep import Discovery, discover
from analysis.discovery.tree import find_leaves

__all__ = ["Box", "Discovery", "Limit", "discover", "find_boxes", "find_leaves", "inside"]
