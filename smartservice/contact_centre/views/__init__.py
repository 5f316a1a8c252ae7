"""Pages of the contact centre beside those that stock admin makes."""
