"""Saboteurs: the product's Celery worker with one defence taken out; only tests load them."""
