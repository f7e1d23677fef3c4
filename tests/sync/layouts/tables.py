"""A Play DB whose key's heading is not known."""

HEADINGS = ("번호", "Status", "Activity QTD", "Signal QTD", "Brief QTD", "S2 QTD", "S3 QTD")


def table(*rows, headings=HEADINGS):
    def cells(texts, tag):
        return "".join(f"<{tag}><p>{text}</p></{tag}>" for text in texts)

    body = "".join(f"<tr>{cells([row, *[''] * (len(headings) - 1)], 'td')}</tr>" for row in rows)
    return f"<table><tbody><tr>{cells(headings, 'th')}</tr>{body}</tbody></table>"
