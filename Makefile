# The seven things one does here. Each also runs without make: see the lines below.

bin := .venv/bin

.PHONY: demo test looks check fix messages screenshots

demo: .venv/installed  ## everything on this machine, with nothing to configure; Ctrl-C stops it
	$(bin)/python manage.py demo

test: .venv/installed  ## all tests, on SQLite
	$(bin)/pytest -n auto

looks: .venv/installed  ## each screen in each language, width and scheme; tests see one look of each
	$(bin)/pytest -s --every-look --timeout=0 tests/browser/test_every_look.py

check:  ## everything that must hold before a change is taken, as CI runs it
	.ci/run

fix: .venv/installed  ## what a machine can put right: imports, format, simple findings
	$(bin)/ruff check --fix
	$(bin)/ruff format
	-$(bin)/djlint templates --reformat --quiet
	$(bin)/djlint templates --reformat --quiet || true  # 1: it changed something

messages: .venv/installed  ## collect sentences for translation, compile what is translated
	SECRET_KEY=messages $(bin)/python manage.py makemessages --all --no-location --no-obsolete --no-wrap
	SECRET_KEY=messages $(bin)/python manage.py compilemessages --ignore=.venv

screenshots: .venv/installed  ## take the pictures in docs/screenshots again
	$(bin)/python docs/screenshots/make.py

.venv/installed: pyproject.toml constraints.txt
	python3 -m venv .venv
	$(bin)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@
