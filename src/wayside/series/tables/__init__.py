"""Counts and events from spreadsheets: text in, values out."""

from __future__ import annotations

from wayside.series.tables.figures import UNSTATED_ERROR
from wayside.series.tables.hidden import whole_count
from wayside.series.tables.reading import (
    CountTable,
    read_counts,
    read_events,
    read_published,
    read_table,
)

__all__ = [
    "UNSTATED_ERROR",
    "CountTable",
    "read_counts",
    "read_events",
    "read_published",
    "read_table",
    "whole_count",
]
