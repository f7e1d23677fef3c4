"""Templates lose their indentation and nothing else."""

import pytest
from django.template.loader import get_template

from plays.lean_templates import lean


@pytest.mark.parametrize(
    ("source", "leaner"),
    [
        ("<ul>\n      <li>one  two</li>\n\n\t</ul>\n", "<ul>\n<li>one  two</li>\n\n</ul>\n"),
        ('<svg class="a"\n     width="1">', '<svg class="a"\nwidth="1">'),
        ("<pre>\n  a\n    b</pre>\n  <p>", "<pre>\n  a\n    b</pre>\n<p>"),
        ("<textarea>\n  a</textarea>", "<textarea>\n  a</textarea>"),
        ("{% blocktranslate %}\n  a\n{% endblocktranslate %}\n  b",
         "{% blocktranslate %}\n  a\n{% endblocktranslate %}\nb"),
    ],
)  # fmt: skip
def test_only_what_lines_begin_with_is_left_out(source, leaner):
    assert lean(source) == leaner


def test_the_projects_templates_are_read_so():
    source = get_template("_partials/_pager.html").template.source

    assert "\n  <nav" not in source
    assert "\n<nav" in source
