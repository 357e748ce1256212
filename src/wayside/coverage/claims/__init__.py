"""What a sentence states: quantities, times, places, comparisons."""
