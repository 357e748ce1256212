"""The formats that a document is written in."""
