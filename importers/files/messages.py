"""What an upload can be told, each sentence once and in both languages: what was found, and what to do.

Codes V-B.. and V-U.. are the data dictionary's; the others name what only a file can get wrong.
"""

from importers.files.message import LONGEST_QUOTE as LONGEST_QUOTE
from importers.files.message import Listed as Listed
from importers.files.message import Message as Message
from importers.files.message import Problem as Problem

# The file as a whole: nothing of it can be read.
EMPTY_FILE = Message("F-EMPTY", "The file is empty. Upload the workbook again.", "文件为空。请重新上传工作簿。")
TOO_LARGE = Message(
    "F-LARGE",
    "The file is {megabytes} MB; the limit is {limit} MB. Split it into several workbooks.",
    "文件大小为 {megabytes} MB，上限为 {limit} MB。请拆分为多个工作簿。",
)
HTML_FILE = Message(
    "F-HTML",
    "This is a web page saved with an Excel extension, not a workbook. Open it in Excel and save it as .xlsx.",
    "这是改名为 Excel 的网页文件，不是工作簿。请在 Excel 中打开并另存为 .xlsx。",
)
TEXT_FILE = Message(
    "F-TEXT",
    "This is a text file saved with an Excel extension, not a workbook. Rename it to .csv, or save it as .xlsx in Excel.",
    "这是文本文件，与文件名不符，不是 Excel 工作簿。请将扩展名改为 .csv，或在 Excel 中另存为 .xlsx。",
)
UNKNOWN_ENCODING = Message(
    "F-ENCODING",
    "This text file is encoded in neither UTF-8 nor GB18030. Save it as “CSV UTF-8” in Excel.",
    "文本文件既不是 UTF-8 编码也不是 GB18030 编码。请在 Excel 中另存为“CSV UTF-8”。",
)
GUESSED_ENCODING = Message(
    "F-ENCODING",
    "The text was read as GB18030 (Chinese Windows). Confirm only if this looks right: {found}",
    "文本按 GB18030（中文 Windows）编码读取。请确认以下内容无误后再继续：{found}",
    is_warning=True,
)
NOT_A_WORKBOOK = Message(
    "F-TYPE",
    "This is not a file that can be read here. Upload an Excel workbook (.xlsx), or a .csv, .ods, SPSS, SAS or Stata file.",
    "无法读取这种文件。请上传 Excel 工作簿（.xlsx），或 .csv、.ods、SPSS、SAS、Stata 文件。",
)
OTHER_KIND = Message(
    "F-TYPE",
    "This is {kind}, which cannot be read here. Open it in the program that wrote it and save the table as an Excel workbook (.xlsx).",
    "这是{kind_zh}，无法读取。请用生成该文件的软件打开，将表格另存为 Excel 工作簿（.xlsx）。",
)
BINARY_WORKBOOK = Message(
    "F-XLSB",
    "In a binary workbook (.xlsb), error values read as blank and number formats such as percentages are not seen. Check percentages, or save as .xlsx.",
    "这是二进制工作簿（.xlsb）：错误值会读作空白，且无法识别百分比等数字格式。请核对百分比，或另存为 .xlsx。",
    is_warning=True,
)
DATA_SET = Message(
    "F-DATASET",
    "The file is a data set of {kind}: values with a label are read as their label, and values declared as missing as blank.",
    "这是 {kind} 数据集：带标签的值按标签读取，声明为缺失的值读作空白。",
    is_warning=True,
)
NO_ROWS = Message(
    "F-NO-ROWS",
    "The file has headers but no rows below them. Fill in the rows, save the file and upload it again.",
    "文件只有表头，没有数据行。请填写并保存后重新上传。",
)
LOST_SHEET = Message(
    "S-LOST",
    "The workbook lists sheet {sheet}, but its content is missing from the file. Open the workbook in Excel, save it and upload it again.",
    "工作簿列有工作表 {sheet}，但文件中没有其内容。请在 Excel 中打开并保存后重新上传。",
)
LEGACY_WORKBOOK = Message(
    "F-XLS",
    "The workbook is in the old .xls format: error values and formulas without a result are read as blank. Prefer .xlsx.",
    "这是旧版 .xls 工作簿，其中的错误值和无结果的公式会读作空白。建议使用 .xlsx。",
    is_warning=True,
)
ENCRYPTED = Message(
    "F-ENCRYPTED",
    "The workbook is password-protected. Remove the password in Excel and save it again.",
    "工作簿已加密。请在 Excel 中取消密码后重新保存。",
)
DAMAGED = Message(
    "F-DAMAGED",
    "The workbook is damaged or incomplete. Open it in Excel, save it and upload it again.",
    "工作簿已损坏或不完整。请在 Excel 中打开并重新保存后上传。",
)
DAMAGED_DATA_SET = Message(
    "F-DAMAGED",
    "The data set is damaged or incomplete. Export it again, or export it as .csv.",
    "数据集已损坏或不完整。请重新导出，或导出为 .csv。",
)
OVER_LIMITS = Message(
    "F-LIMITS",
    "Reading the file exceeded the memory or time limit. Copy the tables into a new workbook and upload that.",
    "读取该文件占用的内存或时间超出限制。请将表格复制到新的工作簿后重新上传。",
)
LINKED = Message(
    "F-LINKS",
    "The workbook links to other files. The values last saved in this workbook were used. Check them.",
    "工作簿引用了其他文件，其数值以本文件最后保存的结果为准。请核对。",
    is_warning=True,
)
BOMB = Message(
    "F-INFLATED",
    "The workbook is {megabytes} MB when uncompressed; the limit is {limit} MB. Delete empty or unneeded sheets.",
    "工作簿解压后为 {megabytes} MB，上限为 {limit} MB。请删除空白或无用的工作表。",
)
TOO_MANY_PARTS = Message(
    "F-PARTS",
    "The workbook contains {count} internal parts; the limit is {limit}. Copy the tables into a new workbook.",
    "工作簿包含 {count} 个内部部件，上限为 {limit} 个。请将表格复制到新的工作簿。",
)
MACROS = Message(
    "F-MACROS",
    "The workbook contains macros. Save it as .xlsx without macros.",
    "工作簿包含宏。请另存为不含宏的 .xlsx。",
)
DOCTYPE = Message(
    "F-DOCTYPE",
    "The workbook contains a document type declaration, which Excel never writes. Save it again in Excel.",
    "工作簿包含 Excel 不会写入的文档类型声明（DOCTYPE）。请在 Excel 中重新保存。",
)
TOO_WIDE = Message(
    "F-RANGE",
    "Sheet {sheet} has content as far out as cell {cell}. Delete everything outside the table and save the file again.",
    "工作表 {sheet} 在 {cell} 处仍有内容，超出范围。请删除表格以外的内容后重新保存。",
)
NO_KNOWN_SHEET = Message(
    "F-SHEETS",
    "No sheet was recognized. Sheets in the file: {found}. Use the template, or map one of these sheets on the page of the upload.",
    "没有可识别的工作表。文件中的工作表：{found}。请使用模板，或在该上传的页面上为其中一个工作表建立映射。",
)
OTHER_CENTER = Message(
    "F-CENTER",
    "The workbook belongs to center {found} but was uploaded for center {center}. Select the correct center or file.",
    "工作簿属于中心 {found}，但上传到了中心 {center}。请选择正确的中心或文件。",
)
OTHER_VERSION = Message(
    "V-B01",
    "The workbook uses template version {found}; this registry uses version {version}. Download the current template.",
    "工作簿使用模板版本 {found}，本系统使用版本 {version}。请重新下载模板。",
)

