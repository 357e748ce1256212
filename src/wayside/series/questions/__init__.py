"""What a series says: record, rise, daily level, and what the answers rest on."""
