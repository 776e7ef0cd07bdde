"""What is wrong with a text in the mapping language, and where."""

from connectors.errors import BindingInvalid


class MappingInvalid(BindingInvalid):
    """A selection, body or template cannot be read; `line` and `column` are 1-based places in its text."""

    def __init__(self, message: str, text: str, offset: int) -> None:
        self.line = text.count("\n", 0, offset) + 1
        self.column = offset - (text.rfind("\n", 0, offset) + 1) + 1
        super().__init__(f"line {self.line}, column {self.column}: {message}")
