"""What has been written about something, as one page: who claims what, who takes from whom, how far it agrees."""

from wayside.report.coverage.render import coverage_html

__all__ = ["coverage_html"]
