"""Storage zones: how much of their ground is occupied, and whether that was ever as much."""
