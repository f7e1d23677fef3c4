"""README and its tables in docs/ as a program reads them."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"


def section(heading: str) -> list[str]:
    """The lines below `## heading`, up to the next one of its level; raises ValueError."""
    lines = README.read_text().splitlines()
    below = lines[lines.index(f"## {heading}") + 1 :]
    ends = [number for number, line in enumerate(below) if line.startswith("## ")]
    return below[: ends[0] if ends else None]


def table(document: str) -> list[dict[str, str]]:
    """The rows of the one table of `docs/<document>` by column name, without backticks."""
    lines = (ROOT / "docs" / document).read_text().splitlines()
    header, _rule, *body = [_cells(line) for line in lines if line.startswith("|")]
    return [dict(zip(header, cells, strict=True)) for cells in body]


def command(heading: str) -> str:
    """The section's first code block."""
    _before, block, *_rest = "\n".join(section(heading)).split("```")
    return block.partition("\n")[2].strip()


def _cells(row: str) -> list[str]:
    return [cell.strip().replace("`", "") for cell in row.strip("|").split("|")]
