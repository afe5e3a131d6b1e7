"""Which sheet takes which rows, asked of the one description of the workbook."""

from registry.workbook.sheets import sheet_of

PATIENT = sheet_of("patient").name
ASSESSMENT = sheet_of("assessment").name
LABORATORY = sheet_of("labresult").name
TRANSARTERIAL = sheet_of("transarterialsession").name
ABLATION = sheet_of("ablationsession").name
RESECTION = sheet_of("resection").name
FOLLOW_UP = sheet_of("followup").name
ADVERSE_EVENT = sheet_of("adverseevent").name
SYSTEMIC = sheet_of("systemicagent").name
IMAGING = sheet_of("imagingassessment").name
TRANSPLANT = sheet_of("transplant").name
RADIOTHERAPY = sheet_of("radiotherapy").name
OTHER = sheet_of("othertreatment").name
