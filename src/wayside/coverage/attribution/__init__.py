"""Who says so, through whom."""
