"""Units in the words of everyday files, which are no unit's official spelling: 公斤, 克/升, mmHg."""

import re

WORDS = {"毫米汞柱": "mm[Hg]", "毫摩尔": "mmol", "微摩尔": "umol", "纳摩尔": "nmol", "皮摩尔": "pmol", "摩尔": "mol"}
WORDS |= {
    "公斤": "kg",
    "千克": "kg",
    "毫克": "mg",
    "微克": "ug",
    "纳克": "ng",
    "皮克": "pg",
    "克": "g",
    "市斤": "斤",
    "磅": "lb",
}
WORDS |= {"微升": "uL", "毫升": "mL", "分升": "dL", "公升": "L", "升": "L"}
WORDS |= {"厘米": "cm", "公分": "cm", "毫米": "mm", "米": "m"}
WORDS |= {"千国际单位": "kIU", "毫国际单位": "mIU", "微国际单位": "uIU", "国际单位": "IU", "单位": "U", "毫当量": "mEq"}
WORDS |= {"拷贝": "copies", "秒钟": "s", "秒": "s", "分钟": "min", "小时": "h", "天": "d", "日": "d"}
WORDS |= {"包年": "a", "包·年": "a", "年": "a", "戈瑞": "Gy", "吉贝可": "GBq", "毫居里": "mCi", "瓦": "W"}
WORDS |= {"摄氏度": "Cel", "度": "Cel", "每": "/", "个": ""}
ANY_WORD = re.compile("|".join(sorted(map(re.escape, WORDS), key=len, reverse=True)))
WHOLE = {"mmhg": "mm[Hg]", "°c": "Cel", "c": "Cel", "iu/l": "U/L", "sec": "s", "seconds": "s", "hours": "h", "hr": "h"}
WHOLE |= {
    "days": "d",
    "day": "d",
    "minutes": "min",
    "years": "a",
    "pack-years": "a",
    "pack years": "a",
    "g/24h": "g/(24.h)",
}
COUNTED = re.compile(r"\s*(?:个|枚|次|处|针|分|颗|灶|线|例)")


def usual_unit(typed: str) -> str:
    """The unit in its usual spelling; as typed where it has no everyday word.

    >>> usual_unit("克/升"), usual_unit("万/微升"), usual_unit("mmHg"), usual_unit("ng/mL")
    ('g/L', '万/uL', 'mm[Hg]', 'ng/mL')
    """
    unit = ANY_WORD.sub(lambda word: WORDS[word[0]], typed)
    return WHOLE.get(unit.casefold(), unit)
