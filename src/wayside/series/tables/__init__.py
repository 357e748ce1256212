"""Counts and events from spreadsheets: text in, values out."""

from __future__ import annotations

from wayside.series.tables.reading import UNSTATED_ERROR, read_events, read_published, read_table

__all__ = ["UNSTATED_ERROR", "read_events", "read_published", "read_table"]
