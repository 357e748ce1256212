"""Fits the emission network to labelled strips, drawn or real (extra: ``wayside[train]``)."""