OLDER_TEMPLATE = Message(
    "V-B15",
    "The workbook was made from template version {found}; the current version is {version}. It was read, but lacks newer columns. Download the current template for the next upload.",
    "工作簿使用旧版模板（版本 {found}，当前版本 {version}）。已读取，但缺少新增列。下次上传请下载最新模板。",
    is_warning=True,
)

# Sheets and columns.
UNKNOWN_SHEET = Message(
    "S-UNKNOWN",
    "The sheet was not recognized and was ignored. Rename it as in the template or delete it.",
    "无法识别该工作表，未读取。请按模板命名或删除。",
)
HIDDEN_SHEET = Message(
    "S-HIDDEN",
    "The sheet is hidden in Excel but was read. Unhide it and check that it should be uploaded.",
    "该工作表在 Excel 中为隐藏状态，但已读取。请取消隐藏并确认是否应上传。",
    is_warning=True,
)
HIDDEN_ROWS = Message(
    "S-HIDDEN",
    "{count} rows are hidden in Excel ({found}) but were read. Unhide them and check that they should be uploaded.",
    "有 {count} 行在 Excel 中被隐藏（{found}），但已读取。请取消隐藏并确认是否应上传。",
    is_warning=True,
)
HIDDEN_COLUMNS = Message(
    "S-HIDDEN",
    "{count} columns are hidden in Excel ({found}) but were read. Unhide them and check that they should be uploaded.",
    "有 {count} 列在 Excel 中被隐藏（{found}），但已读取。请取消隐藏并确认是否应上传。",
    is_warning=True,
)
EMPTY_SHEET = Message(
    "S-EMPTY",
    "The sheet has a header but no rows below it. Fill it in, or delete it if there is nothing to upload.",
    "该工作表只有表头，没有数据行。请填写；如无需上传，可删除该工作表。",
    is_warning=True,
)
REPEATED_SHEET = Message(
    "S-TWICE",
    "The sheet holds the same type of records as sheet {other}. Keep only one of them.",
    "该工作表与工作表 {other} 内容类型相同。请只保留一个。",
)
NO_HEADER = Message(
    "S-HEADER",
    "No header row was found in the first {rows} rows. Keep the row of variable names from the template.",
    "前 {rows} 行内未找到表头。请保留模板中的变量名行。",
)
MERGED = Message(
    "S-MERGED",
    "Cells {found} are merged. Unmerge them and fill in each cell.",
    "单元格 {found} 已合并。请取消合并并逐格填写。",
)
MISSING_COLUMN = Message("V-B01", "Required column {column} is missing. Add it.", "缺少必填列 {column}。请补充。")
UNKNOWN_COLUMN = Message(
    "S-COLUMN", "Column “{found}” was not recognized and was ignored.", "无法识别列“{found}”，未读取。", is_warning=True
)
SUGGESTED_COLUMN = Message(
    "S-COLUMN",
    "Column “{found}” was not recognized and was ignored. If it is {suggested}, map it once for all future uploads.",
    "无法识别列“{found}”，未读取。如果它对应 {suggested}，请为其指定对应关系，以后的上传将沿用。",
    is_warning=True,
)
PERSONAL_COLUMN = Message(
    "S-PERSONAL",
    "Column {found} holds names, ID card or telephone numbers. It was discarded, not stored. Delete it before uploading.",
    "列 {found} 含姓名、身份证号或电话等个人身份信息，已直接丢弃，未予保存。今后请先删除再上传。",
    is_warning=True,
)
REPEATED_COLUMN = Message(
    "S-COLUMNS",
    "Column {column} appears twice, in {first} and {second}. Keep only one.",
    "列 {column} 出现两次（{first} 和 {second}）。请只保留一列。",
)
UNNAMED_COLUMN = Message(
    "S-UNNAMED",
    "Column {found} has values but no header and was ignored. Add a header or delete the column.",
    "列 {found} 有内容但没有表头，未读取。请补充表头或删除该列。",
)

