"""The audit trail: what database triggers record of every write, COPY and raw SQL included, and how the app cannot touch it."""

from typing import TypeVar

import pghistory
import pgtrigger
from django.db import models
from pghistory import models as history

Model = TypeVar("Model", bound=type[models.Model])


class Event(history.Event):
    """Named as its parent, for the event tables take their names from it. A trail outgrows two thousand million rows sooner than any record does."""

    pgh_id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True


def audited(model: Model) -> Model:
    """Record every insert and update of this model. Given here because pghistory's default trackers break at statement level."""
    return pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())(model)


# A locked record changes only by being unlocked; a verified one that changes is verified no longer. The version counts
# changes of recorded values, so that neither a lock nor a status voids what was signed.
GUARD = """
    IF to_jsonb(NEW) - ARRAY['updated_at', 'record_status', 'row_version']
        IS NOT DISTINCT FROM to_jsonb(OLD) - ARRAY['updated_at', 'record_status', 'row_version'] THEN
        NEW.row_version := OLD.row_version;
        RETURN NEW;
    END IF;
    IF OLD.record_status = 'LOCKED' THEN
        RAISE EXCEPTION 'this record is locked' USING ERRCODE = 'check_violation', CONSTRAINT = 'record_is_locked',
            HINT = 'unlock it with a reason first';
    END IF;
    IF OLD.record_status = 'VERIFIED' AND NEW.record_status = 'VERIFIED' THEN
        NEW.record_status := 'SUBMITTED';
    END IF;
    NEW.row_version := OLD.row_version + 1;
    RETURN NEW;
"""


def guarded(model: Model) -> Model:
    """Locks hold, versions count and verifications end in the database, so that uploads and forms cannot differ."""
    trigger = pgtrigger.Trigger(name="guard_record", when=pgtrigger.Before, operation=pgtrigger.Update, func=GUARD)
    return pgtrigger.register(trigger)(model)


# Note [Trigger attribution]
# ~~~~~~~~~~~~~~~~~~~~~~~~~~
# Triggers record every write, whoever makes it: forms, COPY, raw SQL. They learn who and why from two settings of the
# transaction, which the application sets and could therefore forge. Three rules close the gaps. The function that
# stores the context runs as the owner (SECURITY DEFINER), so the application needs no right on the trail and has
# none. It inserts a context once and refuses a second, different one under the same id; pghistory's own function
# upserts, by which a later write could give an earlier one another author. And a write without a user and a reason is
# refused, so nothing is ever unattributed. pgtrigger's way to switch triggers off for a session (pgtrigger.ignore)
# would undo all this and is made to answer "never".

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
            USING ERRCODE = 'insufficient_privilege', HINT = 'open registry.access.scope.center_scope with by= and reason=';
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
