"""People's columns of the Play DB page, pulled in here: the page stays where people edit them."""
