"""What operators read."""

import logging

from federation.cli.log_lines import LineFormatter


def test_fields_follow_the_message_on_one_line() -> None:
    record = logging.getLogger("x").makeRecord(
        "x",
        logging.WARNING,
        "f",
        1,
        "a call failed",
        (),
        None,
        extra={"service": "orders", "detail": "not\nreached here"},
    )

    line = LineFormatter().format(record)

    assert line.endswith(r'WARNING x: a call failed service=orders detail="not\nreached here"')
    assert "\n" not in line
