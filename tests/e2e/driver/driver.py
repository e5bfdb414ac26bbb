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
from gi.repository import GLib

POLL_S = 0.03
DEEPEST = 40
KEY_S = 0.05  # between keys

# X.h, Xatom.h; the place of map_state in Xlib.h's XWindowAttributes on 64-bit systems
CARDINAL, REVERT_TO_PARENT, CURRENT_TIME, IS_VIEWABLE, MAP_STATE = 6, 2, 0, 2, 23


class NotThereError(Exception):
    """What was looked for did not come (or go) in time."""


def children(node):
    try:
        count = min(node.childCount, 2000)
    except GLib.Error:  # it went while we looked
        return
    for index in range(count):
        try:
            child = node.getChildAtIndex(index)
        except GLib.Error:
            continue
        if child is not None:
            yield child


def walk(node, depth=0):
    """Every node that is shown, first the outer ones."""
    if depth > DEEPEST:
        return
    for child in children(node):
        try:
            if not child.getState().contains(pyatspi.STATE_SHOWING):
                continue
        except GLib.Error:
            continue
        yield depth, child
        yield from walk(child, depth + 1)


def application(pid):
    desktop = pyatspi.Registry.getDesktop(0)
    desktop.set_cache_mask(
        pyatspi.cache.NONE
    )  # what is remembered follows only signals, and those lag behind
    for app in children(desktop):
        try:
            if app.get_process_id() == pid:
                app.set_cache_mask(pyatspi.cache.NONE)
                return app
        except GLib.Error:
            continue
    return None


def matching(request):
    app = application(request["app"])
    if app is None:
        return []
    role, name = request.get("role"), re.compile(request.get("name", ".*"), re.DOTALL)
    found = []
    for _depth, node in walk(app):
        try:
            if (role is None or node.getRoleName() == role) and name.fullmatch(node.name or ""):
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
            nodes = [n for n in nodes if n.getState().contains(pyatspi.STATE_SENSITIVE)]
        return nodes

    return await_that(look, request.get("within", 10), "not there: " + described(request))[0]


def text_of(node):
    try:
        text = node.queryText()
        return text.getText(0, text.characterCount)
    except NotImplementedError:
        return ""


def facts(node):
    states = node.getState()
    return {
        "role": node.getRoleName(),
        "name": node.name or "",
        "description": node.description or "",
        "text": text_of(node),
        "enabled": states.contains(pyatspi.STATE_SENSITIVE),
        "focused": states.contains(pyatspi.STATE_FOCUSED),
        "checked": states.contains(pyatspi.STATE_CHECKED),
        "actions": actions(node),
    }


def actions(node):
    try:
        available = node.queryAction()
    except NotImplementedError:
        return []
    return [available.getName(index) for index in range(available.nActions)]


def act(request):
    node = one(request, usable=True)
    wanted = request["action"]
    names = actions(node)
    if wanted not in names:
        raise NotThereError(f"{described(request)} has no action {wanted}, only {names}")
    node.queryAction().doAction(names.index(wanted))
    return True


def fill(request):
    node = one(request, usable=True)
    if not node.queryEditableText().setTextContents(request["text"]):
        raise NotThereError("it took no text: " + described(request))
    return True


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
    """Bring the application's window to the front, as a click on it does, and type keys by their X names."""
    bring_to_front(request["app"])
    for name in request["keys"]:
        symbol = X11.XStringToKeysym(name.encode())
        if not symbol:
            raise NotThereError("no such key: " + name)
        pyatspi.Registry.generateKeyboardEvent(symbol, None, pyatspi.KEY_SYM)
        time.sleep(KEY_S)
    return True


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
    library.XStringToKeysym.argtypes, library.XStringToKeysym.restype = [ctypes.c_char_p], word
    return library


X11 = _x11()

REQUESTS = {
    "find": lambda request: facts(one(request)),
    "all": lambda request: [facts(node) for node in matching(request)],
    "act": act,
    "fill": fill,
    "gone": gone,
    "tree": tree,
    "keys": press_keys,
    "stacking": stacking,
}


def main():
    print(json.dumps({"ok": os.environ["DBUS_SESSION_BUS_ADDRESS"]}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"ok": REQUESTS[request["do"]](request)}
        except (NotThereError, GLib.Error, NotImplementedError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
