from django.urls import path

from registry.admin.actions import act_page
from registry.admin.attachments import attach_page, attachment_file, withdraw_page
from registry.admin.entry.choice_list import choice_list
from registry.admin.entry.drafts import discard_draft_page, keep_draft_page
from registry.admin.entry.printout import printout_page
from registry.admin.field_page import cell_page, field_page
from registry.admin.lists.bulk_acts import bulk_page
from registry.admin.live_values import derive_page
from registry.pages.sign_offs import sign_patient
from registry.web.sessions import stay_page

urlpatterns = [
    path("drafts/", keep_draft_page, name="keep_draft"),
    path("drafts/<int:draft_id>/discard/", discard_draft_page, name="discard_draft"),
    path("attachments/<int:attachment_id>/", attachment_file, name="attachment_file"),
    path("attachments/<int:attachment_id>/withdraw/", withdraw_page, name="withdraw_attachment"),
    path("<slug:entity>/<int:record_id>/attachments/", attach_page, name="attach"),
    path("stay/", stay_page, name="stay"),
    path("choices/<slug:kind>/", choice_list, name="choice_list"),
    path("laboratory/printout/", printout_page, name="printout_page"),
    path("patient/<int:record_id>/act/sign/", sign_patient, name="sign_page"),
    path("bulk/<slug:name>/", bulk_page, name="bulk_page"),
    path("<slug:entity>/<int:record_id>/derive/", derive_page, name="derive_page"),
    path("<slug:entity>/<int:record_id>/act/<slug:name>/", act_page, name="act_page"),
    path("<slug:entity>/<int:record_id>/<slug:variable>/cell/<int:event_id>/", cell_page, name="cell_page"),
    path("<slug:entity>/<int:record_id>/<slug:variable>/", field_page, name="field_page"),
]
