"""The weekly report: quarter on quarter, and the same as a Confluence page, one page per week."""
