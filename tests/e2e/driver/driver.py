# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at windows and works them as a screen reader does. Run by the system's Python, which has pyatspi.

One request a line on standard input, one answer a line on standard output, both JSON. A request names a
``do`` and, for what concerns one widget, where it is: ``app`` (process id), ``role``, ``name`` (a regular
expression for the whole name) and ``within`` (seconds to wait for it). Answers are ``{"ok": …}`` or
``{"error": …}``. The first line out says which message bus this session has.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import sys
import time

import pyatspi
from gi.repository import Atspi, Gio, GLib

POLL_S = 0.03
DEEPEST = 40
KEY_S = 0.05  # between keys
ANSWER_MS = 20_000  # a window that says nothing for so long hangs
ATSPI = "org.a11y.atspi."
NOTHING = "/org/a11y/atspi/null"
NO_FLAGS = Gio.DBusCallFlags.NONE

# X.h, Xatom.h; the place of map_state in Xlib.h's XWindowAttributes on 64-bit systems
CARDINAL, REVERT_TO_PARENT, CURRENT_TIME, IS_VIEWABLE, MAP_STATE = 6, 2, 0, 2, 23


class NotThereError(Exception):
    """What was looked for did not come (or go) in time."""


class Node:
    """One accessible object, asked over the bus for what it is now.

    Not pyatspi's: that asks for a child by its place, and Qt (6.11) ends the program over a place that is not
    there any more, as when a page with a scroll bar was left meanwhile. All children are one question here.
    """

    def __init__(self, owner, path):
        self.owner = owner
        self.path = path

    def ask(self, method, *arguments, of="Accessible"):
        form = "(" + "".join({int: "i", str: "s"}[type(one)] for one in arguments) + ")"
        return call(self.owner, self.path, ATSPI + of, method, GLib.Variant(form, arguments))

    def fact(self, name, of="Accessible"):
        asked = GLib.Variant("(ss)", (ATSPI + of, name))
        return call(self.owner, self.path, "org.freedesktop.DBus.Properties", "Get", asked)[0]

    def children(self):
        try:
            (found,) = self.ask("GetChildren")
        except GLib.Error:  # it went while we looked
            return []
        return [Node(*child) for child in found if child[1] != NOTHING]

    def has(self, state):
        (words,) = self.ask("GetState")
        return bool(words[int(state) // 32] >> (int(state) % 32) & 1)

    @property
    def role(self):
        return Atspi.role_get_name(Atspi.Role(self.ask("GetRole")[0]))

    @property
    def name(self):
        return self.fact("Name") or ""

    @property
    def description(self):
        return self.fact("Description") or ""


def call(owner, path, interface, method, arguments):
    answer = BUS.call_sync(owner, path, interface, method, arguments, None, NO_FLAGS, ANSWER_MS, None)
    return answer.unpack()


def accessibility_bus():
    session = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    where = session.call_sync(
        *("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress"),
        *(None, None, NO_FLAGS, ANSWER_MS, None),
    )
    flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    return Gio.DBusConnection.new_for_address_sync(where.unpack()[0], flags, None, None)


def walk(node, depth=0):
    """Every node that is shown, first the outer ones."""
    if depth > DEEPEST:
        return
    for child in node.children():
        try:
            if not child.has(pyatspi.STATE_SHOWING):
                continue
        except GLib.Error:
            continue
        yield depth, child
        yield from walk(child, depth + 1)


def application(pid):
    bus = "org.freedesktop.DBus"
    for app in Node("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root").children():
        try:
            asked = GLib.Variant("(s)", (app.owner,))
            if call(bus, "/org/freedesktop/DBus", bus, "GetConnectionUnixProcessID", asked)[0] == pid:
                return app
        except GLib.Error:
            continue
    return None


def names(node):
    """What it can be called by; where a choice is told as the name, its description says what it is of."""
    return [node.name, node.description] if node.role == "combo box" else [node.name]


def matching(request):
    app = application(request["app"])
    if app is None:
        return []
    role, name = request.get("role"), re.compile(request.get("name", ".*"), re.DOTALL)
    found = []
    for _depth, node in walk(app):
        try:
            if (role is None or node.role == role) and any(map(name.fullmatch, names(node))):
                found.append(node)
        except GLib.Error:
            continue
    return found


def await_that(condition, within, complaint):
    deadline = time.monotonic() + within
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise NotThereError(complaint)
        time.sleep(POLL_S)


def described(request):
    return " ".join(str(request.get(key, "")) for key in ("role", "name")).strip()


def one(request, usable=False):
    """The first match, waited for; ``usable``: also until it is enabled."""

    def look():
        nodes = matching(request)
        if usable:
            nodes = [n for n in nodes if n.has(pyatspi.STATE_SENSITIVE)]
        return nodes

    return await_that(look, request.get("within", 10), "not there: " + described(request))[0]


def text_of(node):
    try:
        return node.ask("GetText", 0, -1, of="Text")[0]
    except GLib.Error:
        return ""


def facts(node):
    return {
        "role": node.role,
        "name": node.name,
        "description": node.description,
        "text": text_of(node),
        "enabled": node.has(pyatspi.STATE_SENSITIVE),
        "focused": node.has(pyatspi.STATE_FOCUSED),
        "checked": node.has(pyatspi.STATE_CHECKED),
        "actions": actions(node),
    }


def actions(node):
    try:
        count = node.fact("NActions", of="Action")
        return [node.ask("GetName", index, of="Action")[0] for index in range(count)]
    except GLib.Error:
        return []


def act(request):
    node = one(request, usable=True)
    wanted = request["action"]
    known = actions(node)
    if wanted not in known:
        raise NotThereError(f"{described(request)} has no action {wanted}, only {known}")
    forget_told(request)
    node.ask("DoAction", known.index(wanted), of="Action")
    return True


def fill(request):
    node = one(request, usable=True)
    if not node.ask("SetTextContents", request["text"], of="EditableText")[0]:
        raise NotThereError("it took no text: " + described(request))
    return True


# The focus as a screen reader is told of it, by process. Of an open menu it hears by these events alone: Qt
# leaves popups out of the tree.
told = {}


def listen():
    def hear(event):
        if event.detail1:
            try:
                app = event.source.getApplication().get_process_id()
                told[app] = {"role": event.source.getRoleName(), "name": event.source.name or ""}
            except (GLib.Error, AttributeError):  # it went while we asked
                return

    pyatspi.Registry.registerEventListener(hear, "object:state-changed:focused")


def catch_up():
    while GLib.MainContext.default().iteration(False):
        pass


def focus_told(request):
    """What the focus came to since keys were last typed or a widget worked; None if that takes too long."""

    def look():
        catch_up()
        return told.get(request["app"])

    try:
        return await_that(look, request["within"], "")
    except NotThereError:
        return None


def forget_told(request):
    catch_up()
    told.pop(request["app"], None)


def gone(request):
    await_that(lambda: not matching(request), request.get("within", 10), "still there: " + described(request))
    return True


def tree(request):
    app = application(request["app"])
    if app is None:
        return "no such application"
    lines = []
    for depth, node in walk(app):
        try:
            about = facts(node)
        except GLib.Error:
            continue
        lines.append("  " * depth + f"{about['role']}: {about['name']!r} {about['actions']}")
    return "\n".join(lines)


def press_keys(request):
    """Bring the application's window to the front, as a click on it does, and type keys by their X names.

    ``Shift_L+Down`` holds the first while it types the second.
    """
    bring_to_front(request["app"])
    for chord in request["keys"]:
        *held, name = chord.split("+")
        forget_told(request)
        for one in held:
            pyatspi.Registry.generateKeyboardEvent(code_of(one), None, pyatspi.KEY_PRESS)
        pyatspi.Registry.generateKeyboardEvent(code_of(name), None, pyatspi.KEY_PRESSRELEASE)
        for one in reversed(held):
            pyatspi.Registry.generateKeyboardEvent(code_of(one), None, pyatspi.KEY_RELEASE)
        time.sleep(KEY_S)
    return True


def code_of(name):
    symbol = X11.XStringToKeysym(name.encode())
    display = X11.XOpenDisplay(None)
    code = X11.XKeysymToKeycode(display, symbol) if symbol else 0
    X11.XCloseDisplay(display)
    if not code:
        raise NotThereError("no such key: " + name)
    return code


def bring_to_front(pid):
    """What a window manager does for a click: there is none on this screen."""
    display = X11.XOpenDisplay(None)
    try:
        for window, owner in _windows(display):
            if owner == pid:
                X11.XRaiseWindow(display, window)
                X11.XSetInputFocus(display, window, REVERT_TO_PARENT, CURRENT_TIME)
                X11.XSync(display, 0)
                break
    finally:
        X11.XCloseDisplay(display)
    time.sleep(KEY_S)


def stacking(_request):
    """Process ids of the windows on the screen that tell theirs, the topmost first."""
    display = X11.XOpenDisplay(None)
    try:
        return [owner for _window, owner in _windows(display)]
    finally:
        X11.XCloseDisplay(display)


def _windows(display):
    """The shown windows with their process ids, the topmost first."""
    parent, top, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
    found = ctypes.POINTER(ctypes.c_ulong)()
    root = X11.XDefaultRootWindow(display)
    X11.XQueryTree(display, root, *map(ctypes.byref, (top, parent, found, count)))
    owner = X11.XInternAtom(display, b"_NET_WM_PID", 0)
    windows = [(found[at], _number(display, found[at], owner)) for at in reversed(range(count.value))]
    X11.XFree(found)
    return [(window, pid) for window, pid in windows if pid is not None and _is_shown(display, window)]


def _number(display, window, atom):
    kind, form, items, left = ctypes.c_ulong(), ctypes.c_int(), ctypes.c_ulong(), ctypes.c_ulong()
    data = ctypes.POINTER(ctypes.c_ulong)()
    out = map(ctypes.byref, (kind, form, items, left, data))
    X11.XGetWindowProperty(display, window, atom, 0, 1, 0, CARDINAL, *out)
    number = data[0] if items.value else None
    if data:
        X11.XFree(data)
    return number


def _is_shown(display, window):
    attributes = (ctypes.c_int * 64)()  # larger than XWindowAttributes, whose map_state is its 24th int
    X11.XGetWindowAttributes(display, window, attributes)
    return attributes[MAP_STATE] == IS_VIEWABLE


def _x11():
    library = ctypes.CDLL("libX11.so.6")
    pointer, word, number = ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int
    library.XOpenDisplay.restype = pointer
    library.XDefaultRootWindow.argtypes, library.XDefaultRootWindow.restype = [pointer], word
    library.XQueryTree.argtypes = [pointer, word, *[pointer] * 4]
    library.XInternAtom.argtypes, library.XInternAtom.restype = [pointer, ctypes.c_char_p, number], word
    library.XGetWindowProperty.argtypes = [
        *(pointer, word, word, ctypes.c_long, ctypes.c_long, number, word),
        *[pointer] * 5,
    ]
    library.XGetWindowAttributes.argtypes = [pointer, word, pointer]
    library.XRaiseWindow.argtypes = [pointer, word]
    library.XSetInputFocus.argtypes = [pointer, word, number, word]
    library.XSync.argtypes = [pointer, number]
    library.XFree.argtypes = library.XCloseDisplay.argtypes = [pointer]
    library.XKeysymToKeycode.argtypes = [pointer, word]
    library.XKeysymToKeycode.restype = ctypes.c_ubyte
    library.XStringToKeysym.argtypes, library.XStringToKeysym.restype = [ctypes.c_char_p], word
    return library


X11 = _x11()
BUS = accessibility_bus()

REQUESTS = {
    "find": lambda request: facts(one(request)),
    "all": lambda request: [facts(node) for node in matching(request)],
    "act": act,
    "fill": fill,
    "gone": gone,
    "told": focus_told,
    "tree": tree,
    "keys": press_keys,
    "stacking": stacking,
}


def main():
    listen()
    print(json.dumps({"ok": os.environ["DBUS_SESSION_BUS_ADDRESS"]}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"ok": REQUESTS[request["do"]](request)}
        except (NotThereError, GLib.Error) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
