"""What a mapped upload can be told besides what any upload is told, each sentence once and in both languages. PURE."""

from importers.files.messages import Message

NO_MAPPED_SHEET = Message(
    "M-SHEET",
    "No sheet fits the mapping “{mapping}”. The file has: {found}. Choose another mapping, or correct its sheet and header row.",
    "没有工作表符合映射“{mapping}”。文件包含：{found}。请选择其他映射，或更正其中的工作表与表头行。",
)
LACKING_HEADERS = Message(
    "M-HEADER",
    "The mapping reads columns that this sheet does not have: {found}. Correct the headers, or the mapping.",
    "映射所读取的列在该工作表中不存在：{found}。请更正表头或映射。",
    is_warning=True,
)
UNREAD_HEADERS = Message(
    "M-UNREAD",
    "The mapping says nothing of these columns, so they were not read: {found}. Map them, or list them under ignored.",
    "映射未提及以下列，因此未读取：{found}。请加入映射，或列入 ignored。",
    is_warning=True,
)
UNKNOWN_VALUE = Message(
    "M-VALUE",
    "The mapping does not know the value “{found}” of column “{header}”. Say once what it means: a code, a reason, or refuse.",
    "映射中没有列“{header}”的值“{found}”。请在映射中说明其含义：代码、缺失原因或 refuse。",
)
REFUSED_VALUE = Message(
    "M-REFUSED",
    "The mapping refuses the value “{found}” of column “{header}”. Correct it in the file.",
    "映射拒绝列“{header}”的值“{found}”。请在文件中更正。",
)
NO_LIMIT = Message(
    "M-LIMIT",
    "“{found}” means below the limit of detection, but the mapping gives no limit for column “{header}”. Add limit to it.",
    "“{found}”表示低于检测下限，但映射未给出列“{header}”的下限。请补充 limit。",
)
NO_UNIT = Message(
    "M-UNIT",
    "No unit rule of column “{header}” fits “{found}”. Add a rule to the mapping, or write the unit behind the number.",
    "列“{header}”的单位规则均不适用于“{found}”。请在映射中增加规则，或在数值后写明单位。",
)
NO_PARTS = Message(
    "M-SPLIT",
    "“{found}” in column “{header}” cannot be divided at “{by}” as the mapping says. Correct the cell.",
    "列“{header}”的“{found}”无法按映射以“{by}”拆分。请更正该单元格。",
)
NO_SHIFT = Message(
    "M-TIME",
    "“{found}” in column “{header}” is not a number of {unit}, so no date can be computed. Correct the cell.",
    "列“{header}”的“{found}”不是时间数值（{unit}），无法推算日期。请更正该单元格。",
)
DIFFERENT_ROWS = Message(
    "M-DIFFERS",
    "{column}: row {row} says “{found}”, row {first} says “{other}”. The latter is kept. Correct the rows if it is wrong.",
    "{column}：第 {row} 行为“{found}”，第 {first} 行为“{other}”；采用后者。如有误，请更正相应的行。",
    is_warning=True,
)
