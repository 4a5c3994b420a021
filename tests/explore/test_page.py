"""The page of `juliaset explore` in a real browser: what it shows is read from its canvas."""

import base64
import fractions
import os
import random
import re
import tempfile
import time
import unittest
from math import isqrt

from PIL import Image

from program import Server, picture
from webdriver import Browser, Failure, until

WIDTH, HEIGHT = 1000, 700
SETTLED = "return explorer.settled()"
# c = i: the orbit of i is 0 + 1i, -1 + 1i, -i, ..., so i itself is on the set, at any depth.
DENDRITE = "c=0,1&itermin=0&itermax=60&threshold=2"


re_match = re.compile("--(real|imag|center|width|size)=").match


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(lambda: cls.server.close())
        cls.browser = Browser(WIDTH, HEIGHT)
        cls.addClassCleanup(lambda: cls.browser.close())

    def setUp(self):
        # A page of its own for each test: only its address would make no new one.
        self.browser.open("about:blank")
        self.browser.log()

    def open(self, fragment=""):
        self.browser.open(self.server.address + ("#" + fragment if fragment else ""))
        until(lambda: self.browser.script("return window.explorer !== undefined"), "the page starts")
        self.browser.script(SETTLED)

    def pixels(self):
        self.browser.script(SETTLED)
        got = self.browser.script("return explorer.pixels()")
        return (got["width"], got["height"]), base64.b64decode(got["rgb"])

    def address(self):
        return self.browser.script("return explorer.address()")

    def assert_same_as_command(self):
        """The command that the page gives makes what the page shows."""
        size, shown = self.pixels()
        command = self.browser.script("return explorer.command()")
        made_size, made = picture(command)
        self.assertEqual(size, made_size, command)
        wrong = 0 if shown == made else sum(a != b for a, b in zip(shown, made))
        self.assertEqual(wrong, 0, f"bytes differ from those of {command}")
        self.assertGreater(len(set(shown)), 1, f"one colour alone: {command}")
        return shown

    def assert_quiet(self):
        """The page has written nothing to the console; the advice about reading pixels is about these tests."""
        self.assertEqual([line for line in self.browser.log() if "willReadFrequently" not in line], [])

    def test_it_opens_and_draws(self):
        self.open()
        size, _ = self.pixels()
        self.assertEqual(size, (WIDTH, HEIGHT))
        self.assert_same_as_command()
        self.assert_quiet()

    def test_it_moves_by_pointer_and_keys(self):
        self.open("c=-0.7269,0.1889&center=0,0&level=3&itermin=0&itermax=200&palette=ultra")
        before = self.assert_same_as_command()
        start = self.address()
        self.browser.drag([(300, 300), (320, 290), (411, 263)])
        after = self.assert_same_as_command()
        # The same pixels, 111 to the right and 37 up.
        at = lambda pixels, x, y: pixels[3 * (y * WIDTH + x) :][:3]
        for x, y in [(0, 37), (450, 350), (WIDTH - 112, HEIGHT - 1)]:
            self.assertEqual(at(before, x, y), at(after, x + 111, y - 37))
        self.browser.press("\ue012", "\ue013")  # left, up
        self.assert_same_as_command()
        self.browser.press("\ue014", "\ue015")  # right, down
        self.browser.drag([(411, 263), (300, 300)])
        self.assertEqual(self.pixels()[1], before)
        self.assertEqual(self.address(), start)
        self.assert_quiet()

    def test_what_is_missing_is_what_was_there(self):
        self.open("c=-0.7269,0.1889&center=0,0&level=3&itermin=0&itermax=200&palette=ultra")
        before = self.pixels()[1]
        # No tile comes any more.
        self.browser.script("window.fetch = () => new Promise(() => {})")
        frame = "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        self.browser.drag([(500, 300), (700, 300)])
        self.browser.script(frame)
        got = self.browser.script("return explorer.pixels()")
        after = base64.b64decode(got["rgb"])
        for y in range(0, HEIGHT, 7):
            row = 3 * y * WIDTH
            self.assertEqual(before[row : row + 3 * (WIDTH - 200)], after[row + 600 : row + 3 * WIDTH])
        # One level down: each pixel was there, twice as large. That is smoothed, so it is only near.
        self.browser.press("+")
        until(lambda: self.browser.script("return explorer.level") == 4, "the view zooms in")
        self.browser.script(frame)
        inner = base64.b64decode(self.browser.script("return explorer.pixels()")["rgb"])
        self.assertGreater(len(set(inner)), 16)

    def test_the_wheel_goes_to_1e_300(self):
        self.open(f"center=0,1&level=2&palette=inferno&follow=60&{DENDRITE}")
        # The place under the pointer stays where it is.
        self.browser.wheel(300, 200, -800)
        self.browser.script(SETTLED)
        self.assertEqual(self.browser.script("return explorer.level"), 6)
        self.assert_same_as_command()
        self.browser.wheel(300, 200, 800)
        self.browser.script(SETTLED)
        self.assertEqual(self.browser.script("return explorer.level"), 2)
        self.browser.type("re", "0")
        self.browser.type("im", "1")
        level = 2
        for _ in range(10):
            self.browser.wheel(WIDTH // 2, HEIGHT // 2, -20000)
            level += 100
            until(lambda: self.browser.script("return explorer.level") >= level - 1, f"level {level}")
        self.browser.script(SETTLED)
        self.assertEqual(self.browser.script("return explorer.level"), 1002)
        width = self.browser.script("return document.querySelector('#controls').elements.width.value")
        self.assertLess(fractions.Fraction(width), fractions.Fraction(1, 10**299))
        self.assert_same_as_command()
        self.assert_quiet()

    def test_a_typed_place_of_1000_digits(self):
        self.open(f"level=2&palette=turbo&{DENDRITE}")
        # A fixed point of z² + i: (1 + √(1 - 4i)) / 2, repelling, and so on the set.
        re, im = fixed_point(1010)
        self.browser.type("re", re)
        self.browser.type("im", im)
        self.browser.type("itermax", "4000")
        self.browser.type("itermin", "2000")
        self.browser.type("width", "1e-990")
        self.browser.click("#mappings [value=histogram]")
        self.browser.script(SETTLED)
        self.assertGreater(self.browser.script("return explorer.level"), 3280)
        self.assert_same_as_command()
        # The digits are kept: at a level above, and in the address.
        self.assertIn(re, self.address())
        shown = self.pixels()[1]
        self.browser("POST", "refresh", {})
        until(lambda: self.browser.script("return window.explorer !== undefined"), "the page starts")
        self.assertEqual(self.pixels()[1], shown)
        self.assert_quiet()

    def test_c_is_dragged_on_the_map(self):
        self.open("c=-0.835,-0.2321&center=0,0&level=2&itermin=0&itermax=80&palette=magma")
        box = self.browser.script(
            """const box = document.querySelector("#map").getBoundingClientRect();
               return [box.left, box.top, box.width, box.height]"""
        )
        places = [
            (round(box[0] + box[2] * (0.3 + 0.004 * k)), round(box[1] + box[3] * (0.7 - 0.003 * k))) for k in range(100)
        ]
        self.browser.drag(places)
        self.browser.script(SETTLED)
        c = self.browser.script("return explorer.drawnC.join(',')")
        self.assertIn(f"c={c}&", self.address())
        self.assertNotIn("-0.835", c)
        self.assertGreater(self.browser.script("return explorer.pictures"), 0)
        self.assert_same_as_command()
        # In fine steps by the keys.
        self.browser.script("document.querySelector('#map').focus()")
        self.browser.press("\ue014")
        self.browser.script(SETTLED)
        self.assertNotEqual(self.browser.script("return explorer.drawnC.join(',')"), c)
        self.assert_same_as_command()
        # Typed, with all its digits.
        self.browser.type("c-re", "-0.12256116687665361200")
        self.browser.type("c-im", "0.74486176661974423659")
        self.assertIn("c=-0.12256116687665361200,0.74486176661974423659&", self.address())
        self.assert_same_as_command()
        self.assert_quiet()

    def test_no_picture_of_an_older_c_is_left_standing(self):
        for tone in ["palette=magma", "palette=ultra&mapping=log&smooth=1"]:
            with self.subTest(tone):
                self.open(f"c=-0.7269,0.1889&center=0.1,0.3&level=3&itermin=0&itermax=200&{tone}")
                left, top, width, height = self.browser.script(
                    """const box = document.querySelector("#map").getBoundingClientRect();
                       return [box.left, box.top, box.width, box.height]"""
                )
                move = lambda k: {
                    "type": "pointerMove", "duration": 0,
                    "x": round(left + width * (0.25 + 0.005 * k)), "y": round(top + height * (0.7 - 0.004 * k)),
                }
                shown = set()
                for start in range(0, 100, 10):
                    # The button stays down from one stop to the next.
                    down = [{"type": "pointerDown", "button": 0}] if start == 0 else []
                    moves = [move(k) for k in range(start, start + 10)]
                    self.browser.act("pointer", moves[:1] + down + moves[1:], pointerType="mouse")
                    last = "return String(explorer.drawnC) === String(explorer.wantedC)"
                    until(lambda: self.browser.script(last), "the last c is drawn")
                    c = self.browser.script("return explorer.drawnC.join(',')")
                    self.assertNotIn(c, shown)
                    shown.add(c)
                    self.assert_preview_is_of(c)
                self.browser.act("pointer", [{"type": "pointerUp", "button": 0}], pointerType="mouse")
                self.browser.script(SETTLED)
                self.assertIn(f"c={c}&", self.address())
                self.assert_same_as_command()
                self.assert_quiet()

    def assert_preview_is_of(self, c):
        """The coarse picture has the pixels of the command line, with this c."""
        got = self.browser.script("return explorer.preview()")
        columns, rows = got["width"], got["height"]
        pitch = fractions.Fraction(2) ** (-6 - got["level"])
        re = -2 + (int(got["column"]) + fractions.Fraction(columns, 2)) * pitch
        im = 2 - (int(got["row"]) + fractions.Fraction(rows, 2)) * pitch
        words = self.browser.script("return explorer.command()").split()
        kept = [word for word in words if not re_match(word)]
        real, imag = c.split(",")
        kept += [f"--real={real}", f"--imag={imag}", f"--center={re},{im}", f"--width={columns * pitch}"]
        size, made = picture(" ".join([*kept, f"--size={columns}x{rows}"]))
        self.assertEqual(size, (columns, rows))
        self.assertEqual(sum(a != b for a, b in zip(base64.b64decode(got["rgb"]), made)), 0, c)

    def test_ten_views_are_what_their_commands_make(self):
        views = [
            "c=-0.835,-0.2321&center=0,0&level=5&itermin=20&itermax=100",
            "c=-0.835,-0.2321&center=0.1,0.05&level=7&itermin=5&itermax=80&palette=viridis&smooth=1",
            "c=-0.12256116687665361,0.7448617666197442&center=0,0&level=2&itermin=0&itermax=80"
            "&palette=twilight_shifted&cycles=2&interior=black&smooth=1&mapping=log",
            "c=0,1&center=0,0&level=2&itermin=0&itermax=40&palette=cividis&interior=white&smooth=1&distance=1.5",
            "c=-0.75,0&center=0,0&level=3&itermin=0&itermax=300&palette=twilight&cycles=2&mapping=log&interior=#1d1233",
            "c=0.360284,0.100376&center=0.1,0.2&level=4&itermin=0&itermax=300&palette=ultra_r&mapping=sqrt&cycles=3.5&palette_offset=-0.3",
            "c=-0.7269,0.1889&center=0,0.3&level=6&itermin=2&itermax=300&palette=romao&mapping=histogram",
            "c=-0.8,0.156&center=0.31,-0.2&level=9&itermin=0&itermax=2000&palette=navy,%23fff,orange&mapping=histogram&smooth=1",
            "c=-0.52,0.57&center=-0.4,0.1&level=60&itermin=0&itermax=500&palette=plasma&mapping=sqrt&distance=1",
            "c=0.4,0.6&center=0.25,0.125&level=4&itermin=0&itermax=200&threshold=1.5&palette=corko&mapping=log&smooth=1&palette_offset=0.625",
        ]
        for view in views:
            with self.subTest(view):
                self.open(view)
                size, shown = self.pixels()
                command = self.browser.script("return explorer.command()")
                made_size, made = picture(command)
                self.assertEqual(size, made_size, command)
                self.assertEqual(sum(a != b for a, b in zip(shown, made)), 0, command)
        self.assert_quiet()

    def test_palettes_change_at_once(self):
        self.open("c=-0.7269,0.1889&center=0,0&level=3&itermin=0&itermax=200")
        # Without a single tile more.
        self.browser.script(
            """window.asked = [];
               const old = fetch;
               window.fetch = (...all) => { asked.push(all[0]); return old(...all); };"""
        )
        before = self.pixels()[1]
        for act in ["#palettes [value=viridis]", "#mappings [value=log]", "#palettes [value=ultra]"]:
            self.browser.click(act)
            after = self.pixels()[1]
            self.assertNotEqual(after, before)
            before = after
        self.browser.type("palette", "navy,#fff,orange")
        self.browser.type("cycles", "2.5")
        self.assertEqual(self.browser.script("return asked.filter((address) => address.startsWith('/tile'))"), [])
        self.assert_same_as_command()
        self.assert_quiet()

    def test_the_address_holds_everything(self):
        self.open("c=-0.7269,0.1889&center=0,0&level=3&itermin=0&itermax=200&palette=ultra&mapping=log")
        states = [(self.address(), self.pixels()[1])]
        acts = [
            lambda: self.browser.drag([(300, 300), (351, 322)]),
            lambda: self.browser.press("+"),
            lambda: self.browser.click("#palettes [value=magma]"),
            lambda: self.browser.type("c-im", "0.2"),
            lambda: self.browser.type("itermax", "150"),
        ]
        for act in acts:
            act()
            shown = self.pixels()[1]
            states.append((self.address(), shown))
        self.assertEqual(len({address for address, _ in states}), len(states))
        shown_address = lambda: self.browser.script("return location.hash")
        for address, shown in reversed(states[:-1]):
            self.browser("POST", "back", {})
            until(lambda: shown_address() == address, f"back to {address}")
            self.assertEqual(self.pixels()[1], shown, address)
        for address, shown in states[1:]:
            self.browser("POST", "forward", {})
            until(lambda: shown_address() == address, f"forward to {address}")
            self.assertEqual(self.pixels()[1], shown, address)
        self.browser("POST", "refresh", {})
        until(lambda: self.browser.script("return window.explorer !== undefined"), "the page starts")
        self.assertEqual((self.address(), self.pixels()[1]), states[-1])
        self.assert_quiet()

    def test_what_is_wrong_is_said_in_words(self):
        self.open()
        before = self.address()
        for name, text, words in [
            ("c-re", "one", "must be a number"),
            ("width", "-1", "must be over 0"),
            ("itermax", "3", "must be a whole number"),
            ("palette", "no such", "no such palette"),
        ]:
            self.browser.type(name, text)
            said = "return document.querySelector('#message.shown.wrong')?.textContent ?? ''"
            self.assertIn(words, self.browser.script(said))
            invalid = f"return document.querySelector('#controls').elements['{name}'].ariaInvalid"
            self.assertEqual(self.browser.script(invalid), "true")
        self.assertEqual(self.address(), before)
        self.browser.type("c-re", "-0.8")
        self.assertEqual(self.browser.script("return document.querySelector('#message.shown')"), None)

    def test_it_goes_on_when_the_server_is_back(self):
        port = self.server.port
        self.open("c=-0.7269,0.1889&center=0,0&level=3&itermin=0&itermax=200&palette=ultra")
        self.server.close()
        self.browser.drag([(300, 300), (500, 500)])
        said = "return document.querySelector('#message.shown.wrong')?.textContent ?? ''"
        until(lambda: "does not answer" in self.browser.script(said), "the page says that the server is gone")
        # Also of what is gone there is a picture.
        type(self).server = Server(port=port)
        self.assert_same_as_command()
        self.assertEqual(self.browser.script(said), "")

    def test_numbers_are_exact(self):
        self.open()
        draw = random.Random(7)
        cases = []
        for _ in range(200):
            level = draw.randrange(-5, 400)
            digits = draw.randrange(1, 60)
            text = f"{draw.choice(['', '-'])}{draw.randrange(3)}.{draw.randrange(10**digits):0{digits}}"
            value = fractions.Fraction(text)
            half = fractions.Fraction(2) ** (-7 - level)
            # Half up, as the page rounds.
            column = ((value + 2) / half + fractions.Fraction(1, 2)).__floor__()
            row = ((2 - value) / half + fractions.Fraction(1, 2)).__floor__()
            cases.append([text, level, str(column), str(row)])
        wrong = self.browser.script(
            """return import("/page/view.js").then(({ View }) => arguments[0].filter(([text, level, column, row]) => {
                 const view = View.around(text, text, level);
                 const again = new View(level, view.x, view.y);
                 const [re, im] = again.centerText();
                 const back = View.around(re, im, level);
                 return String(view.x) !== column || String(view.y) !== row || back.x !== view.x || back.y !== view.y;
               }))""",
            cases,
        )
        self.assertEqual(wrong, [])

    def test_a_picture_is_saved(self):
        self.open("c=-0.7269,0.1889&center=0,0&level=3&itermin=0&itermax=200&palette=ultra")
        with tempfile.TemporaryDirectory() as folder:
            self.browser.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder)
            self.browser.press("s")
            self.browser.script(
                """const { columns } = document.querySelector("#save form").elements;
                   columns.value = 500;
                   columns.dispatchEvent(new Event("input", { bubbles: true }));"""
            )
            self.browser.click("#save-start")
            files = lambda: [name for name in os.listdir(folder) if name.endswith(".png")]
            until(files, "the picture is saved")
            with Image.open(os.path.join(folder, files()[0])) as image:
                self.assertEqual(image.size, (500, 350))
                small = image.convert("RGB").tobytes()
        shown = self.pixels()[1]
        for x, y in [(0, 0), (250, 175), (123, 301)]:
            self.assertEqual(small[3 * (y * 500 + x) :][:3], shown[3 * (2 * y * WIDTH + 2 * x) :][:3])

    def test_a_picture_that_is_cancelled_is_no_longer_made(self):
        self.open("c=-0.7269,0.1889&center=0,0&level=3&itermin=0&itermax=200&palette=ultra")
        message = "return document.querySelector('#save-message').textContent"
        size = """const { columns } = document.querySelector("#save form").elements;
                  columns.value = arguments[0];
                  columns.dispatchEvent(new Event("input", { bubbles: true }));"""
        with tempfile.TemporaryDirectory() as folder:
            self.browser.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder)
            self.browser.press("s")
            # More than the server makes at a time.
            for _ in range(4):
                self.browser.script(size, 20000)
                self.browser.click("#save-start")
                moves = "return document.querySelector('#save progress').value > 0"
                until(lambda: self.browser.script(moves), "the picture is begun")
                self.browser.click("#save-cancel")
                self.assertEqual(self.browser.script(message), "Cancelled.")
                self.assertTrue(self.browser.script("return document.querySelector('#save progress').hidden"))
            self.assertEqual(os.listdir(folder), [])
            self.browser.script(size, 100)
            saved = lambda: [name for name in os.listdir(folder) if name.endswith(".png")]

            def small():
                # The server may still be ending the last one.
                if self.browser.script("return !document.querySelector('#save-start').disabled"):
                    self.browser.click("#save-start")
                return saved()

            until(small, "a small one is saved")
            with Image.open(os.path.join(folder, saved()[0])) as image:
                self.assertEqual(image.size, (100, 70))

    def test_colours_move_and_come_to_rest(self):
        self.open("c=-0.12256116687665361,0.7448617666197442&center=0,0&level=2&itermin=0&itermax=60&palette=twilight")
        before = self.assert_same_as_command()
        frame = lambda: base64.b64decode(self.browser.script("return explorer.pixels()")["rgb"])
        self.browser.click("#controls [name=cycling]")
        first = until(lambda: (now := frame()) != before and now, "the colours move")
        second = until(lambda: (now := frame()) != first and now, "they go on")
        # The inside of the set keeps its colour: the middle of the window is in it.
        middle = 3 * (HEIGHT // 2 * WIDTH + WIDTH // 2)
        for moved in (first, second):
            self.assertEqual(moved[middle : middle + 3], before[middle : middle + 3])
            self.assertGreater(len(set(moved)), 16)
        self.browser.click("#controls [name=cycling]")
        self.assertEqual(self.pixels()[1], before)
        self.assert_quiet()

    def test_c_has_all_its_digits(self):
        """It was rounded to floats: the command's picture was another one, of the set that was asked for."""
        # The view is about a repelling fixed point of c, z² + c = z, to as many digits as the view needs.
        c = "-0.81234567890123456789012345678901234567890123456789,0"
        below = 10**50
        root = isqrt(below**2 + 4 * 81234567890123456789012345678901234567890123456789 * below)
        center = f"{fractions.Fraction(below + root, 2 * below)},0"
        self.open(f"c={c}&center={center}&level=80&itermin=0&itermax=300&palette=twilight")
        self.assert_same_as_command()
        self.assertIn(f"--real={c.split(',')[0]} ", self.browser.script("return explorer.command()"))

    def test_the_command_and_the_link_are_copied(self):
        self.open("c=-0.7269,0.1889&center=0,0&level=3&itermin=0&itermax=200&palette=navy,%23fff,orange")
        origin = self.server.address.rstrip("/")
        permissions = ["clipboardReadWrite", "clipboardSanitizedWrite"]
        self.browser.cdp("Browser.grantPermissions", origin=origin, permissions=permissions)
        read = "return navigator.clipboard.readText()"
        outcome = """return document.querySelector("#text").open ? "It is shown instead."
                                                                : document.querySelector("#message").textContent"""

        def copied(act, told):
            """The browser answers when it likes, and once did not answer at all: so it is asked again, as one would."""
            for _ in range(8):
                self.browser.script("""document.querySelector("#text").close();
                                       document.querySelector("#message").textContent = "";""")
                act()
                try:
                    said = until(lambda: self.browser.script(outcome), "the browser answers", patience=30)
                except Failure:
                    continue
                if said == told:
                    return
                time.sleep(1)
            state = self.browser.script("return [document.hasFocus(), document.visibilityState]") + [self.browser.log()]
            self.fail(f"nothing was copied; focus, visibility and log are {state}")

        copied(lambda: self.browser.click("#copy-command"), "The command is on the clipboard.")
        self.assertEqual(self.browser.script(read), self.browser.script("return explorer.command()"))
        copied(lambda: self.browser.press("l"), "The address is on the clipboard.")
        self.assertEqual(self.browser.script(read), self.browser.script("return location.href"))
        # Where the browser does not allow it, the text is shown, selected.
        self.browser.script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
        self.browser.press("c")
        shown = """const area = document.querySelector("#text[open] textarea");
                   return area && area.value.slice(area.selectionStart, area.selectionEnd)"""
        command = self.browser.script("return explorer.command()")
        until(lambda: self.browser.script(shown) == command, "the command is shown")

    def test_the_orbit_of_the_point_under_the_pointer(self):
        self.open("c=-0.7269,0.1889&center=0,0&level=3&itermin=0&itermax=200&palette=ultra&smooth=1")
        self.browser.act(
            "pointer", [{"type": "pointerMove", "duration": 0, "x": 400, "y": 300}], pointerType="mouse"
        )
        said = "return document.querySelector('#point').value"
        until(lambda: "proven by" in self.browser.script(said), "the point is told of")
        re, im, count = self.browser.script(said).splitlines()
        # Pixel (400, 300) of a window whose middle is 0: (400 - 500) · 2^-9 and (350 - 300) · 2^-9.
        self.assertEqual((re, im), ("-0.19531", "0.09766 i"))
        self.assertRegex(count, r"^(escapes at \d+ \(\d+\.\d+\)|inside up to 200), proven by ")
        drawn = """const canvas = document.querySelector("#orbit");
                   const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                   return data.some((part) => part > 0)"""
        self.assertTrue(self.browser.script(drawn))
        self.browser.press("+")
        self.assertFalse(self.browser.script(drawn))
        self.assert_quiet()

    def test_it_asks_for_little_before_the_first_tile(self):
        self.open()
        asked = self.browser.script(
            """return performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname)
                 .filter((path) => path !== "/tile")"""
        )
        self.assertEqual(sorted(asked), ["/page/explore.js", "/page/style.css", "/start"])

    def test_a_preset_is_gone_to(self):
        self.open("c=-0.7269,0.1889&center=0,0&level=3&itermin=0&itermax=200&palette=ultra")
        # Each has a picture of its own, once there is time for it.
        pictures = "return [...document.querySelectorAll('#presets canvas')].map((canvas) => canvas.toDataURL())"
        until(lambda: len(set(self.browser.script(pictures))) == 14, "the presets are drawn")
        self.browser.click("#presets button:nth-child(4)")
        self.assert_same_as_command()
        self.assertIn("c=-0.1225611668766536,0.7448617666197442&", self.address())
        self.assert_quiet()

    def test_help_and_labels(self):
        self.open()
        self.browser.press("?")
        self.assertTrue(self.browser.script("return document.querySelector('#help').open"))
        self.browser.press("\ue00c")
        self.assertFalse(self.browser.script("return document.querySelector('#help').open"))
        nameless = self.browser.script(
            """return [...document.querySelectorAll("button, input, select, canvas[tabindex]")].filter((element) =>
                 !(element.ariaLabel || element.labels?.length || element.textContent.trim() || element.title))
                 .map((element) => element.outerHTML)"""
        )
        self.assertEqual(nameless, [])


class Phone(unittest.TestCase):
    def test_two_fingers_zoom(self):
        with Server() as server, Browser(390, 844, ratio=2, touch=True) as browser:
            browser.open(server.address + "#c=-0.7269,0.1889&center=0,0&level=2&itermin=0&itermax=200&palette=ultra")
            until(lambda: browser.script("return window.explorer !== undefined"), "the page starts")
            browser.script(SETTLED)
            finger = lambda name, places: {
                "type": "pointer", "id": name, "parameters": {"pointerType": "touch"},
                "actions": [
                    {"type": "pointerMove", "duration": 0, "x": places[0][0], "y": places[0][1]},
                    {"type": "pointerDown", "button": 0},
                    *[{"type": "pointerMove", "duration": 0, "x": x, "y": y} for x, y in places[1:]],
                    {"type": "pointerUp", "button": 0},
                ],
            }
            apart = [finger("a", [(180, 300), (150, 300), (120, 300)]), finger("b", [(220, 300), (250, 300), (280, 300)])]
            browser("POST", "actions", {"actions": apart})
            browser.script(SETTLED)
            self.assertEqual(browser.script("return explorer.level"), 4)
            got = browser.script("return explorer.pixels()")
            size, made = picture(browser.script("return explorer.command()"))
            self.assertEqual(size, (780, 1688))
            self.assertEqual(base64.b64decode(got["rgb"]), made)
            # Nothing is wider than the screen, folded or not.
            for _ in range(2):
                wide = browser.script("return document.documentElement.scrollWidth")
                self.assertEqual(wide, 390)
                browser.click("#fold")


def fixed_point(digits):
    """(1 + √(1 - 4i)) / 2 in decimal digits."""
    scale = 10 ** (digits + 20)
    # √(a + bi) with a = 1, b = -4: √((|z| + a) / 2) - i √((|z| - a) / 2).
    modulus = isqrt(17 * scale * scale)
    real = isqrt((modulus + scale) * scale // 2)
    imaginary = -isqrt((modulus - scale) * scale // 2)
    text = lambda value: f"{'-' if value < 0 else ''}{abs(value) // scale}.{abs(value) % scale:0{digits + 20}}"[: digits + 2]
    return text((scale + real) // 2), text(imaginary // 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
