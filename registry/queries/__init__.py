from registry.queries.lookup import OpenQueries, count_of, queries_of
from registry.queries.refresh import Refreshed, refresh_queries
from registry.queries.verbs import (
    answer_query,
    assign_query,
    close_query,
    comment_query,
    may_be_assigned,
    open_query,
    reopen_query,
)

__all__ = [
    "OpenQueries",
    "Refreshed",
    "answer_query",
    "assign_query",
    "close_query",
    "comment_query",
    "count_of",
    "may_be_assigned",
    "open_query",
    "queries_of",
    "refresh_queries",
    "reopen_query",
]
