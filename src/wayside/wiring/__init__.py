"""From settings to services: the only room that names concrete edges."""

from wayside.wiring.program import SOFTWARE, SystemClock, image_counter
from wayside.wiring.services import OpenWorkspace, init_workspace, opened, read_site, site_ids
from wayside.wiring.strips import write_strips

__all__ = [
    "SOFTWARE",
    "OpenWorkspace",
    "SystemClock",
    "image_counter",
    "init_workspace",
    "opened",
    "read_site",
    "site_ids",
    "write_strips",
]
