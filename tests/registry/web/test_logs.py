import logging
import sys

from registry.web.logs import WithoutValues


def formatted(error: BaseException) -> str:
    try:
        raise error from ValueError("cause with 张三")
    except type(error):
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "Internal Server Error: /p/", None, sys.exc_info())
    return WithoutValues().format(record)


def test_a_log_says_where_and_what_kind_but_no_value():
    text = formatted(RuntimeError("Key (local_id)=(00123) already exists"))
    assert "Internal Server Error: /p/" in text
    assert "RuntimeError because of ValueError" in text
    assert "test_logs.py" in text
    assert "00123" not in text
    assert "张三" not in text
