"""What kind of file some bytes are, by what they begin with, where they are none that is read: a refusal names it."""

OTHER_KINDS = (
    (b"%PDF", "a PDF", " PDF 文件"),
    (b"\x89PNG", "a picture", "图片"),
    (b"\xff\xd8\xff", "a picture", "图片"),
    (b"GIF8", "a picture", "图片"),
    (b"II*\x00", "a picture", "图片"),
    (b"MM\x00*", "a picture", "图片"),
    (b"BM", "a picture", "图片"),
    (b"\x1f\x8b", "a compressed file (.gz)", "压缩文件（.gz）"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file (.7z)", "压缩文件（.7z）"),
    (b"Rar!", "a compressed file (.rar)", "压缩文件（.rar）"),
    (b"BZh", "a compressed file (.bz2)", "压缩文件（.bz2）"),
    (b"\xfd7zXZ", "a compressed file (.xz)", "压缩文件（.xz）"),
    (b"{\\rtf", "a text document (.rtf)", "文字文档（.rtf）"),
    (b"SQLite format 3", "a database (SQLite)", "数据库（SQLite）"),
    (b"\x00\x01\x00\x00Standard", "an Access database", " Access 数据库"),
    (b"PAR1", "a Parquet file", " Parquet 文件"),
    (b"ARROW1", "an Arrow file", " Arrow 文件"),
    (b"ASCII SPSS PORT FILE", "a portable SPSS file (.por)", " SPSS 可移植文件（.por）"),
    (b"RDX", "an R data file", " R 数据文件"),
    (b"\x89HDF", "an HDF5 file", " HDF5 文件"),
)
IN_PACKAGES = (
    ("word/", "a Word document", " Word 文档"),
    ("ppt/", "a presentation", "演示文稿"),
    ("index/document.iwa", "an Apple Numbers or Pages file", " Apple Numbers 或 Pages 文件"),
    ("index/", "an Apple Numbers or Pages file", " Apple Numbers 或 Pages 文件"),
    ("content.xml", "an OpenDocument file, but no spreadsheet", " OpenDocument 文件，但不是电子表格"),
)


def other_kind(content: bytes) -> tuple[str, str] | None:
    """Its name in both languages, with its article in English."""
    return next(((en, zh) for start, en, zh in OTHER_KINDS if content.startswith(start)), None)


def other_package(names: "set[str] | dict[str, str]") -> tuple[str, str]:
    found = ((en, zh) for start, en, zh in IN_PACKAGES if any(name.startswith(start) for name in names))
    return next(found, ("a compressed file (.zip)", "压缩文件（.zip）"))
