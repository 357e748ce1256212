"""Yards drawn from above with exact truth: what the network is trained on, and the demonstration."""
