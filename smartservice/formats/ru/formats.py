"""As everywhere in the portal; Django's own «28 ноября 2026 г. 0:28» takes half of a list."""

DATE_FORMAT = "d.m.Y"
DATETIME_FORMAT = "d.m.Y H:i"
