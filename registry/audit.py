"""The audit trail: what database triggers record of every write, COPY and raw SQL included, and how the app cannot touch it."""

from typing import TypeVar

import pghistory
from django.db import models
from pghistory import models as history

Model = TypeVar("Model", bound=type[models.Model])


class Event(history.Event):  # type: ignore[misc]
    """Named as its parent, for the event tables take their names from it. A trail outgrows two thousand million rows sooner than any record does."""

    pgh_id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True


def audited(model: Model) -> Model:
    """Record every insert and update of this model. Given here because pghistory's default trackers break at statement level."""
    return pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())(model)  # type: ignore[no-any-return]


# What pghistory installs upserts the context, so an earlier write could be given another author. Ours inserts once,
# refuses a write that does not say who and why, and never changes what stands.
ATTACH_CONTEXT = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    context uuid := nullif(current_setting('pghistory.context_id', true), '')::uuid;
    about jsonb := nullif(current_setting('pghistory.context_metadata', true), '')::jsonb;
BEGIN
    IF context IS NULL OR coalesce(about->>'user', '') = '' OR coalesce(about->>'reason', '') = '' THEN
        RAISE EXCEPTION 'a write needs a user and a reason'
            USING ERRCODE = 'insufficient_privilege', HINT = 'open registry.scope.center_scope with by= and reason=';
    END IF;
    INSERT INTO pghistory_context (id, created_at, updated_at, metadata) VALUES (context, now(), now(), about)
        ON CONFLICT (id) DO NOTHING;
    IF (SELECT metadata FROM pghistory_context WHERE id = context) IS DISTINCT FROM about THEN
        RAISE EXCEPTION 'this audit context belongs to an earlier write' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN context;
END $$
"""

# A setting that every session may change (pgtrigger.ignore) would silence the triggers.
NEVER_IGNORE = "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE sql AS 'SELECT false'"
