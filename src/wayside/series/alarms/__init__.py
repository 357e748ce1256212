"""Alarms that state how many of them are false (see docs/series.md)."""

from __future__ import annotations

from wayside.series.alarms.across import FalseDiscoveryBudget, RateBudget, Watch
from wayside.series.alarms.settings import AlarmSettings
from wayside.series.alarms.site import SiteAlarm

__all__ = ["AlarmSettings", "FalseDiscoveryBudget", "RateBudget", "SiteAlarm", "Watch"]
