"""A last look before serving, and one line in place of a traceback for what the person at the keyboard can mend."""

import sys
from types import TracebackType

from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from smartservice.env import Wrong

# The tag of those checks that speak of the configuration alone: cheap enough for every start of every process.
CONFIGURATION = "configuration"
# By this status gunicorn knows that another try would end as this one did.
WILL_NOT_BOOT = 3


class Unfit(ImproperlyConfigured):
    """The configuration breaks a rule of its stack; the text lists all that is wrong."""


def refuse_when_unfit() -> None:
    """Raise Unfit where `manage.py check` would report an error of the configuration."""
    serious = [message for message in run_checks(tags=[CONFIGURATION]) if message.is_serious()]
    if serious:
        raise Unfit("\n".join(str(message) for message in serious))


def is_behind() -> bool:
    """Whether the tables are those of an older version, or there are none; raises DatabaseError."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def end_in_words() -> None:
    """From now on an error that has words for the operator ends the process with them, and any other with its trace."""
    sys.excepthook = _end


def in_words(error: BaseException) -> str:
    """What the operator can do about it in one line; empty where a programmer must see the trace."""
    if isinstance(error, Wrong | Unfit):
        return str(error)
    if isinstance(error, DatabaseError):
        return _about_the_database()
    return ""


def _end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    words = in_words(error)
    if words:
        sys.stderr.write(f"{words}\n")
    else:
        sys.__excepthook__(kind, error, trace)


def _about_the_database() -> str:
    """Asked only after something has failed there."""
    where = settings.DATABASES["default"]["HOST"] or settings.DATABASES["default"]["NAME"]
    try:
        if not is_behind():
            return ""
        has_tables = bool(connection.introspection.table_names())
    except OperationalError as error:
        return f"База данных не отвечает ({where}): {str(error).splitlines()[0]}. Проверьте DATABASE_URL и VAR_DIR"
    what = "таблицы от другой версии" if has_tables else "ещё нет таблиц"
    return f"В базе данных ({where}) {what}. Верны ли DATABASE_URL и VAR_DIR? Если да – manage.py migrate"
