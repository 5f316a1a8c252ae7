"""The nets: what the house rules ask of every file, checked cheaply on every run."""
