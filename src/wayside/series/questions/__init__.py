"""What a fitted series is asked: record, rise, periods, days ahead, and what the answers rest on."""
