"""README as a program reads it: its sections, tables and commands."""

from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def section(heading: str) -> list[str]:
    """The lines below `## heading`, up to the next one of its level; raises ValueError."""
    lines = README.read_text().splitlines()
    below = lines[lines.index(f"## {heading}") + 1 :]
    ends = [number for number, line in enumerate(below) if line.startswith("## ")]
    return below[: ends[0] if ends else None]


def table(heading: str) -> list[dict[str, str]]:
    """The rows of the section's table by column name, without backticks."""
    rows = [_cells(line) for line in section(heading) if line.startswith("|")]
    header, _rule, *body = rows
    return [dict(zip(header, cells, strict=True)) for cells in body]


def command(heading: str) -> str:
    """The section's first code block."""
    _before, block, *_rest = "\n".join(section(heading)).split("```")
    return block.partition("\n")[2].strip()


def _cells(row: str) -> list[str]:
    return [cell.strip().replace("`", "") for cell in row.strip("|").split("|")]
