"""The model of the daily level: its motion, its parameters, what scenes say of it, and the posterior."""