# Single cells.
REQUIRED = Message("C-REQUIRED", "This value is required. Enter it.", "此处必填。请填写。")
NOT_A_DATE = Message(
    "C-DATE", "“{found}” is not a valid date. Enter it as YYYY-MM-DD.", "“{found}”不是日期。请按 YYYY-MM-DD 填写。"
)
AMBIGUOUS_DATE = Message(
    "C-DATE-ORDER",
    "“{found}” is ambiguous: it could be day/month or month/day. Enter it as YYYY-MM-DD.",
    "“{found}”无法区分日/月或月/日。请按 YYYY-MM-DD 填写。",
)
PARTIAL_DATE = Message(
    "C-DATE-PART",
    "“{found}” has no day; a full date is required here. Enter it as YYYY-MM-DD.",
    "“{found}”缺少日，此处需要完整日期。请按 YYYY-MM-DD 填写。",
)
NO_SUCH_DAY = Message(
    "C-DATE",
    "“{found}” is not a day of the calendar. Correct the date.",
    "“{found}”在日历上不存在。请更正。",
)
DATE_TOO_FAR = Message(
    "C-DATE-YEAR",
    "“{found}” is outside the years {first}–{last}. Correct the date.",
    "“{found}”超出 {first}–{last} 年范围。请更正。",
)
NOT_A_NUMBER = Message(
    "V-U13",
    "“{found}” is not a number. Enter digits with a decimal point, such as 12.5.",
    "“{found}”不是数字。请用数字和小数点填写，如 12.5。",
)
DECIMAL_COMMA = Message(
    "V-U13",
    "“{found}” is ambiguous: it could be {point} or {thousands}. Use a decimal point.",
    "“{found}”可能是 {point} 或 {thousands}。请使用小数点。",
)
NO_COMPARATOR = Message(
    "C-COMPARATOR",
    "“{found}” has a comparison sign, which this column does not accept. Enter a number.",
    "“{found}”带有比较符号，此列不接受。请填写数字。",
)
UNKNOWN_UNIT = Message(
    "V-U23", "Unit “{found}” was not recognized. Use one of: {allowed}.", "无法识别单位“{found}”。可用单位：{allowed}。"
)
NOT_WHOLE = Message("C-WHOLE", "{found} is not a whole number. Correct the value.", "{found} 不是整数。请更正。")
OUT_OF_RANGE = Message(
    "V-U01",
    "{found} is outside the possible range {low}–{high} {unit}. Correct the value.",
    "{found} 超出可能范围 {low}–{high} {unit}。请更正。",
)
UNKNOWN_CODE = Message(
    "V-B04",
    "“{found}” is not an allowed code. Use one of: {allowed}.",
    "“{found}”不在编码表中。可用编码：{allowed_zh}。",
)
TOO_LONG = Message(
    "C-LONG",
    "The text has {length} characters; the limit is {limit}. Shorten it.",
    "文本有 {length} 个字符，上限为 {limit}。请缩短。",
)
NOT_TEXT = Message(
    "C-TEXT",
    "The cell contains characters that cannot be stored. Retype the value.",
    "单元格含有无法保存的字符。请重新输入。",
)
ERROR_CELL = Message(
    "C-ERROR", "The cell contains the error {found}. Enter the actual value.", "单元格为错误值 {found}。请填写实际值。"
)
NO_RESULT = Message(
    "C-FORMULA",
    "The cell contains a formula without a stored result. Open and save the workbook in Excel, or enter the value.",
    "单元格公式没有计算结果。请在 Excel 中打开并保存，或直接填写数值。",
)
NAMES_A_PERSON = Message(
    "C-PERSONAL",
    "The cell appears to contain an ID card or telephone number. Remove it.",
    "单元格含有疑似身份证号或电话号码的内容。请删除。",
)
LIKE_IDENTIFIER = Message(
    "V-B13",
    "“{found}” differs from “{other}” ({where}) only in case, spaces or leading zeros. If both are the same patient, use one spelling.",
    "“{found}”与“{other}”（{where_zh}）仅大小写、空格或前导零不同。如为同一患者，请统一写法。",
    is_warning=True,
)
NUMERIC_IDENTIFIER = Message(
    "C-ID-NUMBER",
    "The identifiers are stored as numbers, so leading zeros may have been lost. Format the column as text.",
    "编号以数字格式保存，前导零可能丢失。请将该列设为文本格式。",
    is_warning=True,
)

