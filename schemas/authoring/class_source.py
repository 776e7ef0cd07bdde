"""Read the source text of a team's class: what stands where, which Python does not keep at run time."""

import ast
import inspect
import textwrap
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClassSource:
    """A class as it is written; `line` is that of its first decorator, or of `class`, counted from 1."""

    node: ast.ClassDef
    file: str
    line: int

    def line_of(self, name: str) -> int:
        """The line of the attribute or function `name`; that of the class when it does not define it."""
        for statement in self.node.body:
            if name in names_in(statement):
                return self.line + statement.lineno - 1
        return self.line + self.node.lineno - 1


def class_source(class_: type) -> ClassSource | None:
    """The source of a class; None where there is none (a class made at run time)."""
    try:
        lines, line = inspect.getsourcelines(class_)
        file = inspect.getsourcefile(class_) or ""
        (node, *_) = ast.parse(textwrap.dedent("".join(lines))).body
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    return ClassSource(node, file, max(line, 1)) if isinstance(node, ast.ClassDef) else None


def names_in(statement: ast.stmt) -> tuple[str, ...]:
    """The names that a statement in the body of a class defines."""
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return (name,)
        case ast.Assign(targets=targets):
            return tuple(target.id for target in targets if isinstance(target, ast.Name))
        case _:
            return ()
