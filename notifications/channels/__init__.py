"""The ways out: which one is used, the settings say."""
