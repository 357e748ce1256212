"""What the counts support: judgements in measured words, their confidence, and what cannot be told."""