# Rows and records.
NOT_A_RECORD = Message(
    "V-B14",
    "Row {row} is no record but a total, a heading or a note (“{found}”). It was not read. Delete it.",
    "第 {row} 行不是记录，而是合计、标题或备注（“{found}”），未读取。请删除该行。",
)
DUPLICATE_ROW = Message(
    "V-B03",
    "Row {row} repeats row {first} in every column. Delete one of them.",
    "第 {row} 行与第 {first} 行的内容完全相同。请删除其中一行。",
)
SAME_KEY = Message(
    "V-B03",
    "Row {row} has the same key as row {first} ({key}) but differs in {columns}. If they describe different patients or "
    "events, correct the key; otherwise keep the row that is right.",
    "第 {row} 行与第 {first} 行的关键字段（{key}）相同，但 {columns} 不同。如果是不同的患者或事件，请更正关键字段；否则请只保留正确的一行。",
)
NAMES_OTHER_CENTER = Message(
    "V-B17",
    "Row {row} names center {found}, but the workbook was uploaded for center {center}. Remove the row and upload it for its "
    "own center.",
    "第 {row} 行写明的中心是 {found}，而工作簿是为中心 {center} 上传的。请删除该行，并在其所属中心上传。",
)
OTHER_PERSON = Message(
    "V-B16",
    "Patient {patient} is stored with {stored}; this row says {given}. Is this the same person? If not, correct the study "
    "number.",
    "患者 {patient} 在库中为 {stored}，本行为 {given}。是同一患者吗？如果不是，请更正研究编号。",
    is_warning=True,
)
CONFLICTING_ROW = Message(
    "S-CONFLICT",
    "Rows {row} and {first} describe the same record but differ in {column}. Make them consistent.",
    "第 {row} 行与第 {first} 行描述同一记录，但 {column} 不一致。请统一。",
)
NO_PATIENT = Message(
    "V-B02",
    "Row {row}: patient {found} was not found in this workbook or in the registry. Add the patient.",
    "第 {row} 行：患者 {found} 不在本工作簿，也未登记。请先添加患者。",
)
NO_ASSESSMENT = Message(
    "V-B02",
    "Row {row}: assessment {found} was not found in this workbook or in the registry. Add the assessment.",
    "第 {row} 行：评估 {found} 不在本工作簿，也未登记。请先添加评估。",
)
INCOMPLETE_RECORD = Message(
    "C-REQUIRED",
    "{column} is required when any of {others} is entered. Enter it.",
    "填写了 {others} 中任一项时，{column} 必填。请填写。",
)
REPEATED_IN_ROW = Message(
    "V-B03",
    "“{found}” appears twice in this row. Keep one entry with the total dose.",
    "本行中“{found}”出现两次。请只保留一次，并填写总剂量。",
)
SHARED_HOSPITAL_NUMBER = Message(
    "C-HOSPITAL-NO",
    "The hospital number in row {row} also belongs to another patient ({other}). Correct one of them.",
    "第 {row} 行的住院号同时属于另一患者（{other}）。请更正。",
)
