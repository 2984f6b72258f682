# SPDX-License-Identifier: GPL-2.0-or-later
"""The mutants of one C file: small faults, each made at one node of its syntax tree."""
import bisect
import dataclasses
import re

try:
    from clang.cindex import Cursor, CursorKind, Index, TokenKind, TranslationUnit
except ImportError:
    raise SystemExit("mutate: needs libclang for Python (Debian: apt-get install python3-clang-14)") from None

COMPARISONS = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"),
               "==": ("!=",), "!=": ("==",)}
ARITHMETIC = {"+": ("-",), "-": ("+",)}
# seq_before(a, b) is the < of numbers that wrap.
WRAPPING_COMPARISON = "seq_before"
# What a connection has two of; a name is swapped word by word.
PAIRS = (("sender", "peer"), ("client", "server"), ("src", "dst"), ("source", "destination"),
         ("sent", "received"))
WHOLE_NAMES = (("a", "b"), ("HS_SIDE_A", "HS_SIDE_B"))
CONTEXT_MAX = 120


@dataclasses.dataclass(frozen=True)
class Mutant:
    path: str
    line: int
    function: str
    start: int
    end: int
    replacement: str
    change: str  # what the reader sees: "before -> after"

    def apply(self, source):
        return source[:self.start] + self.replacement.encode() + source[self.end:]


def swap_name(name):
    """The name of the other side, or None."""
    for one, other in (*WHOLE_NAMES, *(pair[::-1] for pair in WHOLE_NAMES)):
        if name == one:
            return other
    words = name.split("_")
    for pair in PAIRS:
        for one, other in (pair, pair[::-1]):
            for old, new in ((one, other), (one.upper(), other.upper())):
                if old in words:
                    return "_".join(new if word == old else word for word in words)
    return None


