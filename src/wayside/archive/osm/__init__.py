"""Sites from OpenStreetMap data: files of every kind it comes in, tracks from turnout to turnout, checks."""
