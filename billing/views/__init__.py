"""Pages of bills and personal accounts."""