class File:
    """One source file, parsed."""

    def __init__(self, path, shown, flags):
        options = TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD
        unit = Index.create().parse(path, args=flags, options=options)
        errors = [error for error in unit.diagnostics if error.severity >= error.Error]
        if errors:
            raise SystemExit(f"mutate: {errors[0]}")
        self.shown = shown
        with open(path, "rb") as file:
            self.source = file.read()
        self.tokens = [(token.extent.start.offset, token.extent.end.offset, token.spelling)
                       for token in unit.get_tokens(extent=unit.cursor.extent)
                       if token.kind != TokenKind.COMMENT]
        self.starts = [token[0] for token in self.tokens]
        self.mutants = {}
        self.function = ""
        own = [node for node in unit.cursor.get_children()
               if node.location.file and node.location.file.name == path]
        self.macros = {node.extent.start.offset: node.extent.end.offset for node in own
                       if node.kind == CursorKind.MACRO_INSTANTIATION}
        for node in own:
            if node.kind == CursorKind.MACRO_DEFINITION:
                self.function = node.spelling
                self.mutate_number(self.span(node)[0] + len(node.spelling), self.span(node))
            elif node.kind in (CursorKind.FUNCTION_DECL, CursorKind.ENUM_DECL, CursorKind.VAR_DECL):
                self.function = node.spelling
                self.visit(node, [])

    # ---- text ----

    def span(self, node):
        return node.extent.start.offset, node.extent.end.offset

    def text(self, node):
        start, end = self.span(node)
        return self.source[start:end].decode()

    def token_from(self, offset):
        """The first token at an offset or after it."""
        index = bisect.bisect_left(self.starts, offset)
        return self.tokens[index] if index < len(self.tokens) else (offset, offset, "")

    def is_macro(self, node):
        """Whether the node is all from a macro: its text is not that of the node."""
        start, end = self.span(node)
        return end <= self.macros.get(start, -1) or start >= end

    def add(self, start, end, replacement, context, change=None):
        """context: the span that is shown, before and after, unless change says more."""
        first, last = context
        if last - first > CONTEXT_MAX:
            first = self.source.rfind(b"\n", 0, start) + 1
            last = self.source.find(b"\n", end)
        before = self.source[first:last].decode()
        after = (self.source[first:start] + replacement.encode() + self.source[end:last]).decode()
        if replacement == self.source[start:end].decode():
            return
        line = self.source.count(b"\n", 0, start) + 1
        change = " ".join((change or f"{before} -> {after}").split())
        self.mutants[start, end, replacement] = Mutant(self.shown, line, self.function, start, end,
                                                       replacement, change)

    # ---- nodes ----

    def visit(self, node: Cursor, parents):
        children = list(node.get_children())
        if node.kind == CursorKind.CASE_STMT:
            children = children[1:]
        if node.kind == CursorKind.PARM_DECL:
            return
        if not self.is_macro(node):
            self.mutate(node, children, parents)
        elif node.kind == CursorKind.INTEGER_LITERAL and self.text(node) in ("true", "false"):
            self.replace(node, {"true": "false", "false": "true"}[self.text(node)], parents)
        for child in children:
            self.visit(child, [*parents, node])

    def context(self, node, parents):
        """The nearest thing around a node that says more than the node itself."""
        for parent in reversed(parents):
            if len(self.text(parent)) > len(self.text(node)) + 2:
                return self.span(parent)
        return self.span(node)

    def replace(self, node, replacement, parents):
        self.add(*self.span(node), replacement, self.context(node, parents))

    def mutate(self, node, children, parents):
        kind = node.kind
        if kind == CursorKind.BINARY_OPERATOR:
            self.mutate_operator(node, children, parents)
        elif kind == CursorKind.UNARY_OPERATOR and self.text(node).startswith("!"):
            self.add(*self.span(node), self.text(children[0]), self.span(node))
        elif kind == CursorKind.INTEGER_LITERAL:
            self.mutate_number(self.span(node)[0], self.context(node, parents))
        elif kind == CursorKind.IF_STMT:
            for constant in "01":
                self.add(*self.span(children[0]), constant, self.span(node),
                         f"if ({self.text(children[0])}) -> if ({constant})")
        elif kind == CursorKind.CONDITIONAL_OPERATOR:
            for child in children[1:]:
                self.add(*self.span(node), self.text(child), self.span(node))
        elif kind == CursorKind.CALL_EXPR:
            self.mutate_call(node)
        elif kind in (CursorKind.DECL_REF_EXPR, CursorKind.MEMBER_REF_EXPR):
            self.swap(node, parents)

    def operator(self, node):
        """The operator of a binary expression: where it begins and ends, and what it is."""
        return self.token_from(self.span(next(node.get_children()))[1])

    def is_chain(self, node, operator):
        return (node.kind == CursorKind.BINARY_OPERATOR and not self.is_macro(node) and
                self.operator(node)[2] == operator)

    def operands(self, node, operator):
        """Those of a && b && c; node: the whole, or one of them."""
        if not self.is_chain(node, operator):
            return [node]
        left, right = node.get_children()
        return [*self.operands(left, operator), right]

    def mutate_operator(self, node, children, parents):
        start, end, operator = self.operator(node)
        for other in COMPARISONS.get(operator, ()) + ARITHMETIC.get(operator, ()):
            self.add(start, end, other, self.span(node))
        is_left = self.is_chain(parents[-1], operator) and self.span(parents[-1])[0] == self.span(node)[0]
        if operator in ("&&", "||") and not is_left:
            operands = self.operands(node, operator)
            for index, operand in enumerate(operands):
                first, last = self.span(operand)
                if index > 0:
                    first = self.span(operands[index - 1])[1]
                else:
                    last = self.span(operands[1])[0]
                self.add(first, last, "", self.span(node), f"{self.text(operand)} -> dropped")

    def mutate_number(self, offset, context):
        start, end, text = self.token_from(offset)
        match = re.fullmatch(r"(0[xX][0-9a-fA-F]+|[0-9]+)([uUlL]*)", text)
        if not match:
            return
        number = int(match[1], 16 if match[1][:2] in ("0x", "0X") else 10)
        for other in (number + 1, number - 1):
            if other >= 0:
                self.add(start, end, f"{other}{match[2]}", context)

    def mutate_call(self, node):
        arguments = list(node.get_arguments())
        if node.spelling == WRAPPING_COMPARISON and len(arguments) == 2:
            swapped = f"!{node.spelling}({self.text(arguments[1])}, {self.text(arguments[0])})"
            self.add(*self.span(node), swapped, self.span(node))
        for argument in arguments:
            if argument.type.get_canonical().spelling == node.type.get_canonical().spelling:
                self.add(*self.span(node), self.text(argument), self.span(node))

    def swap(self, node, parents):
        other = swap_name(node.spelling)
        end = self.span(node)[1]
        start = end - len(node.spelling)
        if other and self.source[start:end].decode() == node.spelling:
            self.add(start, end, other, self.context(node, parents))


def make_mutants(path, shown, flags):
    """All mutants of a file, in its order. shown: how its name is printed."""
    mutants = File(path, shown, flags).mutants
    return [mutants[key] for key in sorted(mutants)]
