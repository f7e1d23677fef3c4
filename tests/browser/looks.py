"""What every screen must stand: axe's rules, the colours of both schemes, every width."""

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# Each page is loaded once per look and meets both schemes and all widths there.
LOOKS = [(DESKTOP, "light", "ko-KR"), (PHONE, "dark", "en-GB")]
OTHER = {"light": "dark", "dark": "light"}
WIDTHS = (320, 360, 390, 768, 1024, 1280, 1920)
AXE = Axe().axe_script
# Only the violations come back: the rest of axe's answer is larger than the page. Style sheets are
# not read again: axe would put them into the page, against its CSP, and no rule that runs asks.
RULES = """axe.run({preload: false, resultTypes: ['violations'],
                    rules: {'color-contrast': {enabled: false}}})
    .then(({violations}) => ({violations}))"""
# Contrast is the dearest rule by far: of texts with the same colours and size it sees the first.
COLOURS = """() => {
    const seen = new Set(), grounds = new Map([[null, '']]);
    const ground = element => {
        if (!grounds.has(element)) {
            const {backgroundColor, backgroundImage, opacity} = getComputedStyle(element);
            grounds.set(element, [ground(element.parentElement), backgroundColor,
                                  backgroundImage, opacity].join());
        }
        return grounds.get(element);
    };
    const isNew = element => {
        const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        if (!own && !('value' in element) || !element.checkVisibility()) return false;
        const {color, fontSize, fontWeight} = getComputedStyle(element);
        const look = [element.localName, element.disabled, color, fontSize, fontWeight,
                      ground(element)].join();
        return !seen.has(look) && seen.add(look);
    };
    const include = [...document.body.querySelectorAll('*')].filter(isNew);
    return axe.run({include}, {preload: false, resultTypes: ['violations'],
                               runOnly: ['color-contrast']})
        .then(({violations}) => ({violations}));
}"""


def assert_sound(tab, what=""):
    """Nothing is wrong with the page as it is now, in its scheme and in the other, and it is
    scrolled sideways at no width.
    """
    assert complaints_of_axe(tab) == [], what
    scheme = tab.evaluate("matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'")
    tab.emulate_media(color_scheme=OTHER[scheme], reduced_motion="reduce")  # no colour between
    assert complaints_in_colours(tab) == [], (what, OTHER[scheme])
    tab.emulate_media(color_scheme=scheme)
    # What hangs over the page from a button is closed before somebody turns to another window.
    tab.evaluate("document.querySelectorAll('.pop[open]').forEach(pop => { pop.open = false })")
    size = tab.viewport_size
    for width in WIDTHS:
        tab.set_viewport_size({**size, "width": width})
        assert not sticks_out(tab), (what, width)
    tab.set_viewport_size(size)


def complaints_of_axe(tab):
    """What axe finds wrong with the page as it is now: reports, or nothing."""
    if tab.evaluate("typeof axe") == "undefined":
        tab.evaluate(AXE)
    return _reports(tab, RULES) + complaints_in_colours(tab)


def complaints_in_colours(tab):
    """What axe finds wrong with the contrast of texts, where it has run on the page before."""
    return _reports(tab, COLOURS)


def _reports(tab, run):
    found = AxeResults(tab.evaluate(run))
    return [found.generate_report()] if found.violations_count else []


def sticks_out(tab):
    """Whether the page as a whole has to be scrolled sideways."""
    return tab.evaluate("document.documentElement.scrollWidth > window.innerWidth")
