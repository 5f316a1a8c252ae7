"""Names as a search compares them: without case, and «ё» is «е»."""


def fold(text: str) -> str:
    """«смарт сервис (жку)» of «Смарт  Сервис (ЖКУ)»."""
    return " ".join(text.casefold().replace("ё", "е").split())
