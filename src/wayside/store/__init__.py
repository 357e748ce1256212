"""The workspace and its database: sites, scenes, observations, runs; the only room that knows SQL."""

from wayside.store.database import Database, open_database
from wayside.store.settings import Settings
from wayside.store.settings_lists import LinkedSite
from wayside.store.workspace import Workspace, create_workspace, open_workspace

__all__ = ["Database", "LinkedSite", "Settings", "Workspace", "create_workspace", "open_database", "open_workspace"]
