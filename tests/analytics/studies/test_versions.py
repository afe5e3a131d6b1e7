"""Studies of one's own: drafts that several people write, versions that never change, plans locked before outcomes."""

import pytest
from django.core.exceptions import PermissionDenied

from analytics.errors import ProtocolError
from analytics.frame import sha256
from analytics.models import Run, Study, StudyDraft
from analytics.protocol.library import protocol_text
from analytics.protocol.text import parse_protocol
from analytics.studies.acceptance import accept_design
from analytics.studies.drafts import discard_draft, save_draft, save_text, start_draft, start_empty, start_from_library
from analytics.studies.services import add_library_study, run_comparison
from analytics.studies.versions import amendments, freeze_draft, lock_plan, outcomes_opened, versions_of
from registry.access.scope import center_scope
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def own(version: str = "1", *, seed: int = 1) -> str:
    text = protocol_text("an-2025").replace("id: an-2025", "id: own").replace("seed: 1", f"seed: {seed}")
    return text.replace('version: "4"', f'version: "{version}"')


def frozen(cast: Cast, *, version: str = "1", seed: int = 1, reason: str = "") -> Study:
    return freeze_draft(start_draft(own(version, seed=seed), by=cast.statistician), by=cast.statistician, reason=reason)


def test_a_library_study_saved_unchanged_and_frozen_is_the_same_version(cast: Cast) -> None:
    taken_up = add_library_study("an-2025", by=cast.statistician, reason="the tests")
    draft = start_from_library("an-2025", by=cast.statistician)
    content = parse_protocol(draft.text)
    saved = save_draft(draft, content=content, edition=1, base=draft.text, by=cast.statistician)
    assert sha256(saved.draft.text) == sha256(protocol_text("an-2025"))
    assert saved.draft.edition == 1
    assert freeze_draft(draft, by=cast.statistician) == taken_up
    with center_scope([cast.center.pk, cast.other_center.pk]):
        assert not StudyDraft.objects.exists()


def test_a_version_with_another_text_needs_a_number_of_its_own(cast: Cast) -> None:
    frozen(cast)
    with pytest.raises(ProtocolError, match="Give this one a version of its own"):
        frozen(cast, seed=2)
    assert [study.version for study in versions_of("own")] == ["1"]


def test_a_draft_that_is_not_valid_stays_a_draft(cast: Cast) -> None:
    draft = start_empty(by=cast.statistician)
    with pytest.raises(ProtocolError):
        freeze_draft(draft, by=cast.statistician)
    with center_scope(draft.center_ids):
        assert StudyDraft.objects.filter(pk=draft.pk).exists()


def test_two_people_who_edit_lose_nothing(cast: Cast) -> None:
    draft = start_draft(own(), by=cast.statistician)
    base = parse_protocol(draft.text)
    seen = {"edition": 1, "base": draft.text, "by": cast.statistician}
    save_draft(draft, content={**base, "title": "First"}, **seen)
    saved = save_draft(draft, content={**base, "seed": 7}, **seen)
    assert (saved.content["title"], saved.content["seed"], saved.draft.edition) == ("First", 7, 3)
    assert saved.merged is not None
    assert saved.merged.clashes == ()
    saved = save_draft(draft, content={**base, "title": "Second"}, **seen)
    assert saved.content["title"] == "First"
    assert saved.merged is not None
    assert [one.after for one in saved.merged.clashes] == ["Second"]


def test_pasted_text_is_kept_to_the_byte(cast: Cast) -> None:
    draft = start_empty(by=cast.statistician)
    text = own()
    saved = save_text(draft, text=text, edition=1, base=draft.text, by=cast.statistician)
    assert saved.draft.text == text
    with pytest.raises(ProtocolError, match="line 1"):
        save_text(draft, text="a: [", edition=2, base=text, by=cast.statistician)


def test_a_draft_is_of_its_centers_and_of_those_who_run_studies(cast: Cast) -> None:
    draft = start_draft(own(), by=cast.statistician)
    for centers, found in (([cast.center.pk, cast.other_center.pk], 1), ([cast.center.pk], 0), ([], 0)):
        with center_scope(centers):
            assert StudyDraft.objects.filter(pk=draft.pk).count() == found
    for act in (
        lambda: start_empty(by=cast.data_manager),
        lambda: save_draft(draft, content={}, edition=1, base=draft.text, by=cast.investigator),
        lambda: freeze_draft(draft, by=cast.uploader),
        lambda: discard_draft(draft, by=cast.investigator),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_plan_is_locked_before_its_outcomes_and_then_changes_with_a_reason_alone(make_case, cast: Cast) -> None:
    study = frozen(cast)
    lock_plan(study, by=cast.statistician)
    with pytest.raises(ProtocolError, match="State why it changes"):
        frozen(cast, version="2", seed=2)
    later = frozen(cast, version="2", seed=2, reason="The seed of the pilot.")
    study.refresh_from_db()
    assert study.locked_by == cast.statistician
    assert [(one.version, one.reason) for one in amendments(versions_of("own"))] == [("2", "The seed of the pilot.")]
    assert later.locked_at is None


def test_a_plan_whose_outcomes_were_opened_cannot_be_locked_and_its_change_needs_a_reason(
    make_case, cast: Cast
) -> None:
    for number in range(8):
        place = [cast.center, cast.other_center][number % 2]
        make_case(f"{number}", arm="resection" if number < 4 else "ablation", center=place, sex="MF"[number // 2 % 2])
    study = frozen(cast)
    run = run_comparison(study, by=cast.statistician, reason="the tests")
    assert not outcomes_opened("own")
    accept_design(run, by=cast.statistician, reason="the tests")
    with center_scope([]):  # also for those who may not see the run
        assert not Run.objects.exists()
        assert outcomes_opened("own")
    with pytest.raises(ProtocolError, match="can no longer be locked"):
        lock_plan(study, by=cast.statistician)
    with pytest.raises(ProtocolError, match="State why it changes"):
        frozen(cast, version="2", seed=2)
