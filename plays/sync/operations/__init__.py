"""The seed system's eight operations on Confluence, under their names, made safe: the one place
for agents, people and scripts.

Confluence's REST API has no rows and no append, so `db_…` work on the table of a page (its own
databases have no row API: RFC-23, community.developer.atlassian.com) and `append_to_page` is a
read and a write. Each write keeps every byte that it was not asked to change, never overwrites
what somebody saved in between, and is not made twice after a lost answer.
"""

from plays.sync.operations.pages import (
    append_to_page,
    create_page,
    get_page,
    search_pages,
    update_page,
)
from plays.sync.operations.refusals import BadArgument, NotMade, Refusal, refusal_of
from plays.sync.operations.results import Created, FoundPages, PageRead, Rows, TableRow, Written
from plays.sync.operations.tables import db_insert_row, db_query, db_upsert_row

__all__ = [
    "BadArgument",
    "Created",
    "FoundPages",
    "NotMade",
    "PageRead",
    "Refusal",
    "Rows",
    "TableRow",
    "Written",
    "append_to_page",
    "create_page",
    "db_insert_row",
    "db_query",
    "db_upsert_row",
    "get_page",
    "refusal_of",
    "search_pages",
    "update_page",
]
