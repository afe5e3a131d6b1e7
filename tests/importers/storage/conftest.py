"""An upload step by step, as the pages take it."""

import pytest

from importers.models import Upload
from importers.services import check_upload, confirm_upload, receive_upload, store_upload, undo_upload
from registry.access.scope import center_scope
from tests.importers import books


@pytest.fixture
def scope(cast):
    def run(**about):
        return center_scope([cast.center.pk], **{"by": cast.data_manager, "reason": "a test", **about})

    return run


@pytest.fixture
def stage(cast, scope):
    """Received and checked, as the page does it."""

    def run(sheets) -> Upload:
        content = books.workbook(sheets)
        with scope():
            upload = receive_upload(content, filename="march.xlsx", center=cast.center.pk, by=cast.uploader)
        return check_upload(upload.pk, center=cast.center.pk, by=cast.uploader)

    return run


@pytest.fixture
def confirm(cast, scope):
    def run(upload: Upload, **choices) -> Upload:
        with scope():
            upload.refresh_from_db()
            confirm_upload(upload, by=cast.uploader, **{"mode": "WHOLE", **choices})
        if upload.state == "RECEIVED":
            check_upload(upload.pk, center=cast.center.pk, by=cast.uploader)
            with scope():
                upload.refresh_from_db()
                confirm_upload(upload, by=cast.uploader, **{"mode": "WHOLE", **choices})
        return store_upload(upload.pk, center=cast.center.pk, by=cast.uploader)

    return run


@pytest.fixture
def undo(cast):
    def run(upload: Upload) -> Upload:
        return undo_upload(upload.pk, center=cast.center.pk, by=cast.uploader, reason="sent in error")

    return run
