"""Reads statements as PostgreSQL does, with the parser of the PostgreSQL server.

Reads one JSON string per line and answers each with one line: {"why": null}, or {"why": "..."} for a
statement that PostgreSQL refuses or reads otherwise than SQLite. The tables are not known here, so
that types are checked only where the text alone decides.
"""
import json
import re
import sys

from pglast import ast, enums, parser, parse_sql
from pglast.visitors import Visitor

# The functions that have the same meaning in both engines, or stand in a spelling for PostgreSQL.
FUNCTIONS = {
    "count", "sum", "max", "min", "format", "replace", "lag", "lead", "length", "row_number",
    "json_build_object", "jsonb_build_object", "gen_random_bytes", "string_agg", "strpos",
}
COMPARISONS = {"=", "<>", "<", ">", "<=", ">="}


class Faults(Visitor):
    def __init__(self):
        super().__init__()
        self.found = []

    def condition(self, node):
        """A number is no condition in PostgreSQL."""
        if isinstance(node, (ast.ColumnRef, ast.ParamRef, ast.FuncCall, ast.CoalesceExpr)):
            self.found.append("a condition that is a number")
        if isinstance(node, ast.A_Const) and isinstance(node.val, ast.Integer):
            self.found.append("a condition that is a number")

    def number(self, node):
        """A condition is no number in PostgreSQL."""
        is_comparison = isinstance(node, ast.A_Expr) and node.name[-1].sval in COMPARISONS
        if is_comparison or isinstance(node, (ast.BoolExpr, ast.NullTest)):
            self.found.append("a number that is a condition")

    def visit_BoolExpr(self, _, node):
        for part in node.args:
            self.condition(part)

    def visit_CaseExpr(self, _, node):
        for when in node.args:
            if node.arg is None:
                self.condition(when.expr)

    def visit_SelectStmt(self, _, node):
        self.condition(node.whereClause)
        self.condition(node.havingClause)

    def visit_InsertStmt(self, _, node):
        for row in getattr(node.selectStmt, "valuesLists", None) or ():
            for value in row:
                self.number(value)

    def visit_UpdateStmt(self, _, node):
        for target in node.targetList:
            self.number(target.val)
        self.condition(node.whereClause)

    def visit_DeleteStmt(self, _, node):
        self.condition(node.whereClause)

    def visit_JoinExpr(self, _, node):
        self.condition(node.quals)

    def visit_A_Expr(self, _, node):
        if node.lexpr is None and node.name[-1].sval == "+":
            self.found.append("a sign that only keeps SQLite from an index")
        if node.kind == enums.A_Expr_Kind.AEXPR_OP and node.name[-1].sval in {"+", "-", "*", "/"}:
            self.number(node.lexpr)
            self.number(node.rexpr)

    def visit_FuncCall(self, _, node):
        name = node.funcname[-1].sval
        if name not in FUNCTIONS:
            self.found.append(f"the function {name}")
        if name in {"max", "min"} and len(node.args or ()) != 1:
            self.found.append(f"{name} of several values, which is greatest or least")
        if name in {"sum", "max", "min"}:
            for part in node.args or ():
                self.number(part)

    def visit_BitString(self, _, node):
        self.found.append("a string of bits, which SQLite reads as a blob")

    def visit_OnConflictClause(self, _, node):
        is_update = node.action == enums.OnConflictAction.ONCONFLICT_UPDATE
        if is_update and node.infer is None:
            self.found.append("ON CONFLICT DO UPDATE without the columns of the conflict")

    def visit_ColumnRef(self, _, node):
        last = node.fields[-1]
        if isinstance(last, ast.String) and last.sval in {"rowid", "oid", "_rowid_"}:
            self.found.append(f"the column {last.sval}")


def why(text):
    if '"' in re.sub(r"'(?:[^']|'')*'", "''", text):
        return "a text in double quotes"
    try:
        statements = parse_sql(re.sub(r"\?(\d+)", r"$\1", text))
    except parser.ParseError as error:
        return str(error)
    faults = Faults()
    faults(statements)
    return "; ".join(faults.found) or None


for line in sys.stdin:
    print(json.dumps({"why": why(json.loads(line))}), flush=True)
