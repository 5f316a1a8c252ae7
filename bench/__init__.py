"""The speed figures that issues promise, each a ratio of two things measured in the same run: `make bench`."""
