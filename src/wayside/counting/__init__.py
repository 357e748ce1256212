"""Strips, what the network and other detectors see on them, and the distribution of the cars that stand there."""
