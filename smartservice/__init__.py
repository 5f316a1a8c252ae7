"""«Смарт Сервис»: the cabinet where residents see their housing bills and pay them."""

from smartservice.celery import app as celery_app

__all__ = ["celery_app"]
