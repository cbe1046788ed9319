"""Every error this package raises on purpose.

::

    KgError
    ├── InputError (ValueError)         an input file or record is not what its format promises
    │   └── IdentifierError             a DOI, ORCID iD, ROR or arXiv id with a wrong shape or check digit
    ├── SettingsError (ValueError)      a setting or option has an unusable value
    ├── HomeError (OSError)             the home folder cannot be used: permissions, disk full, in use
    ├── OutputError (OSError)           a file that was asked for cannot be written
    ├── ReleaseError                    a release is missing or damaged
    ├── GateError                       a release would be worse than the last, by the rule that was asked for
    ├── NotFoundError (LookupError)     no such thing, query or format
    ├── QueryError (ValueError)         the query is wrong, with line and column where known
    │   ├── QueryRefused                the query asks for something that is closed here (SERVICE, LOAD)
    │   ├── ParameterError              a parameter of a named query is missing, unknown or has no usable value
    │   ├── DataError                   RDF that was sent to be stored cannot be read
    │   ├── QueryTooLong                the query has more characters than a query may have
    │   └── QueryTooDeep                the query nests brackets deeper than a query may
    ├── QueryFileError (ValueError)     a file in queries/ has a bad header or body
    ├── ShapesError (ValueError)        shapes cannot be read or run
    ├── PreconditionFailed              what a writer has read is no more what is served; nothing was written
    ├── ServiceFailed                   another server that the query calls did not answer
    ├── FormatError                     the format that is asked for has no form for a character of the answer
    ├── DeadlineExceeded (TimeoutError) the query ran past its deadline and was stopped
    ├── ResultTooLarge                  the answer grew past the byte limit and was stopped
    ├── Busy                            every worker and every place in the queue is taken
    └── WorkerLost                      a query worker died; the query was not answered

This module knows the words of an error (what happened, where, what to do next). It does not know how an error
is shown: the command line prints one sentence, the server answers with a problem document (RFC 9457).
"""

from __future__ import annotations


class KgError(Exception):
    """Base of all errors of this package: a sentence, and optionally where it happened and what to do next."""

    def __init__(self, message: str, *, where: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.advice = advice

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}; {self.advice}" if self.advice else text


class InputError(KgError, ValueError):
    """An input file or record is not what its format promises."""


class IdentifierError(InputError):
    """An identifier has a wrong shape or check digit. ``value`` is the text as given."""

    def __init__(self, message: str, *, value: str, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.value = value


class SettingsError(KgError, ValueError):
    """A setting or command-line option has an unusable value."""


class HomeError(KgError, OSError):
    """The home folder cannot be used."""


class OutputError(KgError, OSError):
    """A file that was asked for cannot be written."""


class ReleaseError(KgError):
    """A release is missing or damaged."""


class GateError(KgError):
    """A release would be worse than the last, by the rule that was asked for; it was not published."""


class NotFoundError(KgError, LookupError):
    """There is no such thing, query or format."""


class QueryError(KgError, ValueError):
    """A query is wrong. ``line`` and ``column`` count from 1 and are None when the engine gives none."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None, advice: str = "") -> None:
        where = f"line {line}, column {column}" if line is not None else ""
        super().__init__(message, where=where, advice=advice)
        self.line = line
        self.column = column


class QueryRefused(QueryError):
    """A query asks for something that is closed here, such as SERVICE or LOAD."""


class ParameterError(QueryError):
    """A parameter of a named query is missing, unknown or has no usable value."""


class DataError(QueryError):
    """RDF that was sent to be stored cannot be read."""


class QueryTooLong(QueryError):
    """A query has more characters than a query may have."""


class QueryTooDeep(QueryError):
    """A query nests brackets deeper than a query may."""


class QueryFileError(KgError, ValueError):
    """A file in ``queries/`` has a bad header or body."""


class ShapesError(KgError, ValueError):
    """Shapes cannot be read or run."""


class PreconditionFailed(KgError):
    """What a writer made a condition of does not hold, and nothing was written."""


class ServiceFailed(KgError):
    """Another server, which the query calls by SERVICE, did not answer as it should."""


class FormatError(KgError):
    """An answer holds what the format that is asked for cannot say."""


class DeadlineExceeded(KgError, TimeoutError):
    """A query ran past its deadline and was stopped."""


class ResultTooLarge(KgError):
    """An answer grew past the byte limit and was stopped."""


class Busy(KgError):
    """Every worker and every place in the queue is taken."""


class WorkerLost(KgError):
    """A query worker died before it answered."""
