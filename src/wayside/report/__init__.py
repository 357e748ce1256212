"""An assessment as one self-contained HTML file that a sceptic can check."""
