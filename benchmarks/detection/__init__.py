"""When is a rise noticed, and how often where there is none: simulated and real series, beside other methods."""
