"""Claims about one thing side by side, and beside a measured count."""
