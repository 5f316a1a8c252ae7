"""Saboteurs: the product's web server with one defence taken out; only tests load them."""

from smartservice.wsgi import application

__all__ = ["application"]
